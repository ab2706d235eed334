"""
deploy/prometheus: alerts and dashboard ask for what there is, by labels that it has.
"""
import json
import os
import re

import pytest

from channels_lts.layers.metrics import ALL, Histogram
from channels_lts.metrics import figures
from tests.support import ROOT

pytestmark = pytest.mark.django_db
NAME = re.compile(r"\bchannels_lts_([a-z_]+)")
SUMMED = re.compile(r"by \(([^)]*)\)")
SHOWN = re.compile(r"\{\{ ?(?:\$labels\.)?(\w+) ?\}\}")
FILTERED = re.compile(r"(\w+)[!=]~?=?\"")
EVERYWHERE = {"job", "le", "value"}


def read(name):
    with open(os.path.join(ROOT, "deploy/prometheus", name), encoding="utf8") as file:
        return file.read()


def questions():
    """(expression, what is shown of its labels)"""
    for panel in json.loads(read("dashboard.json"))["panels"]:
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]
    for alert in read("alerts.yml").split("- alert: ")[1:]:
        yield re.search(r"expr: (.*)", alert).group(1), alert


@pytest.fixture
def known(layer):
    """{name of a sample: its labels}"""
    from channels import DEFAULT_CHANNEL_LAYER, channel_layers
    found = {name: set(labels) for name, _text, labels, _samples in
             figures.figures(channel_layers[DEFAULT_CHANNEL_LAYER])}
    found["series_refused_total"] = set()
    for metric in ALL:
        endings = ("_seconds_bucket", "_seconds_sum", "_seconds_count") if isinstance(
            metric, Histogram) else ("_total",)
        found.update((metric.name + ending, set(metric.labels)) for ending in endings)
    return found


def test_alerts_and_dashboard_ask_for_what_there_is(known):
    asked = {name for expression, _ in questions() for name in NAME.findall(expression)}
    assert asked - set(known) == set()
    assert len(asked) > 15


def test_they_name_labels_that_it_has(known):
    for expression, shown in questions():
        names = NAME.findall(expression)
        labels = set(SHOWN.findall(shown)) | set(FILTERED.findall(expression))
        for each in SUMMED.findall(expression):
            labels |= set(re.split(r", ?", each))
        has = set().union(EVERYWHERE, *(known[name] for name in names))
        assert labels <= has, expression


def test_every_metric_is_documented_and_on_the_dashboard_or_in_an_alert(known):
    with open(os.path.join(ROOT, "docs/operate.md"), encoding="utf8") as page:
        documented = page.read()
    asked = {name for expression, _ in questions() for name in NAME.findall(expression)}
    for name in known:
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        assert "`%s`" % family in documented, name
        assert any(each.startswith(family) for each in asked), name
