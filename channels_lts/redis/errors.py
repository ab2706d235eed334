"""
What Redis's errors mean. All are redis-py's RedisError; a server that can't be used now raises its
ConnectionError, or Unavailable if the server, or this process, has said so itself.
"""
from redis.exceptions import AuthenticationError, ConnectionError

# For a command, for one inside a script in Redis 7, and in Redis 6.
FORBIDDEN = ("NOPERM", "ACL failure in script", "The user executing the script can't")
# A server that answers like this is as good as away: it is loading its data, is or becomes a
# replica, or is a master without the replicas that min-replicas-to-write requires, as after a
# failover.
UNAVAILABLE = ("LOADING", "READONLY", "MASTERDOWN", "UNBLOCKED", "NOREPLICAS")
# For a command, and for one inside a script.
CLUSTER = ("MOVED ", "ASK ", "CROSSSLOT", "CLUSTERDOWN")
IN_CLUSTER = "non local key in a cluster"
CLUSTER_PROBLEM = ("is a Redis Cluster (cluster-enabled yes), which can't be used: take one "
                   "server, several as shards, or Sentinel")


class Unavailable(ConnectionError):
    """A server can't be used now; what was sent may or may not have run. It may be back soon."""


class AccessRefused(AuthenticationError, Unavailable):
    """
    A server refuses the user or the password, or belongs to a Redis Cluster. For redis-py and for
    waiting code it is a server that can't be used for now: passwords are rotated, but not
    everywhere at once.
    """

    def __init__(self, server, problem):
        """`server`: its address, for a log."""
        super().__init__("Redis at %s %s" % (server, problem))
        self.problem = problem


def is_unavailable(error):
    """Whether Redis's error, as text, means that this server is of no use for now."""
    if "Error running script" in error:  # up to Redis 6 it quotes the command's own error
        return any("-%s " % code in error for code in UNAVAILABLE)
    return error.startswith(UNAVAILABLE)


def is_out_of_memory(error):
    """Whether Redis's error, as text, means that `maxmemory` is reached."""
    return error.startswith("OOM ") or "-OOM " in error


def problem_of(error, username=None):
    """
    What is wrong with the user, the password or the kind of server, according to Redis's error as
    text; or None.
    """
    if error.startswith(CLUSTER) or IN_CLUSTER in error:
        return CLUSTER_PROBLEM
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
