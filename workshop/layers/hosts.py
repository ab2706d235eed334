"""
Redis servers in words that may stand in a log.
"""
from urllib.parse import urlsplit, urlunsplit


def without_password(url):
    """The URL with the password and the query, which may hold one, left out."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if "@" in parts.netloc:
        host = "***@" + host
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
