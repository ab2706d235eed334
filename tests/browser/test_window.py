"""
Isolation between windows that reuse one Chromium.
"""
from .window import Window


def test_a_window_knows_nothing_of_the_one_before(deployment, chromiums):
    chromium = chromiums.take()
    window = Window(deployment, chromium).log_in("alice")
    window.script("localStorage.setItem('left', 'behind'); window.open('/')")
    chromiums.give_back(chromium)
    assert chromiums.take() is chromium
    window = Window(deployment, chromium, size=(1000, 700)).open("/accounts/login/")
    assert len(window.driver.window_handles) == 1
    assert window.driver.get_cookie("sessionid") is None
    assert window.script("return [localStorage.length, outerWidth]") == [0, 1000]
    assert window.console() == []
    chromiums.give_back(chromium)
