"""A setting that is wrong is named: by an error where ZooKeeper refuses it, else in the observation."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from kazoo.client import KazooClient

from autoclone.clock import SystemClock
from election.base import Misconfigured
from election.kazoo_wire import KazooWire
from election.role import Connection, Lock
from election.settings import ZooKeeperSettings
from election.zookeeper import ZooKeeperElection
from election_kit import SESSION, at_zookeeper, elected, stands, until
from zookeeper_kit import Ensemble, ensemble, free_ports


@pytest.fixture
def admin(one_server: Ensemble) -> Iterator[KazooClient]:
    client = KazooClient(one_server.hosts)
    client.start()
    yield client
    client.stop()
    client.close()


async def test_a_server_that_is_not_there_is_waited_for(stack: AsyncExitStack) -> None:
    [port] = free_ports(1)
    one = await stands(stack, at_zookeeper("http://0", f"127.0.0.1:{port}"))
    seen = one.observe()
    assert (seen.connection, seen.lock) == (Connection.UNAVAILABLE, Lock.UNDECIDED)
    assert seen.trouble.startswith(f"zookeeper_hosts = '127.0.0.1:{port}': no server answers.")


async def test_a_host_that_does_not_exist_is_named(stack: AsyncExitStack) -> None:
    one = await stands(stack, at_zookeeper("http://0", "nosuch.invalid:2181"))
    assert one.observe().connection is Connection.UNAVAILABLE
    assert "zookeeper_hosts" in one.observe().trouble
    assert "no server of this name: nosuch.invalid" in one.observe().trouble


async def test_an_ensemble_that_comes_up_later_elects(stack: AsyncExitStack, tmp_path: Path) -> None:
    with ensemble(tmp_path) as servers:
        servers.kill()
        one = await stands(stack, at_zookeeper("http://0", servers.hosts))
        assert one.observe().connection is Connection.UNAVAILABLE
        assert servers.start()
        seen = await until(one, elected)
        assert seen.trouble == ""
        await one.close()


async def test_a_chroot_that_is_missing_is_refused(one_server: Ensemble) -> None:
    one = at_zookeeper("http://0", one_server.hosts, chroot="/nowhere")
    with pytest.raises(
        Misconfigured, match=r"^zookeeper_chroot = '/nowhere': there is no such path"
    ) as refused:
        await one.open()
    assert refused.value.setting == "zookeeper_chroot"


async def test_under_a_chroot_and_with_a_digest_one_is_elected(
    one_server: Ensemble, admin: KazooClient, stack: AsyncExitStack
) -> None:
    admin.create("/inside")
    one = at_zookeeper("http://0", one_server.hosts, chroot="/inside", digest="user:secret")
    await stands(stack, one)
    assert elected(one.observe())
    assert len(admin.get_children("/inside")) == 1
    admin.add_auth("digest", "user:secret")
    [acl], _ = admin.get_acls("/inside/election")
    assert acl.id.id.startswith("user:")


@pytest.mark.parametrize(("digest", "problem"), [("user:wrong", "not accepted"), ("", "missing")])
async def test_a_digest_that_others_do_not_have_is_refused(
    one_server: Ensemble, stack: AsyncExitStack, digest: str, problem: str
) -> None:
    path = "/locked"
    one = at_zookeeper("http://0", one_server.hosts, path=path, digest="user:secret")
    await stands(stack, one)
    other = at_zookeeper("http://1", one_server.hosts, path=path, digest=digest)
    with pytest.raises(Misconfigured, match=rf"^zookeeper_digest: {problem}: ZooKeeper") as refused:
        await other.open()
    assert "wrong" not in str(refused.value), "it is a secret"


async def test_the_timeout_that_the_ensemble_grants_is_known(
    one_server: Ensemble, stack: AsyncExitStack
) -> None:
    """The servers here grant 20 ticks of 200 ms at most."""
    minute = timedelta(minutes=1)
    wire = KazooWire(ZooKeeperSettings(one_server.hosts, session_timeout=minute, path="/granted"), "http://0")
    one = ZooKeeperElection(wire, SystemClock(), address="http://0", session_timeout=minute)
    await stands(stack, one)
    assert (await wire.pulse()).session == timedelta(seconds=4)
    assert one._contact.patience.session == timedelta(seconds=4)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_client_whose_thread_has_failed_is_started_again(
    one_server: Ensemble, path: str, stack: AsyncExitStack
) -> None:
    """Kazoo never comes back by itself from an error of its own."""
    settings = ZooKeeperSettings(one_server.hosts, session_timeout=SESSION, path=path)
    wire = KazooWire(settings, "http://0")
    one = ZooKeeperElection(wire, SystemClock(), address="http://0", session_timeout=SESSION)
    await stands(stack, one)
    wire._client._queue.append(("no request", None))
    wire._client._connection._write_sock.send(b"\0")
    await until(one, lambda seen: not elected(seen))
    await until(one, elected)
