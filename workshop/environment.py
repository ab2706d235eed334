"""
Typed reading of the environment, for settings.py and nothing else.
"""
import fcntl
import json
import os

import dj_database_url
from redis.exceptions import RedisError

from channels_lts.redis import ConnectionPool, MasterPool, with_credentials
from channels_lts.redis.sentinel import service_of

MIN_KEY_LENGTH = 32  # characters of an encryption key, which isn't stretched
TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off", "")


def stop(name, problem):
    """
    Ends the start with one line that names the setting: a traceback through Django's settings
    machinery would hide it (and manage.py would blame the command instead).
    """
    raise SystemExit("workshop: %s %s" % (name, problem))


def load_running(path):
    """
    Sets the variables with which script/server runs the site of this checkout, while it does: it
    holds a lock on the file, which a crash may leave behind. The environment takes precedence.
    """
    try:
        with open(path) as stream:
            if is_locked(stream):
                for name, value in json.load(stream).items():
                    os.environ.setdefault(name, value)
    except (OSError, ValueError):  # there is none, or it is just being written
        pass


def is_locked(stream):
    try:
        fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def text(name, default=""):
    return os.environ.get(name, default).strip()


def required(name, hint):
    value = text(name)
    if not value:
        stop(name, "is not set. %s" % hint)
    return value


def boolean(name, default):
    value = os.environ.get(name)
    if value is None:
        return default
    value = value.strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    stop(name, "is %r; use 1 or 0" % value)


def integer(name, default, minimum, maximum):
    value = text(name) or str(default)
    try:
        number = int(value)
    except ValueError:
        stop(name, "is %r; it must be a whole number" % value)
    if not minimum <= number <= maximum:
        stop(name, "is %d; it must be from %d to %d" % (number, minimum, maximum))
    return number


def words(name, default=""):
    """Comma-separated values, as a list without empty ones."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name, default, choices):
    value = text(name) or default
    if value not in choices:
        stop(name, "is %r; choose one of %s" % (value, ", ".join(sorted(choices))))
    return value


def redis_urls(name, credentials):
    """
    Comma-separated URLs of Redis servers. `credentials`: {"username", "password"} for those without
    a password.
    """
    found = words(name)
    for url in found:
        _check_redis(name, ConnectionPool, url, "redis://host:6379/0")
    return [with_credentials(url, **credentials) for url in found]


def services(name, credentials):
    """
    Comma-separated masters monitored by Sentinels, by name or as a URL with the name as its host
    (channels_lts.redis.sentinel), as URLs. `credentials`: as for `redis_urls`.
    """
    found = [service_of(word) for word in words(name)]
    for url in found:
        _check_redis(name, MasterPool, url, "mymaster or rediss://mymaster/0", sentinels=[])
    return [with_credentials(url, **credentials) for url in found]


def sentinels(name):
    """Comma-separated host:port pairs or URLs of Sentinels, as (host, port) and URLs."""
    found = []
    for word in words(name):
        if "://" in word:
            _check_redis(name, ConnectionPool, word, "rediss://host:26379")
        found.append(word if "://" in word else _host_and_port(name, word))
    return found


def _check_redis(name, pool, url, example, **options):
    problem = _problem_of_redis(pool, url, options)
    if problem:  # the URL may hold a password, so it isn't repeated
        stop(name, "has an entry that %s; one is such as %s" % (problem, example))


def _problem_of_redis(pool, url, options):
    try:
        pool.from_url(url, **options).make_connection()  # connects nowhere
    except ValueError as error:
        return str(error)
    except (TypeError, RedisError):
        return "has an option that redis-py doesn't know, or that has no such value"
    return None


def encryption_keys(name):
    """Comma-separated secrets, the first of which encrypts."""
    value = text(name)
    found = [key.strip() for key in value.split(",")] if value else []
    if any(len(key) < MIN_KEY_LENGTH for key in found):
        stop(name, "has a key of less than %d characters" % MIN_KEY_LENGTH)
    if len(set(found)) < len(found):
        stop(name, "has the same key twice")
    return found


def _host_and_port(name, word):
    host, _, port = word.rpartition(":")
    if not host or not port.isdigit():
        stop(name, "has the entry %r; it must be host:port" % word)
    return host, int(port)


def database(name, default):
    """A database URL as Django's DATABASES entry."""
    url = text(name) or default
    try:
        config = dj_database_url.parse(url)
    except (KeyError, ValueError):
        config = {}
    if not config.get("ENGINE") or not config.get("NAME"):
        # The URL may hold a password, so it isn't repeated.
        stop(name, "isn't a database URL such as postgres://user:password@host/name "
                   "or sqlite:////path/to/file")
    return config
