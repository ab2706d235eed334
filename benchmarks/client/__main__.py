"""
Run by benchmarks.contestants; takes its requests as JSON lines (see benchmarks.jsonlines).
"""
import gc
import resource

from benchmarks import jsonlines
from benchmarks.client import pages
from benchmarks.client.polls import Polls
from benchmarks.client.residents import reside
from benchmarks.client.sockets import Sockets
from benchmarks.client.visitors import visit


def raise_file_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main():
    raise_file_limit()
    gc.disable()  # nothing here is cyclic, and a collection would be charged to the server
    sockets, polls = Sockets(), Polls()
    jsonlines.serve({
        "open": sockets.open,
        "collect": sockets.collect,
        "converse": sockets.converse,
        "close": sockets.close,
        "enough": dict,
        "listen": sockets.listen,
        "pages": pages.ask,
        "poll": polls.ask,
        "polled": polls.answered,
        "reside": reside,
        "visit": visit,
    })


if __name__ == "__main__":
    main()
