import pytest

from channels_lts.worker.outage import WorkerOutage

from .worker.loops import Log


@pytest.fixture
def log():
    with Log() as log:
        yield log


@pytest.fixture
def short_waits(monkeypatch):
    """Workers try a server that is away again at once."""
    monkeypatch.setattr(WorkerOutage, "shortest", 0.001)
    monkeypatch.setattr(WorkerOutage, "longest", 0.01)
