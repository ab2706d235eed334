"""
What `pip install channels-lts` leaves out, until one of its extras is asked for.
"""
import contextlib


@contextlib.contextmanager
def extra(name, problem=ImportError):
    """
    Around the imports that an extra of the package brings. Raises `problem`, in one line that
    names the extra.

    A layer's module raises channels' InvalidChannelLayerError: an ImportError in it comes out of
    `channels.asgi` as "Cannot import BACKEND", without the reason.
    """
    try:
        yield
    except ImportError as error:
        raise problem("%s: pip install channels-lts[%s]" % (error, name)) from error
