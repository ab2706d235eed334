"""
The numbers of what the listener sends, kept until it is finished.
"""
import itertools
import json

from .. import sequence


class BatchNumbers:
    """
    The numbers of the frames that a batch of entries makes. They are noted in the outbox before
    the frames are sent: if the batch is sent again, by the next listener after one that was
    killed, each frame has the number that it had, by which whoever has heard it ignores it.
    """

    def __init__(self, outbox, entries):
        self.outbox = outbox
        self.entries = entries
        # {binding: {group: {text of a key: number}}}
        self.noted = json.loads(outbox.numbers(entries) or "{}")

    def of(self, binding, audience):
        """As sequence.FreshNumbers.of. Also raises what the database raises."""
        noted = self.noted.setdefault("%s.%s" % (binding.__module__, binding.__qualname__), {})
        new = {pk: [group for group in groups if str(pk) not in noted.get(group, {})]
               for pk, groups in audience.items()}
        fresh = sequence.fresh.of(binding, new)
        for pk, groups in new.items():
            for group in groups:
                noted.setdefault(group, {})[str(pk)] = next(fresh[group])
        if fresh:
            self.outbox.note_numbers(self.entries, json.dumps(self.noted))
        found = {}
        for pk, groups in audience.items():
            for group in groups:
                found.setdefault(group, []).append(noted[group][str(pk)])
        return {group: itertools.chain(numbers, endless(group)) for group, numbers in found.items()}


def endless(group):
    """For a binding that sends more frames than it has rows."""
    while True:
        yield sequence.allocate(group)
