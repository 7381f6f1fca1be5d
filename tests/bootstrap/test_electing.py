"""Settings of the election that cannot be meant: each names itself, its value and what to do."""

import importlib.util
from datetime import UTC, datetime, timedelta

import pytest

from autoclone.bootstrap.electing import among, told
from autoclone.cli import main
from autoclone.config.settings import load_settings
from autoclone.errors import Fault, InvalidInput
from election.base import Misconfigured
from election.zookeeper import ZooKeeperElection
from virtual_clock import VirtualClock

HOSTS = "zk1:2181,zk2:2181"


def stood(**settings: object) -> object:
    clock = VirtualClock(datetime(2025, 1, 25, tzinfo=UTC))
    return among(load_settings(**settings), clock, "http://one:8000")


def fault(**settings: object) -> Fault:
    with pytest.raises(InvalidInput) as caught:
        stood(election="zookeeper", **settings)
    (found,) = caught.value.faults
    return found


def test_alone_there_is_nobody_to_stand_among() -> None:
    assert stood() is None


async def test_among_others_each_stand_makes_an_election_of_its_own() -> None:
    found = among(
        load_settings(
            election="zookeeper", zookeeper_hosts=HOSTS, zookeeper_session_timeout="4s", lease="12s"
        ),
        VirtualClock(datetime(2025, 1, 25, tzinfo=UTC)),
        None,
    )
    assert found is not None
    assert (found.session_timeout, found.lease) == (timedelta(seconds=4), timedelta(seconds=12))
    one, other = found.stand(), found.stand()
    assert isinstance(one, ZooKeeperElection)
    assert one is not other


def test_servers_have_to_be_named() -> None:
    found = fault()
    assert found.field == "AUTOCLONE_ZOOKEEPER_HOSTS"
    assert "not named" in found.problem
    assert "zk1:2181" in found.remedy


@pytest.mark.parametrize(
    ("setting", "value", "shown", "remedy"),
    [
        ("zookeeper_hosts", "zk1:port", "zk1:port", "Write the servers"),
        ("zookeeper_hosts", "zk1:2181/path", "zk1:2181/path", "Write the servers"),
        ("zookeeper_chroot", "autoclone", "autoclone", "Write it as in"),
        ("zookeeper_chroot", "/autoclone/", "/autoclone/", "Write it as in"),
        ("zookeeper_session_timeout", "500ms", "0.5s", "Write 1s or more"),
    ],
)
def test_what_cannot_be_meant_is_named(setting: str, value: str, shown: str, remedy: str) -> None:
    found = fault(**{"zookeeper_hosts": HOSTS, setting: value})
    assert found.field == f"AUTOCLONE_{setting.upper()}"
    assert shown in found.value
    assert remedy in found.remedy


def test_a_digest_that_is_none_is_not_shown() -> None:
    found = fault(zookeeper_hosts=HOSTS, zookeeper_digest="hunter2")
    assert (found.field, found.value) == ("AUTOCLONE_ZOOKEEPER_DIGEST", "")
    assert "user:password" in found.remedy
    assert "hunter2" not in str(found)


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "kazoo" else find(name))
    found = fault(zookeeper_hosts=HOSTS)
    assert (found.field, found.value) == ("AUTOCLONE_ELECTION", '"zookeeper"')
    assert "kazoo" in found.problem
    assert "autoclone[zookeeper]" in found.remedy
    assert stood() is None, "alone, nobody needs it"


def test_what_only_zookeeper_can_tell_is_told_alike() -> None:
    with pytest.raises(InvalidInput) as caught, told():
        raise Misconfigured(
            "AUTOCLONE_ZOOKEEPER_CHROOT", "'/none'", "there is no such path", "Create it there first"
        )
    assert str(caught.value) == (
        "AUTOCLONE_ZOOKEEPER_CHROOT = '/none': there is no such path. Create it there first"
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"ZOOKEEPER_HOSTS": "zk1:port"},
        {"ZOOKEEPER_HOSTS": HOSTS, "ZOOKEEPER_CHROOT": "autoclone"},
        {"ZOOKEEPER_HOSTS": HOSTS, "ZOOKEEPER_DIGEST": "hunter2"},
        {"ZOOKEEPER_HOSTS": HOSTS, "ZOOKEEPER_SESSION_TIMEOUT": "500ms"},
    ],
)
def test_the_program_ends_with_2_and_one_line(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"ELECTION": "zookeeper", "STORE": "memory:", "PORT": "0", **settings}.items():
        monkeypatch.setenv(f"AUTOCLONE_{name}", value)
    assert main(["serve"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    named = list(settings)[-1] if settings else "ZOOKEEPER_HOSTS"
    assert f"AUTOCLONE_{named}" in last
    assert "hunter2" not in last
