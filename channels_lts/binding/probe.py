"""
Whether a binding's group_names uses its row.
"""


class RowNeeded(Exception):
    """A probe's attribute was read."""


class RowProbe:
    """Stands in for a row; records every access in the list `looks`, and makes it fail."""

    def __init__(self, looks):
        object.__setattr__(self, "looks", looks)

    def __getattribute__(self, name):
        object.__getattribute__(self, "looks").append(name)
        raise RowNeeded(name)

    def look(self, *args):
        object.__getattribute__(self, "looks").append("itself")
        raise RowNeeded("itself")

    # Operators and built-in functions look up their methods on the class.
    __str__ = __repr__ = __format__ = __bool__ = __hash__ = __eq__ = __ne__ = look
    __iter__ = __len__ = __getitem__ = __contains__ = look


def groups_without_row(group_names):
    """The list that `group_names` returns for any row, or None if it depends on the row."""
    looks = []
    try:
        groups = list(group_names(RowProbe(looks)))
    except Exception:  # RowNeeded, or what the project's code turns it into
        return None
    return None if looks else groups
