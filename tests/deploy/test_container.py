"""The container's files, as far as they can be checked without a Docker engine."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from autoclone.config.settings import Settings, variable

ROOT = Path(__file__).parents[2]
SCHEMA = Path(__file__).with_name("compose-spec.json")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, continuations joined."""
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


def given(name: str) -> list[str]:
    return [rest for instruction, rest in instructions(DOCKERFILE) if instruction == name]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.one.yml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def server(compose: dict[str, Any]) -> dict[str, Any]:
    service: dict[str, Any] = compose["services"]["autoclone"]
    return service


def validator() -> Draft7Validator:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def test_compose_file_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    assert [error.message for error in validator().iter_errors(compose)] == []


def test_the_schema_refuses_what_is_no_compose_file(compose: dict[str, Any]) -> None:
    wrong = {**compose, "services": {"autoclone": {"imagine": "autoclone"}}}
    assert list(validator().iter_errors(wrong)) != []


def test_compose_builds_a_stage_that_exists(server: dict[str, Any]) -> None:
    stages = [rest.split(" AS ")[1] for rest in given("FROM")]
    assert server["build"]["target"] in stages
    assert stages[-1] == "server", "a plain `docker build .` makes the server without the examples' data"


def test_compose_mounts_what_exists_and_keeps_the_store(
    compose: dict[str, Any], server: dict[str, Any]
) -> None:
    mounts = dict(volume.split(":")[:2] for volume in server["volumes"])
    for source, target in mounts.items():
        assert (ROOT / source).is_dir() if source.startswith(".") else source in compose["volumes"], target
    store = next(word for word in shlex.split(" ".join(given("ENV"))) if word.startswith("AUTOCLONE_STORE="))
    assert store.removeprefix("AUTOCLONE_STORE=sqlite:///").startswith(mounts["store"] + "/")
    assert (ROOT / "examples" / Path(server["environment"]["AUTOCLONE_DAGS"]).name).is_dir()


def test_compose_publishes_to_this_machine_only_and_checks_the_health(server: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in server["ports"])
    assert "/livez" in server["healthcheck"]["test"][-1]


def test_every_setting_that_is_named_exists(server: dict[str, Any]) -> None:
    named = set(re.findall(r"AUTOCLONE_[A-Z_]+", DOCKERFILE)) | set(server["environment"]) - {"PYTHONPATH"}
    assert named <= {variable(field) for field in Settings.model_fields}


def test_images_are_pinned_to_a_version_of_python() -> None:
    foreign = {rest.split()[0] for rest in given("FROM")} - {rest.split(" AS ")[1] for rest in given("FROM")}
    assert foreign
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", image) for image in foreign)


def test_everything_installed_comes_from_a_hashed_lock() -> None:
    installs = [rest for rest in given("RUN") if "pip install" in rest]
    assert len(installs) == 3
    for command in installs:
        assert "--require-hashes" in command or command.endswith("--no-deps --no-build-isolation .")


def test_what_is_copied_exists_and_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    for rest in given("COPY"):
        if not rest.startswith("--from"):
            for name in rest.split()[:-1]:
                assert (ROOT / name).exists(), name
                assert f"!{name}" in ignored, name


def test_the_server_runs_as_nobody_in_particular_and_reports_its_health() -> None:
    assert given("USER") == ["autoclone"]
    assert "/livez" in given("HEALTHCHECK")[0]
    command = given("HEALTHCHECK")[0].split("CMD ", 1)[1]
    compile(json.loads(command)[2], "healthcheck", "exec")
    assert json.loads(given("CMD")[0]) == ["autoclone", "serve"]
