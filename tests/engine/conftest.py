"""What the tests of the engine share."""

from pathlib import Path

import pytest

from engine_world import World
from folder_kit import Place


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "dags")
