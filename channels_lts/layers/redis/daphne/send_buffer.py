from collections import deque


class Post:
    """
    A letter that daphne has sent: the how manieth, by when it must have been taken, in which Window
    it counts, the last turn it has had (see Turns), and what it waits for, to be logged.
    """
    __slots__ = ("number", "letter", "window", "deadline", "turn", "reason")

    def __init__(self, number, letter, window=None):
        self.number = number
        self.letter = letter
        self.window = window
        self.deadline = self.turn = None
        self.reason = "it waited too long"


class Kept:
    """Posts that wait, in the order in which daphne sent them; bounded in number and in bytes."""
    most = 20000

    def __init__(self, most_bytes=16 * 2 ** 20):
        self.most_bytes = most_bytes
        self.posts = deque()
        self.bytes = 0
        self.is_mixed = False  # a post came back after a later one had been added

    def __len__(self):
        return len(self.posts)

    def add(self, post):
        """False when there is no room."""
        if len(self.posts) >= self.most or self.bytes >= self.most_bytes:
            return False
        self.is_mixed = self.is_mixed or bool(self.posts) and post.number < self.posts[-1].number
        self.posts.append(post)
        self.bytes += len(post.letter.payload)
        return True

    def first(self):
        if self.is_mixed:
            self.posts = deque(sorted(self.posts, key=lambda each: each.number))
            self.is_mixed = False
        return self.posts[0]

    def take(self):
        """Removes and returns the first one."""
        post = self.first()
        self.posts.popleft()
        self.bytes -= len(post.letter.payload)
        return post

    def take_expired(self, now):
        """Removes and returns those that have waited too long."""
        expired = [each for each in self.posts if each.deadline < now]
        if expired:
            self.posts = deque(each for each in self.posts if each.deadline >= now)
            self.bytes -= sum(len(each.letter.payload) for each in expired)
        return expired

    def take_all(self):
        """Removes and returns all."""
        return [self.take() for _ in range(len(self))]
