import time


def wait_for(condition, seconds=10, what=None):
    """
    The first truthy value of `condition()`; fails when there is none within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("not within %s seconds: %s" % (
                seconds, what or condition.__doc__ or condition.__name__))
        time.sleep(0.02)
