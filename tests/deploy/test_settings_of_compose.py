"""What the compose files tell AutoClone are settings that it has, with values that it takes."""

import re
from pathlib import Path

import pytest
import yaml

from autoclone.bootstrap.electing import among
from autoclone.clock import SystemClock
from autoclone.config.settings import Settings, load_settings
from autoclone.persistence import open_store

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("docker-compose*.yml"))
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")

SERVERS = [
    (file.name, name, part["environment"])
    for file in FILES
    for name, part in yaml.safe_load(file.read_text("utf-8"))["services"].items()
    if name.startswith("autoclone")
]


@pytest.fixture
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], Settings]:
    """The variables of one server, and what comes of them."""
    variables = {name: DEFAULT.sub(r"\1", str(text)) for name, text in request.param.items()}
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    return {name: text for name, text in variables.items() if name.startswith("AUTOCLONE_")}, load_settings()


each_server = pytest.mark.parametrize(
    "told", [env for _, _, env in SERVERS], ids=[f"{file}:{name}" for file, name, _ in SERVERS], indirect=True
)


def test_one_and_three_servers_are_looked_at() -> None:
    assert len(SERVERS) == 4


@each_server
def test_each_variable_is_a_setting_that_is_taken(told: tuple[dict[str, str], Settings]) -> None:
    variables, settings = told
    assert variables
    assert {name.removeprefix("AUTOCLONE_").lower() for name in variables} <= settings.model_fields_set


@each_server
def test_store_and_election_can_be_made_of_them(told: tuple[dict[str, str], Settings]) -> None:
    _, settings = told
    open_store(settings.store)
    election = among(settings, SystemClock(), settings.advertise_url)
    assert (election is not None) == (settings.election == "zookeeper")
