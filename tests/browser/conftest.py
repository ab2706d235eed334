import pytest

from .window import Window


@pytest.fixture
def new_window(deployment, chromium, tmp_path):
    """Opens Chromium windows; afterwards the console of each must be empty."""
    opened = []

    def open_window(**kwargs):
        opened.append(Window(
            deployment, chromium, tmp_path / ("profile%d" % len(opened)), **kwargs))
        return opened[-1]
    try:
        yield open_window
        for window in opened:
            assert window.console() == []
    finally:
        for window in opened:
            window.close()
