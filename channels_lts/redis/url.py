"""
URLs of Redis servers:

    redis://user:password@host:6379/0?socket_timeout=20
    rediss://…  with TLS, and the ssl_… options
    unix://user:password@/path/of/redis.sock?db=0

User name, password, host and path are percent-encoded (RFC 3986, section 3.2.1), options as in a
form. The options are those of redis-py's connections, and `username`.
"""
import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

SCHEMES = ("redis", "rediss", "unix")
PARSERS = {
    "db": int,
    "max_connections": int,
    "socket_timeout": float,
    "socket_connect_timeout": float,
    "socket_keepalive": lambda text: text.upper() not in ("0", "F", "FALSE", "N", "NO"),
    "retry_on_timeout": lambda text: text.upper() not in ("0", "F", "FALSE", "N", "NO"),
}


def parse(url):
    """
    A URL's options for redis-py: host and port, or path; db; username and password if present; and
    those in its query. Raises ValueError, whose text repeats nothing of the URL but the names of
    options: an unencoded password may end up in any part.
    """
    parts = _split(url)
    options = dict(_option(name, text) for name, text in parse_qsl(parts.query))
    if parts.username:
        options["username"] = unquote(parts.username)
    if parts.password:
        options["password"] = unquote(parts.password)
    if parts.scheme == "unix":
        options["path"] = unquote(parts.path)
    else:
        options["host"] = _host(parts) or "localhost"
        options["port"] = parts.port or 6379
        options.setdefault("db", _database(parts.path))
    options.setdefault("db", 0)
    return options


def redact(url):
    """The URL for a log: without user name, password and query."""
    scheme, mark, rest = url.partition("://")
    # An unencoded password ends the authority early, and then nobody knows where.
    authority, path = re.match(r"([^/?#]*)(.*)", rest, re.DOTALL).groups()
    if "@" in path:
        return scheme + mark + "***"
    _, has_user, host = authority.rpartition("@")
    return scheme + mark + ("***@" if has_user else "") + host + re.split("[?#]", path)[0]


def with_credentials(url, username="", password=""):
    """The URL with this user name and password (given unencoded), unless it has its own."""
    scheme, mark, rest = url.partition("://")
    options = parse(url)
    if not password or options.get("password"):
        return url
    user = quote(username or options.get("username", ""), safe="")
    _, _, server = rest.rpartition("@") if "@" in re.split("[/?#]", rest)[0] else ("", "", rest)
    return "%s%s%s:%s@%s" % (scheme, mark, user, quote(password, safe=""), server)


def _split(url):
    scheme, mark, rest = url.partition("://")
    if scheme not in SCHEMES or not mark:
        raise ValueError("doesn't start with %s" % " or ".join(each + "://" for each in SCHEMES))
    if not rest.strip("/"):
        raise ValueError("names no server")
    try:
        parts = urlsplit(url)
        parts.port
    except ValueError:
        raise ValueError("isn't a URL, or has something else than a number as its port "
                         "(in passwords, / ? # % @ : are percent-encoded)") from None
    if parts.fragment:
        raise ValueError("has a # (in a password it is %23)")
    return parts


def _host(parts):
    """As written: Sentinel's service names may have capital letters."""
    host = parts.hostname or ""
    start = parts.netloc.lower().rfind(host)
    return unquote(parts.netloc[start:start + len(host)])


def _database(path):
    name = path.replace("/", "")
    if name and not name.isdigit():
        raise ValueError("has something else than a number as its database")
    return int(name or 0)


def _option(name, text):
    try:
        return name, PARSERS.get(name, str)(text)
    except ValueError:
        raise ValueError("has something else than a number as its %s" % (
            "database" if name == "db" else name)) from None
