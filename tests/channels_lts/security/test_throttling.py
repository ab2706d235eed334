"""
Guessing passwords.
"""
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django_redis.cache import RedisCache

from channels_lts import ratelimit
from channels_lts.security import middleware, throttling
from tests.channels_lts.asking import Log
from tests.support.ports import free_port

pytestmark = pytest.mark.django_db

LOGIN, ADMIN, SIGN_UP = "/accounts/login/", "/admin/login/", "/accounts/signup/"
FAILURES, SECONDS = 3, 600


@pytest.fixture(autouse=True)
def few(settings, monkeypatch):
    cache.clear()
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1200.0)
    settings.CHANNELS_LTS = dict(
        django_settings.CHANNELS_LTS, LOGIN_FAILURES=(FAILURES, SECONDS),
        LOGIN_FAILURES_PER_ADDRESS=(2 * FAILURES, SECONDS), SIGN_UPS=(FAILURES, SECONDS))


@pytest.fixture
def hashed(monkeypatch):
    """The passwords that were hashed."""
    found = []

    class Hasher(hashers.MD5PasswordHasher):
        def encode(self, password, salt):
            found.append(password)
            return super().encode(password, salt)
    monkeypatch.setattr(hashers, "get_hashers", lambda: [Hasher()])
    monkeypatch.setattr(hashers, "get_hasher", lambda algorithm="default": Hasher())
    return found


def log_in(client, name="alice", password="wrong", path=LOGIN, address="192.0.2.1"):
    return client.post(path, {"username": name, "password": password}, REMOTE_ADDR=address)


def addresses():
    return ("192.0.2.%d" % number for number in range(10, 250))


@pytest.mark.parametrize("path", [LOGIN, ADMIN])
def test_guesses_at_a_name_end_before_a_password_is_hashed(client, admin, hashed, path):
    del hashed[:]
    for address, _ in zip(addresses(), range(FAILURES)):
        assert log_in(client, "admin", path=path, address=address).status_code == 200
    assert len(hashed) == FAILURES
    answer = log_in(client, "admin", "admin", path=path)
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert b"10 min" in answer.content
    assert len(hashed) == FAILURES
    assert "_auth_user_id" not in client.session


def test_the_site_s_login_and_the_admin_s_count_together(client, alice):
    for path, _ in zip([LOGIN, ADMIN, LOGIN], range(FAILURES)):
        log_in(client, path=path)
    assert log_in(client, path=ADMIN).status_code == 429


@pytest.mark.parametrize("name", ["ALICE", " alice", "\uff21lice", "alice\u3000"])
def test_another_form_of_the_name_is_the_same_name(client, alice, name):
    for _ in range(FAILURES):
        log_in(client, name)
    assert log_in(client, "alice").status_code == 429


def test_guesses_from_an_address_at_many_names_end(client, alice):
    for number in range(2 * FAILURES):
        assert log_in(client, "name%d" % number).status_code == 200
    assert log_in(client, "alice", "alice").status_code == 429
    assert log_in(client, "alice", "alice", address="192.0.2.2").status_code == 302


def test_a_network_of_ipv6_is_one_address(client):
    codes = [log_in(client, "name%d" % number, address="2001:db8::%x" % number).status_code
             for number in range(2 * FAILURES + 1)]
    assert codes[-2:] == [200, 429]


def test_the_right_password_in_time_works_and_does_not_count(client, alice):
    for _ in range(3 * FAILURES):
        client.cookies.clear()
        assert log_in(client, password="alice").status_code == 302
    client.cookies.clear()
    for _ in range(FAILURES - 1):
        log_in(client)
    assert log_in(client, password="alice").status_code == 302


def test_who_may_not_into_the_admin_learns_nothing_of_a_password_by_the_limit(client, alice):
    codes = [log_in(client, password="alice", path=ADMIN).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_when_the_time_is_over_one_may_try_again(client, alice, monkeypatch):
    for _ in range(FAILURES + 1):
        log_in(client)
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1200.0 + SECONDS)
    assert log_in(client, password="alice").status_code == 302


def test_an_attacker_does_not_lock_out_a_browser_that_has_logged_in_before(client, alice):
    assert log_in(client, password="alice").status_code == 302
    cookie = client.cookies["known_browser"]
    assert cookie["httponly"] and cookie["max-age"]
    client.post("/accounts/logout/")
    attacker = Client()
    for address, _ in zip(addresses(), range(FAILURES + 1)):
        answer = log_in(attacker, address=address)
    assert answer.status_code == 429
    assert log_in(client, password="alice").status_code == 302
    # That browser guesses no more often than others.
    client.post("/accounts/logout/")
    codes = [log_in(client).status_code for _ in range(FAILURES + 1)]
    assert codes == [200] * FAILURES + [429]


