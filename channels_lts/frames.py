"""
What a socket's client gets wrong.
"""


class FrameError(Exception):
    """`code` is for the client's program, `message` for its author. The socket stays open."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message
