"""
What is on its way to one server.
"""
from channels_lts.conf import bound


def is_large(letter):
    return len(letter.payload) > bound("LARGE_BODY")


class Way:
    """
    What a server owes an answer to. Large letters have half of the bytes (or one of them has more,
    alone), so that small ones find room whatever is uploaded.
    """
    most = 20000  # letters
    most_bytes = 32 * 2 ** 20  # and one letter more

    def __init__(self):
        self.letters = self.bytes = self.large_bytes = 0

    def has_room(self, letter):
        if self.letters >= self.most or self.bytes >= self.most_bytes:
            return False
        return (not self.large_bytes or not is_large(letter)
                or self.large_bytes + len(letter.payload) <= self.most_bytes // 2)

    def add(self, letter):
        self._change(letter, 1)

    def remove(self, letter):
        self._change(letter, -1)

    def _change(self, letter, sign):
        self.letters += sign
        self.bytes += sign * len(letter.payload)
        if is_large(letter):
            self.large_bytes += sign * len(letter.payload)
