"""
The channel layer's charts: lines in a box, as points for SVG polylines.
"""
from collections import namedtuple

from django.utils.formats import number_format
from django.utils.translation import ugettext as _

from ..metrics.histograms import quantile

WIDTH, HEIGHT = 300, 80
SECONDS = 600  # the most that a chart shows
MOST_LINES = 5  # in one chart

# `top`: the value at the top of the box, as text; `lines`: Lines.
Chart = namedtuple("Chart", "name title top lines")
# `points`: "x,y x,y"; `now` and `most`: as text.
Line = namedtuple("Line", "label points now most")


def charts(samples):
    """Charts of an Overview's samples."""
    pairs = list(zip(samples, samples[1:]))
    latencies = [(each["at"], grown(before["pages"], each["pages"])) for before, each in pairs]
    return [
        chart("waiting", _("Messages waiting"), plain, [
            (_("all channels"), [(each["at"], each["waiting"]) for each in samples])]),
        chart("sent", _("Messages sent a second"), plain, [
            (_("all channels"), rates("sent", pairs))]),
        chart("dropped", _("Messages dropped a second"), plain, [
            (_("all channels"), rates("dropped", pairs))]),
        chart("pages", _("Pages, until they are answered"), milliseconds, [
            (_("half of them"), quantiles(.5, latencies)),
            (_("95 in 100"), quantiles(.95, latencies))]),
        chart("sockets", _("Sockets by daphne"), plain, sockets(samples)),
    ]


def rates(name, pairs):
    """[(when, rate per second)] of a counter that is reset now and then."""
    return [(each["at"], grown([before[name]], [each[name]])[0] / (each["at"] - before["at"]))
            for before, each in pairs if each["at"] > before["at"]]


def grown(before, now):
    """How much each counter has grown; one that is smaller than before was reset."""
    return [new if new < old else new - old for old, new in zip(before, now)]


def quantiles(share, latencies):
    found = [(at, quantile(share, buckets)) for at, buckets in latencies]
    return [(at, seconds) for at, seconds in found if seconds is not None]


def sockets(samples):
    """The daphnes with the most open sockets, by each one's last sample."""
    last = {}
    for each in samples:
        last.update(each["sockets"])
    names = sorted(last, key=lambda name: (-last[name], name))[:MOST_LINES]
    return [(name, [(each["at"], each["sockets"][name]) for each in samples
                    if name in each["sockets"]]) for name in names]


def chart(name, title, form, lines):
    values = [value for _label, points in lines for _at, value in points]
    top = max(values + [0])
    end = max([at for _label, points in lines for at, _value in points] or [0])
    drawn = [line(label, points, form, top, end) for label, points in lines]
    return Chart(name, title, form(top), drawn)


def line(label, points, form, top, end):
    values = [value for _at, value in points]
    return Line(label, " ".join(place(at, value, top, end) for at, value in points),
                form(values[-1]) if values else "–", form(max(values)) if values else "–")


def place(at, value, top, end):
    x = WIDTH * (1 - min(1, (end - at) / SECONDS))
    y = HEIGHT * (1 - (value / top if top else 0))
    return "%.1f,%.1f" % (x, y)


def plain(value):
    return number_format(value, 0 if value == int(value) or value >= 100 else 1,
                         force_grouping=True)


def milliseconds(seconds):
    """As text, with its unit."""
    value = seconds * 1000
    return "%s ms" % number_format(value, 0 if value >= 10 else 1, force_grouping=True)