def test_what_a_full_limit_refuses_counts_nowhere(client, alice):
    for _ in range(2 * FAILURES):
        log_in(client)  # the second half is refused for its name, not its address
    assert [log_in(client, "name%d" % number).status_code for number in range(FAILURES)] == (
        [200] * FAILURES)


@pytest.mark.parametrize("forged", ["", "x", "W10:1abcde:xxxx", '["a","b"]'])
def test_a_forged_or_another_s_cookie_helps_nobody(client, alice, account, forged):
    account("mallory")
    log_in(client, "mallory", "mallory")
    client.post("/accounts/logout/")
    if forged:
        client.cookies["known_browser"] = forged
    attacker = Client()
    for _ in range(FAILURES):
        log_in(attacker)
    assert log_in(client).status_code == 429


def test_a_try_is_counted_before_the_password_is_looked_at(client, alice, monkeypatch):
    """Many at one time: each begins before another has failed."""
    seen = []

    def authenticate(*args, **credentials):
        if len(seen) < 10:
            seen.append(log_in(Client()).status_code)
        return None
    monkeypatch.setattr("django.contrib.auth.forms.authenticate", authenticate)
    log_in(client)
    assert seen == [429] + [200] * (FAILURES - 1)


def test_of_many_uses_at_one_time_exactly_the_allowed_pass(redis_url, monkeypatch):
    monkeypatch.setattr(ratelimit, "cache", RedisCache(redis_url, {"KEY_PREFIX": "throttling"}))

    def use(_):
        try:
            return bool(ratelimit.consume("race:%s" % redis_url, 5, SECONDS))
        except ratelimit.RateLimited:
            return False
    try:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(use, range(100))) == 5
    finally:
        ratelimit.cache.delete_pattern("*")


def test_guesses_at_the_old_password_end(client, admin, hashed):
    client.force_login(admin)

    def change(old):
        return client.post("/admin/password_change/", {
            "old_password": old, "new_password1": "a long one 7", "new_password2": "a long one 7"})
    for _ in range(FAILURES - 1):
        assert change("wrong").status_code == 200
    assert change("admin").status_code == 302
    del hashed[:]
    codes = [change("wrong").status_code for _ in range(2)]
    assert codes == [200, 429]
    assert hashed.count("wrong") == 1


def test_an_address_signs_up_so_often(client, hashed):
    def sign_up(number, address="192.0.2.1"):
        client.cookies.clear()
        return client.post(SIGN_UP, {
            "username": "carol%d" % number, "password1": "a long one 7",
            "password2": "a long one 7"}, REMOTE_ADDR=address).status_code
    assert [sign_up(number) for number in range(FAILURES + 1)] == [302] * FAILURES + [429]
    assert len(hashed) == FAILURES
    assert sign_up(9, address="192.0.2.2") == 302


def test_a_name_is_tried_at_the_sign_up_so_often_from_wherever(client):
    codes = [client.post(SIGN_UP, {"username": "carol"}, REMOTE_ADDR=address).status_code
             for address, _ in zip(addresses(), range(FAILURES + 1))]
    assert codes == [200] * FAILURES + [429]


def test_where_no_address_is_known_only_the_names_count(client):
    for number in range(2 * FAILURES + 1):
        assert log_in(client, "name%d" % number, address="").status_code == 200


def test_forms_without_a_name_lock_nobody_out(client):
    for address, _ in zip(addresses(), range(FAILURES + 1)):
        assert log_in(client, "", address=address).status_code == 200


def test_a_form_of_another_site_counts_for_nobody(alice):
    attacker = Client(enforce_csrf_checks=True)
    for _ in range(FAILURES + 1):
        assert log_in(attacker).status_code == 403
    assert log_in(Client(), password="alice").status_code == 302


def test_looking_at_the_forms_is_free(client):
    for path in [LOGIN, SIGN_UP] * (2 * FAILURES):
        assert client.get(path).status_code == 200


def test_other_forms_are_left_alone(client, admin):
    client.force_login(admin)
    for number in range(2 * FAILURES + 1):
        assert client.post("/chat/room%d/" % number).status_code == 302


def test_a_refusal_is_logged_with_the_setting_to_change(client, monkeypatch):
    noted = []
    monkeypatch.setattr(middleware.refusals, "note", lambda *args: noted.append(args))
    for _ in range(FAILURES + 1):
        log_in(client)
    assert noted == [("log in too often (CHANNELS_LTS: LOGIN_FAILURES)", "192.0.2.1")]


