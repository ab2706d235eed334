"""
axe finds nothing to object to, on any page, in either colour scheme.
"""
import importlib.util
import sys

import pytest

from ..conftest import need
from . import pages

SOME = {"exclude": [["section ~ section pre"]]}  # the primer's code: twenty times the same colours
# Without resultTypes, axe describes every element that is as it should be, which takes longest.
ALL = "{resultTypes: ['violations']}"
COLOURS = "{resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']}"


@pytest.fixture(scope="module", autouse=True)
def rows(deployment):
    if sys.version_info < (3, 13):
        pytest.skip("the pages are the same on each Python, so axe-selenium-python is on one only")
    need(importlib.util.find_spec("axe_selenium_python"), "axe-selenium-python isn't installed")
    deployment.manage("shell", "-c", pages.ROWS)
    yield
    deployment.manage("shell", "-c", pages.NO_ROWS)


def violations(window, options):
    """[what is wrong: where] on the page that is open."""
    from axe_selenium_python import Axe
    axe = Axe(window.driver)
    axe.inject()
    found = axe.run(SOME, options)["violations"]
    return ["%s: %s" % (each["id"], node["target"][0]) for each in found for node in each["nodes"]]


def objections(window, shown):
    """{page's name: violations} of those that have any."""
    found = {}
    for page in shown:
        window.deployment.forget_limits()
        page.show(window.prefer("light"))
        found[page.name] = violations(window, ALL)
        found[page.name + ", dark"] = violations(window.prefer("dark"), COLOURS)
    window.console()  # refusals are said there
    return {name: wrong for name, wrong in found.items() if wrong}


def test_of_an_anonymous_visitor_s_pages(new_window):
    assert objections(new_window(), pages.ANONYMOUS) == {}


def test_of_an_administrator_s_pages(new_window):
    assert objections(new_window().log_in("admin"), pages.LOGGED_IN) == {}


def test_of_a_phone_s_pages(new_window):
    phone = new_window().log_in("admin").be_phone()
    assert objections(phone, pages.PHONE + pages.LOGGED_IN[:1] + pages.ADMIN[:2]) == {}
