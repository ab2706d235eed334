"""
Requests that wait for an answer until something happens.
"""
from . import series

POLLED = "a long poll, from its request to its answer"
PAGE = "a page meanwhile"
MEMORY = "memory of daphne, MB"
WAIT_SECONDS = 60
GROUP = "asgi::group:polls"


def polls(options, left_out, say, sizes):
    polled, pages, memory = [], [], []
    with series.ours(options, left_out, say) as contestant:
        for size in sizes:
            polled.append(series.cost(contestant, asking(size), options))
            wait_for(contestant, size)
            pages.append(series.cost(contestant, page, options))
            memory.append(contestant.servers[0].resident_bytes() / 1e6)
            answer(contestant)
    return {POLLED: series.costs(sizes, polled), PAGE: series.costs(sizes, pages),
            MEMORY: series.values(sizes, memory, "MB")}


def asking(size):
    def work(contestant, seconds):
        wait_for(contestant, size)
        return answer(contestant)
    return work


def wait_for(contestant, size):
    """Waits until a worker has handled all of them; few are in the channel at a time."""
    contestant.client.ask("poll", 120, port=contestant.ports[0], path="/poll/", count=size)
    contestant.client.wait_for(lambda: waiting(contestant) == size, WAIT_SECONDS)


def waiting(contestant):
    return contestant.redis.connection.zcard(GROUP)


def answer(contestant):
    contestant.sender.ask("answer", groups=["polls"], text="news")
    found = contestant.client.ask("polled", 120, seconds=60)["received"]
    contestant.redis.connection.delete(GROUP)  # its members stay, though they are answered
    return found


def page(contestant, seconds):
    return contestant.client.ask("pages", seconds + 60, port=contestant.ports[0],
                                 path="/?visitor=somebody", clients=4, seconds=seconds)["requests"]
