import functools


def forget_channel_session(consumer):
    """
    Decorates an ordered consumer of websocket.disconnect: removes the socket's channel session,
    which channels leaves behind for ever (channels issue 768).
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        consumer(message, *args, **kwargs)
        # It may have come too early: then it is put aside, and has its turn later.
        if message.channel_session["__channels_next_order"] > message["order"]:
            message.channel_session.delete()
    return inner
