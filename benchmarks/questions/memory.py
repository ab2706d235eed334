"""
How much resident memory does an open socket take in the interface server?
"""
from ..field import running
from ..figures import number

WARM = 50  # sockets opened before the first reading, so that one-time costs aren't counted


def arguments(parser):
    parser.add_argument("--memory-sockets", type=int, default=2000,
                        help="sockets to open (default 2000)")


def measure(options, left_out, say):
    say("memory: %d sockets" % options.memory_sockets)
    with running(options, left_out, say) as field:
        return field.each(lambda each: weigh(each, options.memory_sockets))


def weigh(contestant, sockets):
    """Bytes of the server: empty, per open socket, and per socket after five broadcasts."""
    warm = contestant.open(["/group/memory/"] * WARM)["open"]
    contestant.settle()
    empty = contestant.servers[0].resident_bytes()
    answer = contestant.open(["/group/memory/"] * sockets)
    contestant.settle()
    opened = contestant.servers[0].resident_bytes()
    for turn in range(5):
        contestant.broadcast(["memory"], "turn %d" % turn)
    contestant.settle()
    used = contestant.servers[0].resident_bytes()
    count = max(answer["open"] - warm, 1)
    return {"empty": empty, "open": answer["open"], "per_socket": (opened - empty) / count,
            "per_socket_after_sends": (used - empty) / count}


def tables(results):
    header = ["contestant", "open", "server before, MB", "KB a socket", "KB a socket after 5 sends"]
    return [("Resident memory of the interface server", header, [
        [name, result["open"], number(result["empty"] / 1e6),
         number(result["per_socket"] / 1e3), number(result["per_socket_after_sends"] / 1e3)]
        for name, result in results.items()])]


def checks(results):
    return []