def test_the_cache_shows_no_names(client, monkeypatch):
    keys = []
    monkeypatch.setattr(ratelimit, "consume", lambda key, *args: keys.append(key) or key)
    log_in(client, "alice\n\x7f")
    assert keys and not any("alice" in key for key in keys)
    assert all(len(key) < 200 and key.isprintable() for key in keys)


def test_a_project_without_a_page_of_its_own_answers_in_text(client, monkeypatch, settings):
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
    answer = middleware.too_many(None, 30)
    assert (answer.status_code, answer.content) == (
        429, b"Too many attempts. Try again in 30 seconds.\n")


@pytest.mark.parametrize("off, names", [
    ("LOGIN_FAILURES", ["alice"] * 2 * FAILURES),
    ("LOGIN_FAILURES_PER_ADDRESS", "abcdefghij")])
def test_each_limit_can_be_switched_off(client, settings, off, names):
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, **{off: None})
    assert {log_in(client, name).status_code for name in names} == {200}


def test_with_a_cache_that_keeps_nothing_people_get_in(client, admin, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert log_in(client).status_code == 200
    assert log_in(client, "admin", "admin").status_code == 302


def test_a_request_within_another_has_a_try_of_its_own(client, alice, account, monkeypatch):
    """A view may ask the site itself."""
    account("bob")
    authenticate = auth_forms.authenticate
    inner = Client()

    def ask_first(request, username, password):
        if username == "alice" and not inner.cookies:
            assert log_in(inner, "bob", "bob").status_code == 302
        return authenticate(request, username=username, password=password)
    monkeypatch.setattr(auth_forms, "authenticate", ask_first)
    assert log_in(client, "alice", "wrong").status_code == 200
    assert "known_browser" not in client.cookies
    assert "known_browser" in inner.cookies
    codes = [log_in(Client(), "alice", address="192.0.2.2").status_code for _ in range(FAILURES)]
    assert codes == [200] * (FAILURES - 1) + [429]


def away(*args, **kwargs):
    raise OSError("no cache")


@pytest.fixture
def cache_away(settings):
    """Nobody listens at that port."""
    settings.CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache",
                                   "LOCATION": "redis://127.0.0.1:%d/0" % free_port()}}
    middleware.refusals.told_at.clear()


@pytest.mark.parametrize("path", [LOGIN, ADMIN, SIGN_UP])
def test_without_the_cache_nobody_gets_in_and_one_line_says_why(
        client, admin, hashed, cache_away, path):
    del hashed[:]
    with Log() as log:
        answers = [log_in(client, "admin", "admin", path=path) for _ in range(3)]
    assert {(each.status_code, each["Retry-After"]) for each in answers} == {(503, "10")}
    assert hashed == []
    warning, = [each for each in log.records if each.name == "channels_lts.security"]
    assert "CACHES" in warning.getMessage() and log.tracebacks == []


def test_without_the_cache_the_forms_and_who_is_logged_in_are_as_ever(
        client, admin, cache_away):
    assert client.get(LOGIN).status_code == 200
    client.force_login(admin)
    assert client.get("/admin/").status_code == 200


def test_a_cache_that_goes_in_between_fails_no_login(client, alice, monkeypatch, caplog):
    monkeypatch.setattr(ratelimit, "release", away)
    assert log_in(client, password="alice").status_code == 302
    assert "no cache" in caplog.text


# Which views

class Match:
    app_names = []

    def __init__(self, view_name, app_names=()):
        self.view_name, self.app_names = view_name, list(app_names)
        self.url_name = view_name.split(":")[-1]


def test_django_s_own_views_are_known_and_others_by_their_names(settings):
    from django.contrib.auth import views
    from django.contrib.auth.decorators import login_required
    kind_of = throttling.kind_of
    assert kind_of(views.LoginView.as_view(), Match("x")) == throttling.LOG_IN
    assert kind_of(login_required(views.PasswordChangeView.as_view()), Match("x")) == (
        throttling.PASSWORD_CHANGE)
    assert kind_of(views.login, Match("x")) == throttling.LOG_IN
    assert kind_of(views.logout, Match("x")) is None
    assert kind_of(test_looking_at_the_forms_is_free, Match("a:login", ["a"])) is None
    settings.CHANNELS_LTS = {"LOGIN_VIEWS": ["a:login"], "SIGN_UP_VIEWS": ["join"]}
    assert kind_of(test_looking_at_the_forms_is_free, Match("a:login", ["a"])) == throttling.LOG_IN
    assert kind_of(views.logout, Match("join")) == throttling.SIGN_UP


def test_failed_log_ins_and_sign_ups_leave_no_session(client, alice):
    for _ in range(FAILURES + 1):
        log_in(client)
        log_in(client, path=ADMIN)
        client.post(SIGN_UP, {"username": "x", "password1": "x", "password2": "y"})
    assert not Session.objects.exists()
