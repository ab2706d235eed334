"""
URLs of Redis servers: what they mean, and what of them may appear in a log.
"""
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_lts.redis import AccessRefused, ConnectionPool, parse, redact, with_credentials
from channels_lts.redis.errors import problem_of

# As distinct from host and path: lower case doesn't occur in the words.
WORDS = st.text("/@%:#?&+= ÄÖ\"\\'[]", min_size=1).map(lambda text: "Q" + text + "Z")


@pytest.mark.parametrize("url, found", [
    ("redis://a", {"host": "a", "port": 6379, "db": 0}),
    ("redis://a:1/2", {"host": "a", "port": 1, "db": 2}),
    ("redis://:6380", {"host": "localhost", "port": 6380, "db": 0}),
    ("redis://[::1]:1/2/", {"host": "::1", "port": 1, "db": 2}),
    ("redis://a/1?db=2", {"host": "a", "port": 6379, "db": 2}),
    ("redis://:p@a", {"host": "a", "port": 6379, "db": 0, "password": "p"}),
    ("redis://u:p@a", {"host": "a", "port": 6379, "db": 0, "username": "u", "password": "p"}),
    ("redis://a?username=u&password=p%26",
     {"host": "a", "port": 6379, "db": 0, "username": "u", "password": "p&"}),
    ("redis://a?socket_timeout=2&socket_keepalive=no",
     {"host": "a", "port": 6379, "db": 0, "socket_timeout": 2, "socket_keepalive": False}),
    ("unix:///run/r%20s", {"path": "/run/r s", "db": 0}),
    ("unix://u:p@/run/r?db=3", {"path": "/run/r", "db": 3, "username": "u", "password": "p"}),
])
def test_a_url_says_where_a_server_is_and_who_asks(url, found):
    assert parse(url) == found


@given(WORDS, WORDS)
def test_any_word_may_be_a_user_or_a_password_if_it_is_encoded(user, password):
    user_part, password_part = quote(user, safe=""), quote(password, safe="")
    for server in ("redis://%s:%s@host:1/2", "rediss://%s:%s@host", "unix://%s:%s@/run/redis"):
        options = parse(server % (user_part, password_part))
        assert (options["username"], options["password"]) == (user, password)
    options = parse("redis://host?username=%s&password=%s" % (user_part, password_part))
    assert (options["username"], options["password"]) == (user, password)


@given(WORDS)
def test_a_log_shows_no_part_of_a_password_encoded_or_not(password):
    for word in (password, quote(password, safe="")):
        for url in ("redis://:%s@host/0", "redis://%s:x@host/0", "unix://u:%s@/run/redis",
                    "redis://host/0?password=%s", "redis://:%s@host/0?db=1@2"):
            shown = redact(url % word)
            assert "Q" not in shown and "Z" not in shown
            try:
                parse(url % word)
            except ValueError as error:
                assert "Q" not in str(error) and "Z" not in str(error)


@pytest.mark.parametrize("url, shown", [
    ("redis://host:1/2", "redis://host:1/2"),
    ("redis://u:p@host:1/2?db=3", "redis://***@host:1/2"),
    ("unix://u:p@/run/redis", "unix://***@/run/redis"),
    ("redis://u:p/x@host", "redis://***"),
])
def test_a_log_shows_where_a_server_is(url, shown):
    assert redact(url) == shown


@given(WORDS)
def test_a_password_beside_the_url_is_put_into_it(password):
    for url, user in (("redis://host:1/2?db=3", None), ("unix:///run/redis", None),
                      ("redis://u@host", "u")):
        options = parse(with_credentials(url, password=password))
        assert options.pop("password") == password
        assert options.pop("username", None) == user
        expected = parse(url)
        expected.pop("username", None)
        assert options == expected
    assert parse(with_credentials("redis://a", "u", password))["username"] == "u"
    assert with_credentials("redis://:own@a", "u", password) == "redis://:own@a"


@pytest.mark.parametrize("url", [
    "host", "http://host", "redis://", "redis://h:x", "redis://h/x", "redis://h?db=x",
    "redis://h?socket_timeout=x", "redis://h/0#x", "redis://:a#b@h/0", "redis://:a/b@h/0"])
def test_what_is_no_url_of_a_redis_is_refused(url):
    with pytest.raises(ValueError):
        parse(url)


def test_what_a_unix_socket_has_no_use_for_is_left_out():
    pool = ConnectionPool.from_url("unix:///run/redis", socket_connect_timeout=3,
                                   socket_keepalive=True, socket_timeout=1)
    assert pool.make_connection().socket_timeout == 1


@pytest.mark.parametrize("error, words", [
    ("WRONGPASS invalid username-password pair or user is disabled.",
     "refuses the password of user x"),
    ("invalid password", "refuses the password of user x"),
    ("NOAUTH Authentication required.", "wants a password"),
    ("Client sent AUTH, but no password is set", "has no password"),
    ("ERR AUTH <password> called without any password configured for the default user. Are you "
     "sure your configuration is correct?", "has no password"),
    ("ERR wrong number of arguments for 'auth' command", "knows no users"),
    ("NOPERM this user has no permissions to run the 'blpop' command",
     "doesn't let user x do that: NOPERM"),
    ("ERR ACL failure in script: This user has no permissions to run the 'set' command",
     "doesn't let user x do that: ERR ACL"),
    ("MOVED 866 10.0.0.1:7000", "is a Redis Cluster"),
    ("CROSSSLOT Keys in request don't hash to the same slot", "is a Redis Cluster"),
    ("CLUSTERDOWN Hash slot not served", "is a Redis Cluster"),
    ("ERR Script attempted to access a non local key in a cluster node", "is a Redis Cluster"),
])
def test_each_refusal_is_said_as_such(error, words):
    assert words in problem_of(error, "x")


@pytest.mark.parametrize("error", ["LOADING data", "OOM command not allowed", "ERR unknown"])
def test_other_errors_are_no_refusals(error):
    assert problem_of(error, "x") is None


def test_a_refusal_says_which_server_it_was():
    assert str(AccessRefused("host:1", "refuses the password")) == (
        "Redis at host:1 refuses the password")
