import pytest

from tests.conftest import need

from . import environment


@pytest.fixture(scope="session")
def wheel():
    """The path of the wheel; environment.PYTHON has it, and its dependencies."""
    try:
        return environment.wheel()
    except environment.NoNetwork as error:
        need(False, str(error))
