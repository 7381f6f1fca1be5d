"""A setting of ZooKeeper that is wrong: one line names it, its value and the remedy, as documented for each.

docs/high-availability.md has the table.
"""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from kazoo.client import KazooClient

from cluster.ports import free_port
from serve_kit import Served, Serving, serving
from zookeeper_kit import Ensemble, ensemble

DIGEST = "autoclone:s3cret"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "s3cret", "wr0ng") as start:
        yield start


@pytest.fixture
def chroot(zookeepers: Ensemble) -> str:
    """A place in ZooKeeper for one test alone."""
    path = f"/bad-{secrets.token_hex(4)}"
    create(zookeepers.hosts, path)
    return path


def create(hosts: str, path: str) -> None:
    client = KazooClient(hosts)
    client.start()
    client.ensure_path(path)
    client.stop()
    client.close()


def asked(url: str) -> dict[str, Any]:
    """What a server says of itself."""
    said: dict[str, Any] = httpx.get(f"{url}/api/v1/server").raise_for_status().json()
    return said


def told(server: Served) -> str:
    """The one line that a server ends with whose user made a mistake."""
    assert server.ends() == 2
    assert len(server.lines("AUTOCLONE_")) == 1
    return server.last_words()


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({}, r"AUTOCLONE_ZOOKEEPER_HOSTS: ZooKeeper's servers are not named\. Write them as in zk1:2181"),
        (
            {"zookeeper_hosts": "zk:many"},
            r"AUTOCLONE_ZOOKEEPER_HOSTS = 'zk:many': this is no list of servers",
        ),
        (
            {"zookeeper_hosts": "zk/autoclone"},
            r"AUTOCLONE_ZOOKEEPER_HOSTS = .*has a setting of its own, which is AUTOCLONE_ZOOKEEPER_CHROOT\. ",
        ),
        ({"zookeeper_chroot": "a"}, r"AUTOCLONE_ZOOKEEPER_CHROOT = 'a': this is no path\. Write it as in"),
        ({"zookeeper_digest": "wr0ng"}, r"AUTOCLONE_ZOOKEEPER_DIGEST: this is no user and password\. Write"),
        (
            {"zookeeper_session_timeout": "500ms"},
            r"AUTOCLONE_ZOOKEEPER_SESSION_TIMEOUT = 0.5s: this is too short\. Write 1s or more",
        ),
        ({"election": "raft"}, r'AUTOCLONE_ELECTION = "raft": is none of standalone, zookeeper\. Write'),
    ],
)
def test_what_cannot_be_meant_is_refused(serve: Serving, settings: dict[str, str], line: str) -> None:
    hosts = {"zookeeper_hosts": "127.0.0.1:1"} if settings and "zookeeper_hosts" not in settings else {}
    server = serve(**{"election": "zookeeper", **hosts, **settings})
    assert re.match(f"autoclone: {line}", told(server)), server.log


def test_a_chroot_that_is_not_there_is_refused(serve: Serving, zookeepers: Ensemble) -> None:
    server = serve(election="zookeeper", zookeeper_hosts=zookeepers.hosts, zookeeper_chroot="/nowhere")
    line = (
        "AUTOCLONE_ZOOKEEPER_CHROOT = '/nowhere': there is no such path in ZooKeeper. Create it there first"
    )
    assert told(server) == f"autoclone: {line}"


@pytest.mark.parametrize(("digest", "problem"), [("autoclone:wr0ng", "not accepted"), ("", "missing")])
def test_a_digest_that_others_do_not_have_is_refused_and_never_shown(
    serve: Serving, zookeepers: Ensemble, chroot: str, digest: str, problem: str
) -> None:
    common = {"election": "zookeeper", "zookeeper_hosts": zookeepers.hosts, "zookeeper_chroot": chroot}
    serve(**common, zookeeper_digest=DIGEST).serves()
    line = told(serve(**common, zookeeper_digest=digest))
    assert line.startswith(f"autoclone: AUTOCLONE_ZOOKEEPER_DIGEST: {problem}: ZooKeeper lets nobody else at")
    assert "Write the 'user:password' that the other servers have" in line


@pytest.mark.parametrize("host", ["127.0.0.1", "nosuch.invalid"])
def test_where_nobody_answers_it_is_primary_by_default_and_says_so(serve: Serving, host: str) -> None:
    hosts = f"{host}:{free_port()}"
    server = serve(election="zookeeper", zookeeper_hosts=hosts, log_level="info")
    url = server.serves()
    problem = "no server answers" if host == "127.0.0.1" else f"no server of this name: {host}"
    line = f"AUTOCLONE_ZOOKEEPER_HOSTS = '{hosts}': {problem}. Check names and ports"
    info = asked(url)
    assert (info["role"], info["election"]) == ("primary", "unavailable")
    assert info["warnings"][0].startswith("ZooKeeper elects nobody: this server is primary by default")
    assert info["warnings"][1].startswith(line)
    ready = httpx.get(f"{url}/readyz")
    assert (ready.status_code, ready.json()["warnings"]) == (200, info["warnings"])
    metrics = httpx.get(f"{url}/metrics").text
    assert 'autoclone_role{role="default_primary"} 1.0' in metrics
    assert 'autoclone_election{state="unavailable"} 1.0' in metrics
    [logged] = server.lines("AUTOCLONE_")
    assert "warning" in logged
    assert line in logged
    assert len(server.lines("this server is primary by default, epoch 1")) == 1
    assert len(server.log.splitlines()) < 10, "it goes on trying, and says it once"


def test_what_an_ensemble_refuses_later_is_a_warning_until_it_is_mended(
    serve: Serving, tmp_path: Path
) -> None:
    with ensemble(tmp_path / "zookeeper") as servers:
        servers.kill()
        server = serve(election="zookeeper", zookeeper_hosts=servers.hosts, zookeeper_chroot="/later")
        url = server.serves()
        assert servers.start()
        server.says(
            r"warning +AUTOCLONE_ZOOKEEPER_CHROOT = '/later': there is no such path in ZooKeeper\. Create"
        )
        info = asked(url)
        assert info["role"] == "primary", "it was primary by default, and is so still"
        assert any("AUTOCLONE_ZOOKEEPER_CHROOT" in warning for warning in info["warnings"])
        create(servers.hosts, "/later")
        server.says("This server is primary, epoch 1")
        assert server.until(lambda: not asked(url)["warnings"])
        assert (asked(url)["role"], asked(url)["election"]) == ("primary", "connected")
        server.process.terminate()
        assert server.ends() == 0
