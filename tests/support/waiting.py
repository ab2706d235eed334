import threading
import time


def wait_for(condition, seconds=30, what=None):
    """
    The first truthy value of `condition()`; fails when there is none within `seconds`.
    """
    began = time.monotonic()
    while True:
        value = condition()
        if value:
            return value
        waited = time.monotonic() - began
        if waited > seconds:
            raise AssertionError("not within %s seconds: %s" % (
                seconds, what or condition.__doc__ or condition.__name__))
        # A browser's condition takes the processor for 5 ms, as does a page that is waited for.
        time.sleep(min(max(waited / 10, 0.01), 0.1))


def blocked_clients(redis):
    """How many connections wait in a BLPOP. One whose process is gone isn't among them for long."""
    return sum("b" in client["flags"] for client in redis.client_list())


def in_thread(call, *args, **kwargs):
    """Calls in a thread; returns a function that waits for the result, or fails without one."""
    results = []
    thread = threading.Thread(target=lambda: results.append(call(*args, **kwargs)), daemon=True)
    thread.start()

    def result():
        thread.join(20)
        assert results, "%r has no result" % (call,)
        return results[0]
    return result
