"""
Whether messages are packed in C.
"""
import msgpack


def missing(packer=msgpack.Packer):
    """
    A warning about a slow installation, or None. msgpack-python 0.5.6 falls back to pure Python if
    its C++, from CPython 3.7's time, doesn't compile, and pip doesn't mention it.
    """
    if packer.__module__ != "msgpack.fallback":
        return None
    return ("msgpack-python packs every message in pure Python, a seventh of a page's CPU: build "
            "it with Cython as docs/python.md says")
