"""
What a commit changed, as frames to the groups.
"""
import itertools
import logging

from channels import Group

from ..frames import encode
from . import sequence

logger = logging.getLogger(__name__)


def send_rows(binding, using, changed):
    """
    Sends one frame per group of each row; `changed` maps keys to changes.RowChange.

    The numbers are taken before the rows are read. A change that committed before a frame's
    number was taken is therefore in that frame: whoever keeps the frame with the highest number
    of each row ends with the table's rows, in whatever order the frames arrive.
    """
    audience = audience_of(binding, using, changed)
    numbers = take_numbers(itertools.chain.from_iterable(audience.values()))
    rows = binding.rows(audience, using)
    for pk, groups in audience.items():
        send_row(binding, pk, groups, changed[pk], rows.get(pk), numbers)


def audience_of(binding, using, changed):
    """{key: names of the groups that must hear of it}, without rows that nobody knew or knows."""
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


def take_numbers(groups):
    """{group: iterator of its numbers}, with one for each time that `groups` names it."""
    counts = {}
    for group in groups:
        counts[group] = counts.get(group, 0) + 1
    return {group: itertools.count(sequence.take(group, count))
            for group, count in counts.items()}


def send_row(binding, pk, groups, change, row, numbers):
    now = set() if row is None else set(binding.group_names(row))
    data = None if row is None else binding().serialize_data(row)
    before = change.groups_before(binding)
    for group in groups:
        if group in now:
            action = "update" if group in before else "create"
            payload = {"action": action, "pk": pk, "data": data}
        else:
            # What a row holds where it has gone to is not for the group that it has left.
            payload = {"action": "delete", "pk": pk,
                       "data": change.data if row is None else None}
        send(binding, group, payload, next(numbers[group]))


def send_reload(binding, groups):
    """Tells each group once to fetch the table."""
    for group in sorted(groups):
        send(binding, group, {"action": "reload"}, sequence.take(group))


def send(binding, group, payload, number):
    """
    The frame is lost if the layer fails, but not the ones behind it: the row is saved, so nothing
    may fail any more, and the browsers notice by the missing number. It isn't left to channels to
    send it when the consumer has finished: a failure there would take the HTTP response along.
    """
    try:
        Group(group).send(encode(frame(binding, payload, number)), immediately=True)
    except Exception:
        logger.exception("%s: frame %d to %s was lost", binding.__name__, number, group)


def frame(binding, payload, number):
    return {"stream": binding.stream,
            "payload": dict(payload, model=binding.model_label, seq=number)}
