"""
What several workers count together.
"""
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from channels_lts.conf import DEFAULTS

MOST, _seconds = DEFAULTS["LOGIN_FAILURES"]


@pytest.fixture(autouse=True)
def nothing_is_counted(deployment):
    deployment.forget_limits()
    yield
    deployment.forget_limits()


def test_of_many_guesses_at_one_time_so_many_are_looked_at(deployment, visitor):
    browser = visitor()
    page = browser.get("/accounts/login/").text
    token = re.search(r"name='csrfmiddlewaretoken' value='(\w+)'", page).group(1)
    guess = {"username": "bob", "password": "wrong", "csrfmiddlewaretoken": token}

    def code(_):
        return requests.post(deployment.url + "/accounts/login/", guess, timeout=60,
                             cookies=browser.session.cookies.get_dict()).status_code
    with ThreadPoolExecutor(30) as pool:
        codes = list(pool.map(code, range(5 * MOST)))
    assert (codes.count(200), codes.count(429)) == (MOST, 4 * MOST)
    answer = requests.post(deployment.url + "/accounts/login/", dict(guess, username="alice"),
                           timeout=20, cookies=browser.session.cookies.get_dict())
    assert answer.status_code == 200  # another name is free


def test_healthz_answers_a_load_balancer(deployment):
    for method in (requests.get, requests.head):
        answer = method(deployment.url + "/healthz", headers={"Host": "10.1.2.3"}, timeout=20)
        assert answer.status_code == 200
    page = requests.get(deployment.url + "/links/", headers={"Host": "10.1.2.3"}, timeout=20)
    assert page.status_code == 400


@pytest.mark.parametrize("path", ["/primer/raw/", "/primer/poll/?after=x", "/links/"])
def test_what_no_middleware_sees_has_its_headers_once(deployment, path):
    answer = requests.get(deployment.url + path, timeout=20)
    for name, value in deployment_headers().items():
        assert answer.headers[name] == value
    assert "Cache-Control" in answer.headers


def deployment_headers():
    from django.conf import settings
    return settings.CHANNELS_LTS["RESPONSE_HEADERS"]
