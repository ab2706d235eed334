from channels.utils import name_that_thing


def name_of(consumer):
    """channels' name for a consumer, also where it fails: methods of an instance, builtins."""
    try:
        return name_that_thing(consumer)
    except AttributeError:
        return repr(consumer)
