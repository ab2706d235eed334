import pytest

from channels_lts.worker.outage import Outage

from .worker.loops import Log


@pytest.fixture
def log():
    with Log() as log:
        yield log


@pytest.fixture
def short_waits(monkeypatch):
    """Workers try a server that is away again at once."""
    monkeypatch.setattr(Outage, "shortest", 0.001)
    monkeypatch.setattr(Outage, "longest", 0.01)
