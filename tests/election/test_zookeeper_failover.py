"""Over three real servers of ZooKeeper: whoever is elected is the only one, and is replaced in time."""

import asyncio
from contextlib import AsyncExitStack
from time import monotonic

from kazoo.client import KazooClient

from election.base import Election
from election.role import Connection, Lock
from election_kit import SESSION, at_zookeeper, elected, first_elected, follows, stands, until
from tcp_proxy import proxy
from zookeeper_kit import Ensemble

FAILOVER = SESSION.total_seconds() + 1
ALWAYS = 0.02


async def three(stack: AsyncExitStack, hosts: str, path: str) -> list[Election]:
    """Three candidates, the first of which is elected. The others wait in any order."""
    return [await stands(stack, at_zookeeper(f"http://{i}", hosts, path=path)) for i in range(3)]


async def at_most_one(candidates: list[Election]) -> None:
    """Look all the time, until cancelled."""
    while True:
        assert sum(map(elected, (one.observe() for one in candidates))) <= 1
        await asyncio.sleep(ALWAYS)


async def end_session(hosts: str, identity: tuple[int, bytes]) -> None:
    """End a candidate's session on the servers, by another connection that says it is the same."""
    client = KazooClient(hosts)
    client._session_id, client._session_passwd = identity
    await asyncio.to_thread(client.start)
    await asyncio.to_thread(client.stop)
    client.close()


async def test_exactly_one_of_three_is_elected(
    three_servers: Ensemble, path: str, stack: AsyncExitStack
) -> None:
    candidates = [at_zookeeper(f"http://{i}", three_servers.hosts, path=path) for i in range(3)]
    await asyncio.gather(*(stands(stack, one) for one in candidates))
    primary = await first_elected(*candidates)
    others = [one for i, one in enumerate(candidates) if i != primary]
    for one in others:
        await until(one, follows(f"http://{primary}"))
    assert elected(candidates[primary].observe())


async def test_when_the_session_of_the_elected_is_ended_another_is(
    three_servers: Ensemble, path: str, stack: AsyncExitStack
) -> None:
    link = await stack.enter_async_context(proxy(three_servers.nodes[0].port))
    one = await stands(stack, at_zookeeper("http://0", f"127.0.0.1:{link.port}", path=path))
    two = await stands(stack, at_zookeeper("http://1", three_servers.hosts, path=path))
    three_ = await stands(stack, at_zookeeper("http://2", three_servers.hosts, path=path))
    watching = asyncio.create_task(at_most_one([one, two, three_]))
    identity = one._wire._client.client_id  # type: ignore[attr-defined] # what the servers know the session by
    link.cut()
    await until(one, lambda seen: seen.connection is not Connection.CONNECTED)
    await end_session(three_servers.hosts, identity)
    others = [two, three_]
    second = await first_elected(*others, within=FAILOVER)
    link.heal()
    for other in (one, others[1 - second]):
        await until(other, follows(f"http://{1 + second}"))
    assert not watching.done(), watching.exception()
    watching.cancel()


async def test_a_graceful_hand_over_takes_no_session_timeout(
    three_servers: Ensemble, path: str, stack: AsyncExitStack
) -> None:
    one, *others = await three(stack, three_servers.hosts, path)
    start = monotonic()
    await one.close()
    second = await first_elected(*others)
    await until(others[1 - second], follows(f"http://{1 + second}"))
    assert monotonic() - start < SESSION.total_seconds() / 2


async def test_a_partition_that_nobody_notices_makes_the_elected_step_down_first(
    three_servers: Ensemble, path: str, stack: AsyncExitStack
) -> None:
    link = await stack.enter_async_context(proxy(three_servers.nodes[0].port))
    one = await stands(stack, at_zookeeper("http://0", f"127.0.0.1:{link.port}", path=path))
    two = await stands(stack, at_zookeeper("http://1", three_servers.nodes[1].address, path=path))
    start = monotonic()
    link.hold()
    suspended = await until(one, lambda seen: seen.connection is not Connection.CONNECTED)
    assert suspended.connection is Connection.SUSPENDED
    await until(one, lambda seen: seen.connection is Connection.LOST)
    stepped_down = monotonic()
    assert follows("http://0")(two.observe()), "the servers have not ended the session yet"
    await until(two, elected)
    took_over = monotonic()
    assert one.observe().connection in {Connection.LOST, Connection.UNAVAILABLE}
    assert stepped_down < took_over < start + FAILOVER
    await until(one, lambda seen: seen.connection is Connection.UNAVAILABLE)
    link.heal()
    await until(one, follows("http://1"))
    assert elected(two.observe())


async def test_a_connection_that_breaks_suspends_at_once_and_mends_in_the_same_session(
    three_servers: Ensemble, path: str, stack: AsyncExitStack
) -> None:
    link = await stack.enter_async_context(proxy(three_servers.nodes[0].port))
    one = await stands(stack, at_zookeeper("http://0", f"127.0.0.1:{link.port}", path=path))
    two = await stands(stack, at_zookeeper("http://1", three_servers.hosts, path=path))
    link.cut()
    await until(one, lambda seen: seen.connection is Connection.SUSPENDED, within=0.5)
    link.heal()
    await until(one, elected)
    assert follows("http://0")(two.observe())


async def test_the_loop_is_never_held_up(three_servers: Ensemble, path: str, stack: AsyncExitStack) -> None:
    link = await stack.enter_async_context(proxy(three_servers.nodes[0].port))
    one = await stands(stack, at_zookeeper("http://0", f"127.0.0.1:{link.port}", path=path))
    longest = 0.0

    async def feel() -> None:
        nonlocal longest
        while True:
            before = monotonic()
            await asyncio.sleep(0)
            longest = max(longest, monotonic() - before)
            await asyncio.sleep(0.005)

    feeling = asyncio.create_task(feel())
    link.hold()
    await until(one, lambda seen: seen.connection is Connection.UNAVAILABLE)
    link.heal()
    await until(one, elected)
    await one.close()
    feeling.cancel()
    assert longest < 0.5, "a call that blocks would take a second and more here"


async def test_without_a_quorum_all_are_unavailable_and_with_one_again_one_is_elected(
    three_servers: Ensemble, path: str, stack: AsyncExitStack
) -> None:
    candidates = await three(stack, three_servers.hosts, path)
    watching = asyncio.create_task(at_most_one(candidates))
    three_servers.kill(2)
    for one in candidates:
        seen = await until(one, lambda seen: seen.connection is Connection.UNAVAILABLE and bool(seen.trouble))
        assert "zookeeper_hosts" in seen.trouble
    assert await asyncio.to_thread(three_servers.start)
    await first_elected(*candidates)
    for one in candidates:
        await until(one, lambda seen: seen.lock in {Lock.HELD, Lock.OTHERS} and not seen.trouble)
    assert not watching.done(), watching.exception()
    watching.cancel()
