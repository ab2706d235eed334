"""
The abstract base classes that collections re-exported until 3.10.

django/db/models/sql/query.py: from collections import Counter, Iterator, Mapping, OrderedDict
django/core/paginator.py: class Page(collections.Sequence)
django/db/models/fields/__init__.py, django/db/migrations/serializer.py: collections.Iterable
"""
import collections.abc

SINCE = (3, 10)
# All that 3.9 re-exported: packages of Django 1.11's time use others than Django does.
NAMES = (
    "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable", "ByteString", "Callable",
    "Collection", "Container", "Coroutine", "Generator", "Hashable", "ItemsView", "Iterable",
    "Iterator", "KeysView", "Mapping", "MappingView", "MutableMapping", "MutableSequence",
    "MutableSet", "Reversible", "Sequence", "Set", "Sized", "ValuesView",
)


def restore():
    for name in NAMES:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
