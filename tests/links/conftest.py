import pytest

from .openapi import CheckedClient


@pytest.fixture
def client():
    return CheckedClient()
