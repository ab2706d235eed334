"""
Who owns a line of a stack.
"""
import re

OTHER = "other"
OF_ITS_CALLER = "of its caller"
# py-spy leaves out what sleeps, but not what has been woken up and hasn't got a processor yet.
WAITING = "in a call that waits"
ROOTS = re.compile(
    r"^.*/(?:site-packages/|lib/python[\d.]+/|(?=channels_lts/|workshop/|benchmarks/))")

# (path prefix, functions or None for all, owner): the first match counts. Code without an owner,
# the standard library above all, counts for its caller.
OWNERS = (
    ("twisted/internet/epollreactor.py", ("doPoll",), WAITING),
    ("redis/_compat.py", ("recv", "recv_into"), WAITING),
    ("redis/connection.py", ("can_read",), WAITING),
    ("channels_lts/layers/redis/poller.py", ("_collect",), WAITING),
    # C code has no line of its own; these are the ones that do nothing but call msgpack.
    ("asgi_redis/core.py", ("serialize", "deserialize"), "msgpack"),
    ("asgi_redis/", None, "asgi_redis, asgiref"),
    ("asgiref/", None, "asgi_redis, asgiref"),
    ("msgpack/", None, "msgpack"),
    ("channels_lts/layers/redis/", None, "our layer"),
    ("channels_lts/worker/", None, "our worker"),
    ("benchmarks/peers/", None, "the peer's own code"),
    ("django/template/", None, "Django's templates"),
    ("django/", None, "Django"),
    ("channels/", None, "channels"),
    ("redis/", None, "redis-py, hiredis"),
    ("hiredis/", None, "redis-py, hiredis"),
    ("txredisapi.py", None, "redis-py, hiredis"),
    ("twisted/web/", None, "Twisted HTTP"),
    ("twisted/", None, "Twisted core"),
    ("zope/", None, "Twisted core"),
    ("autobahn/", None, "autobahn"),
    ("txaio/", None, "autobahn"),
    ("daphne/", None, "daphne"),
    ("logging/", None, "logging"),
)


def module_path(path):
    """A path without the folders that differ from machine to machine."""
    return ROOTS.sub("", path)


def owner_of(frame):
    """The owner of a stacks.Frame, or None."""
    for start, functions, owner in OWNERS:
        if frame.path.startswith(start) and (functions is None or frame.function in functions):
            return owner
    return None


def owner_of_stack(frames):
    """Whose self time a stack is; `frames` from the outermost to the innermost."""
    for frame in reversed(frames):
        owner = owner_of(frame)
        if owner:
            return owner
    return OTHER
