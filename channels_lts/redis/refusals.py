"""
Servers that are there, and don't let us in.
"""
from redis.exceptions import AuthenticationError, ConnectionError

# By a command, by one inside a script in Redis 7, and in Redis 6.
FORBIDDEN = ("NOPERM", "ACL failure in script", "The user executing the script can't")


class AccessRefused(AuthenticationError, ConnectionError):
    """
    A server refuses the user or the password. For redis-py and for who waits it is a server that
    can't be used for now: passwords are rotated, and not everywhere at once.
    """

    def __init__(self, server, problem):
        """`server`: where it is, fit for a log."""
        super().__init__("Redis at %s %s" % (server, problem))
        self.problem = problem


def problem_of(error, username=None):
    """What is wrong with the user or the password by Redis's error, as text; or None."""
    user = " of user %s" % username if username else ""
    if error.startswith("WRONGPASS") or "invalid password" in error:  # the latter up to Redis 5
        return "refuses the password%s" % user
    if error.startswith("NOAUTH"):
        return "wants a password, and none is set"
    if "without any password configured" in error or "no password is set" in error:
        return "has no password, and one is set here"
    if "wrong number of arguments for 'auth'" in error:
        return "is older than 6 and knows no users: set a password without a user name"
    if any(words in error for words in FORBIDDEN):
        return "doesn't let %s do that: %s" % (
            "user %s" % username if username else "this user", error)
    return None
