"""
Sends committed changes as frames to the groups.
"""
import logging

from channels.binding.base import CREATE, DELETE, UPDATE

from .. import outages
from . import history
from .values import plain

logger = logging.getLogger(__name__)


def send_rows(binding, using, changed, numbers):
    """
    Sends one frame per group of each row; `changed` maps keys to changes.RowChange, `numbers` is a
    sequence.FreshNumbers.

    The numbers are taken before the rows are read. A change that committed before a frame's number
    was taken is therefore in that frame: a client that keeps, for each row, the frame with the
    highest number ends with the table's rows, in whatever order the frames arrive.
    """
    audience = audience_of(binding, using, changed)
    by_group = numbers.of(binding, audience)
    rows = binding.rows(audience, using)
    for pk, groups in audience.items():
        if pk in rows:
            send_row(binding, rows[pk], groups, changed[pk], by_group)
        else:
            send_deletion(binding, pk, groups, changed[pk], by_group)


def audience_of(binding, using, changed):
    """{key: names of the groups to notify}, without rows that nobody has seen or will see."""
    unsure = [pk for pk, change in changed.items()
              if not binding.has_fixed_groups() or change.may_never_have_been]
    rows = binding.rows(unsure, using) if unsure else {}
    audience = {}
    for pk, change in changed.items():
        if pk in rows:
            now = set(binding.group_names(rows[pk]))
        else:
            now = set() if pk in unsure else set(binding.all_groups())
        audience[pk] = sorted(now | change.groups_before(binding))
    return {pk: groups for pk, groups in audience.items() if groups}


def send_row(binding, row, groups, change, numbers):
    now = set(binding.group_names(row))
    before = change.groups_before(binding)
    parts = [
        (DELETE, [group for group in groups if group not in now]),
        (UPDATE, [group for group in groups if group in now and group in before]),
        (CREATE, [group for group in groups if group in now and group not in before])]
    for action, names in parts:
        if names:
            payload = left(binding, row) if action == DELETE else None
            sender = binding(numbers, payload, change.user)
            sender.send_messages(row, names, action, **change.signal_kwargs)


def left(binding, row):
    """The new contents of a row aren't meant for a group that it has left."""
    payload = binding().serialize(row, DELETE)
    return dict(payload, data=None) if "data" in payload else payload


def send_deletion(binding, pk, groups, change, numbers):
    if change.deletion:
        instance, payload = change.deletion.instance, change.deletion.payload
    else:
        instance = binding.model(pk=pk)
        payload = {
            "action": DELETE, "pk": plain(pk), "data": None, "model": binding.model_label}
    sender = binding(numbers, payload, change.user)
    sender.send_messages(instance, groups, DELETE, **change.signal_kwargs)


def send_reload(binding, groups, numbers):
    """Tells each group once to fetch the table again."""
    by_group = numbers.of(binding, {None: sorted(groups)})
    for group in sorted(groups):
        payload = {"action": "reload", "model": binding.model_label}
        send(binding, group, payload, next(by_group[group]))


def send(binding, group, payload, number):
    """
    If the layer fails, this frame is lost, but not the ones after it: the row is already saved, so
    nothing may fail any more, and browsers notice the missing number. It isn't left to channels to
    send when the consumer has finished: a failure there would lose the HTTP response too.
    """
    try:
        message = binding.encode(binding.stream, dict(payload, seq=number))
        history.send(binding, group, message, number)
    except Exception as error:
        logger.error("%s: frame %d to %s was lost", binding.__name__, number, group,
                     exc_info=outages.kind_of(error) is None)
