import os
import random
import re
import socket

# Below the ports that systems use for outgoing connections, so none of those can interfere. Each
# process of pytest-xdist has its own, and hands out each only once: what a test starts may listen
# there only some time later.
SHARES = 8
SHARE = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "0"))) % SHARES
RANGE = range(20000 + SHARE, 32000, SHARES)

left = []


def free_port():
    """A port of 127.0.0.1 on which nothing listens."""
    while True:
        if not left:
            left.extend(random.SystemRandom().sample(RANGE, len(RANGE)))
        port = left.pop()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) and is_bindable(port):
                return port


def is_bindable(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
