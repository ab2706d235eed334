"""
axe finds no violations on any page, in either colour scheme.
"""
import importlib.util
import sys

import pytest

from ..conftest import need
from . import pages

SOME = {"exclude": [["section ~ section pre"]]}  # the primer's code: always the same colours
# Without resultTypes, axe also describes every element that passes, which takes longest.
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


class Audit:
    """axe, injected into the page that is open in a window."""

    def __init__(self, window):
        from axe_selenium_python import Axe
        self.axe = Axe(window.driver)
        self.axe.inject()

    def violations(self, options):
        """["rule: element"] for each violation"""
        found = self.axe.run(SOME, options)["violations"]
        return ["%s: %s" % (each["id"], node["target"][0])
                for each in found for node in each["nodes"]]


def objections(window, shown):
    """{page's name: violations}, for pages with any."""
    found = {}
    for each in shown:
        window.deployment.forget_limits()
        each.show(window.prefer("light"))
        audit = Audit(window)
        found[each.name] = audit.violations(ALL)
        window.prefer("dark")
        found[each.name + ", dark"] = audit.violations(COLOURS)
    window.console()  # refused messages are logged there
    return {name: wrong for name, wrong in found.items() if wrong}


def few_at_a_time(shown):
    """Parametrizes a test: axe takes seconds a page, and too long for all on a busy machine."""
    groups = [shown[start:start + 6] for start in range(0, len(shown), 6)]
    return pytest.mark.parametrize("shown", groups, ids=lambda group: group[0].name)


@few_at_a_time(pages.ANONYMOUS)
def test_of_an_anonymous_visitor_s_pages(new_window, shown):
    assert objections(new_window(), shown) == {}


@few_at_a_time(pages.LOGGED_IN)
def test_of_an_administrator_s_pages(new_window, shown):
    assert objections(new_window().logged_in("admin"), shown) == {}


@few_at_a_time(pages.PHONE + pages.LOGGED_IN[:1] + pages.ADMIN[:2])
def test_of_a_phone_s_pages(new_window, shown):
    phone = new_window().logged_in("admin").be_phone()
    assert objections(phone, shown) == {}
