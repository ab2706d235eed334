import random
import socket

# Below the ports that systems give to outgoing connections: none of those can come in between.
RANGE = range(20000, 32000)


def free_port():
    """A port of 127.0.0.1 on which nothing listens."""
    while True:
        port = random.SystemRandom().choice(RANGE)
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
