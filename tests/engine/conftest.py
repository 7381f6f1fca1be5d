"""What the tests of the engine share."""

import pytest
from engine_world import World


@pytest.fixture
def world() -> World:
    return World()
