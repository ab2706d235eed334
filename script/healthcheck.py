"""
    healthcheck.py web       exit 0: /healthz answers 200 (daphne, Redis, a worker, the database)
    healthcheck.py worker    exit 0: a runworker process lives here and its Redis answers
    healthcheck.py delay     exit 0: likewise for a rundelay process
    healthcheck.py listener  exit 0: likewise for a runlistener process

Cheap enough to run every few seconds: Django isn't imported.
"""
import glob
import http.client
import os
import sys


def host_header():
    """A name that the site answers to: the check itself connects to 127.0.0.1."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return first if first not in ("", "*") else "localhost"


def web(port=None, timeout=5):
    """None if all is well, otherwise the problem."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(port or os.environ.get("PORT") or 8000), timeout=timeout)
    try:
        connection.request("GET", "/healthz", headers={"Host": host_header()})
        response = connection.getresponse()
        if response.status == 200:
            return None
        body = response.read(200).decode(errors="replace").strip().split("\n")[0]
        return "/healthz answers %d %s" % (response.status, body or response.reason)
    except (OSError, http.client.HTTPException) as error:
        return "/healthz doesn't answer: %s" % error
    finally:
        connection.close()


def process(command):
    if not any(runs(command, path) for path in glob.glob("/proc/[0-9]*/cmdline")):
        return "no %s process" % command
    import redis_servers
    from redis.exceptions import RedisError
    try:
        for url in redis_servers.urls():
            redis_servers.ping(url)
    except RedisError as error:
        return "Redis doesn't answer: %s" % error
    return None


def worker():
    return process("runworker")


def delay():
    return process("rundelay")


def listener():
    return process("runlistener")


def runs(command, path):
    try:
        with open(path) as stream:
            arguments = stream.read().split("\0")
    except OSError:
        return False
    # Not the init process in front of it, whose arguments are the same.
    return os.path.basename(arguments[0]).startswith("python") and command in arguments


if __name__ == "__main__":
    checks = {"web": web, "worker": worker, "delay": delay, "listener": listener}
    sys.exit(checks[sys.argv[1]]() if sys.argv[1:2] and sys.argv[1] in checks else __doc__)
