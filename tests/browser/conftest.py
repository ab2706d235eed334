import pytest

from .chromium import Chromiums
from .window import Window


@pytest.fixture(scope="session")
def chromiums(chromium, tmp_path_factory):
    chromiums = Chromiums(chromium, tmp_path_factory.mktemp("chromium"))
    yield chromiums
    chromiums.quit()


@pytest.fixture
def new_window(deployment, chromiums):
    """Returns a function that opens a Chromium window, whose console must end up empty."""
    taken, opened = [], []

    def open_window(**kwargs):
        taken.append(chromiums.take())
        opened.append(Window(deployment, taken[-1], **kwargs))
        return opened[-1]
    try:
        yield open_window
        for window in opened:
            assert window.console() == []
    finally:
        for each in taken:
            chromiums.give_back(each)
