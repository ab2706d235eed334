"""
Generates requirements.txt from production's locks, for people who install by that name:

    locks.py
"""
import glob
import os

import packages

MERGED = os.path.join(packages.ROOT, "requirements.txt")
HEAD = """\
# Made by script/lock of requirements/*.in: don't change it here. What production installs on each
# CPython, as in requirements/3.X.txt, which has the hashes (docs/python.md).
"""


def versions():
    """The Pythons that have a lock, "3.7" first."""
    names = [os.path.basename(path)[:-len(".txt")]
             for path in glob.glob(os.path.join(packages.FOLDER, "3.*.txt"))]
    return sorted(names, key=lambda name: int(name.partition(".")[2]))


def merged():
    """The text of requirements.txt."""
    pythons = versions()
    locks = [packages.pins(os.path.join(packages.FOLDER, each + ".txt")) for each in pythons]
    lines = [line(name, version, pythons[first], pythons[last + 1:last + 2], first)
             for name in sorted(set().union(*locks))
             for version, first, last in runs([lock.get(name) for lock in locks])]
    return HEAD + "".join(each + "\n" for each in lines)


def runs(found):
    """(version, first, last) for each row of the same version: of [None, 1, 1, 2] two."""
    first = 0
    for place in range(1, len(found) + 1):
        if place == len(found) or found[place] != found[first]:
            if found[first]:
                yield found[first], first, place - 1
            first = place


def line(name, version, oldest, beyond, first):
    marks = ['python_version >= "%s"' % oldest] if first else []
    marks += ['python_version < "%s"' % each for each in beyond]
    return "%s==%s" % (name, version) + ("; " + " and ".join(marks) if marks else "")


if __name__ == "__main__":
    with open(MERGED, "w") as stream:
        stream.write(merged())
