"""docker-compose.yml: three servers and what they stand on, as far as that shows without Docker."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(Path(__file__).with_name("compose-spec.json").read_text("utf-8"))
SERVERS = ["autoclone-1", "autoclone-2", "autoclone-3"]
NODES = ["zookeeper-1", "zookeeper-2", "zookeeper-3"]
PARTS = [*SERVERS, *NODES, "kafka", "postgres"]

Part = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


@pytest.fixture
def part(compose: dict[str, Any], request: pytest.FixtureRequest) -> Part:
    found: Part = compose["services"][request.param]
    return found


each_part = pytest.mark.parametrize("part", PARTS, indirect=True)
each_server = pytest.mark.parametrize("part", SERVERS, indirect=True)


def test_it_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(compose)] == []


def test_it_has_three_servers_three_nodes_a_database_and_a_broker(compose: dict[str, Any]) -> None:
    assert sorted(compose["services"]) == sorted(PARTS)


@each_part
def test_each_part_is_checked_restarted_and_may_do_little(part: Part) -> None:
    assert {"test", "interval", "timeout", "retries", "start_period"} <= set(part["healthcheck"])
    assert part["restart"] == "unless-stopped"
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]


@each_part
def test_none_runs_as_root(part: Part) -> None:
    """The image of AutoClone has a user of its own, which test_container.py looks at."""
    assert part.get("user", "") not in {"root", "0"}
    assert "user" in part or part["build"]["target"] == "examples"


@each_part
def test_each_image_is_built_here_or_pinned_to_a_whole_version(part: Part) -> None:
    assert "build" in part or re.fullmatch(
        r"[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z0-9-]+)?(@sha256:[0-9a-f]{64})?", part["image"]
    )


@each_part
def test_each_port_is_this_machines_only(part: Part) -> None:
    assert all(port.startswith("127.0.0.1:") for port in part.get("ports", []))


@each_part
def test_each_keeps_its_data_in_a_volume(compose: dict[str, Any], part: Part) -> None:
    volumes = [mount.split(":")[0] for mount in part["volumes"]]
    assert any(volume in compose["volumes"] for volume in volumes)
    assert all((ROOT / volume).is_dir() for volume in volumes if volume.startswith("."))


def test_volumes_are_shared_by_the_servers_only(compose: dict[str, Any]) -> None:
    used = [mount.split(":")[0] for name in PARTS[3:] for mount in compose["services"][name]["volumes"]]
    assert len(used) == len(set(used))
    assert {*used, "data"} == set(compose["volumes"])


@each_server
def test_each_server_waits_for_what_it_needs(part: Part) -> None:
    assert part["depends_on"] == {name: {"condition": "service_healthy"} for name in (*NODES, "postgres")}


def test_each_server_is_somebody_and_redirects_to_where_this_machine_reaches_it(
    compose: dict[str, Any],
) -> None:
    for name in SERVERS:
        server = compose["services"][name]
        [port] = server["ports"]
        published = port.rsplit(":", 1)[0]
        assert server["environment"]["AUTOCLONE_SERVER_ID"] == name
        assert server["environment"]["AUTOCLONE_ADVERTISE_URL"] == f"http://{published}"
    urls = {compose["services"][name]["environment"]["AUTOCLONE_ADVERTISE_URL"] for name in SERVERS}
    assert len(urls) == 3


def test_the_servers_differ_in_nothing_else(compose: dict[str, Any]) -> None:
    own = {"AUTOCLONE_SERVER_ID", "AUTOCLONE_ADVERTISE_URL"}
    common = []
    for name in SERVERS:
        server = {**compose["services"][name], "ports": None}
        server["environment"] = {key: text for key, text in server["environment"].items() if key not in own}
        common.append(server)
    assert common[0] == common[1] == common[2]


def test_the_servers_share_one_ensemble_and_one_store(compose: dict[str, Any]) -> None:
    server = compose["services"][SERVERS[0]]["environment"]
    store = compose["services"]["postgres"]["environment"]
    assert server["AUTOCLONE_ELECTION"] == "zookeeper"
    assert server["AUTOCLONE_ZOOKEEPER_HOSTS"].split(",") == [f"{name}:2181" for name in NODES]
    assert (
        server["AUTOCLONE_STORE"]
        == f"postgresql://{store['POSTGRES_USER']}@postgres:5432/{store['POSTGRES_DB']}"
    )
    assert server["PGPASSWORD"] == store["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:-autoclone}"


def test_each_node_is_the_one_that_the_others_take_it_for(compose: dict[str, Any]) -> None:
    for number, name in enumerate(NODES, 1):
        told = compose["services"][name]["environment"]
        assert told["ZOO_MY_ID"] == number
        assert told["ZOO_SERVERS"].split()[number - 1] == f"server.{number}={name}:2888:3888;2181"
        assert "srvr" in told["ZOO_4LW_COMMANDS_WHITELIST"], "what the health check asks"
