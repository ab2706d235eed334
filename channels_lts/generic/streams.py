"""
The consumers of a demultiplexer's streams.
"""
import functools


def on_stream(consumer):
    """
    The consumer of a stream. channels replaces a class's `send` by one that raises, process-wide
    and only after the first frame; here a subclass gets one that works.
    """
    is_class = isinstance(consumer, type) and hasattr(consumer, "send")
    return with_send(consumer) if is_class else consumer


@functools.lru_cache(maxsize=None)
def with_send(consumer):
    return type(consumer.__name__, (consumer,), {"send": send, "__module__": consumer.__module__})


def send(self, content=None, text=None, bytes=None, close=False):
    """A stream consumer's `send`: `content` or `text` is the payload. Raises ValueError."""
    if bytes is not None:
        raise ValueError("A stream carries JSON, no bytes.")
    self.kwargs["multiplexer"].send(text if content is None else content)
    if close:
        self.close()
