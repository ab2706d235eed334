"""
The numbers of the frames that the listener sends, stored until the batch is finished.
"""
import itertools
import json

from .. import sequence


class BatchNumbers:
    """
    The numbers of a batch's frames. They are stored in the outbox before the frames are sent: if
    the batch is sent again, by the next listener after one that was killed, each frame has the
    same number as before, so clients that have received it ignore it.
    """

    def __init__(self, outbox, entries):
        self.outbox = outbox
        self.entries = entries
        # {binding: {group: {text of a key: number}}}
        self.noted = json.loads(outbox.numbers(entries) or "{}")

    def of(self, binding, audience):
        """Like sequence.FreshNumbers.of. Also raises what the database raises."""
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
        return {group: itertools.chain(numbers, endless(binding.numbered_by(group)))
                for group, numbers in found.items()}


def endless(group):
    """For a binding that sends more frames than it has rows."""
    while True:
        yield sequence.allocate(group)
