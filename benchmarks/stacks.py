"""
What py-spy's raw format says: one line per stack, "function (path:line);…;function (path:line) N".
"""
import re
from collections import Counter, namedtuple

from .owners import OF_ITS_CALLER, WAITING, module_path, owner_of, owner_of_stack

Frame = namedtuple("Frame", "function path")  # the path as owners.module_path gives it

FRAME = re.compile(r"^(?P<function>.*) \((?P<path>.*?)(?::\d+)?\)$")


def parse(text):
    """
    [(frames from the outermost to the innermost, samples)]. Raises ValueError for a line that
    isn't a stack.
    """
    return [_stack(line) for line in text.splitlines() if line.strip()]


def _stack(line):
    frames, _, count = line.rpartition(" ")
    if not frames or not count.isdigit():
        raise ValueError("not a stack as py-spy writes it: %.100r" % line)
    return [_frame(each) for each in frames.split(";")], int(count)


def _frame(text):
    found = FRAME.match(text)
    # A thread's or process's name stands there without a file.
    if not found:
        return Frame(text, "")
    return Frame(found.group("function"), module_path(found.group("path")))


def summary(stacks, most=10):
    """
    Of whom the samples are: `samples`, of them `waiting`, `owners` (the rest by owner, self time)
    and `top`, the functions with the most self time: [function, owner, samples of its own, with
    what it calls].
    """
    owners, own, within = Counter(), Counter(), Counter()
    for frames, count in stacks:
        owner = owner_of_stack(frames)
        owners[owner] += count
        if owner == WAITING:
            continue
        own[frames[-1]] += count
        for frame in set(frames):
            within[frame] += count
    return {
        "samples": sum(owners.values()),
        "waiting": owners.pop(WAITING, 0),
        "owners": dict(owners),
        "top": [["%s (%s)" % frame, owner_of(frame) or OF_ITS_CALLER, count, within[frame]]
                for frame, count in own.most_common(most)],
    }
