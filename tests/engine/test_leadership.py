"""Three servers, one database, one ensemble: who is primary, and what becomes of the clones."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ensemble_world import LEASE, MINUTE, SECOND, SESSION, EnsembleWorld, document, ensemble_world

FIRST, SECOND_CLONE = "orders_20250125090000", "orders_20250125090100"


@pytest.fixture
async def world() -> AsyncIterator[EnsembleWorld]:
    """The first of three is primary, a minute before the window opens."""
    async with ensemble_world("one", "two", "three") as made:
        await made.put(document())
        yield made


async def test_the_first_is_elected_and_the_others_know_it(world: EnsembleWorld) -> None:
    one, two, three = world.servers
    assert [server.role for server in world.servers] == ["primary", "secondary", "secondary"]
    await world.pass_(2 * SECOND)
    assert [server.engine.standing.primary for server in world.servers] == ["http://one"] * 3
    assert [server.epoch for server in world.servers] == [1, 1, 1]
    await world.pass_(2 * MINUTE)
    assert await one.clones() == [FIRST, SECOND_CLONE]
    assert await two.clones() == await three.clones() == []


async def numbered(world: EnsembleWorld) -> list[tuple[str, int]]:
    """The journal's types and epochs, having made sure that its numbers have no holes."""
    events = await world.journal()
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    epochs = [event.epoch for event in events]
    assert epochs == sorted(epochs), "an older primary wrote after a newer one"
    created = [event.clone for event in events if event.type == "clone.created"]
    assert len(created) == len(set(created)), "a clone was made twice"
    return [(str(event.type), event.epoch) for event in events]


async def test_one_that_is_killed_is_replaced_with_the_same_clones_within_the_session(
    world: EnsembleWorld,
) -> None:
    one, two, three = world.servers
    await world.pass_(2 * MINUTE)
    await one.kill()
    successor = await world.acting_within(SESSION + SECOND)
    assert successor in (two, three)
    assert (successor.role, successor.epoch) == ("primary", 2)
    assert await successor.clones() == [FIRST, SECOND_CLONE]
    await world.pass_(MINUTE)
    assert len(await successor.clones()) == 3
    assert ("clone.restored", 2) in await numbered(world)
    assert successor.engine.fleet.live == 3


async def test_a_graceful_stop_hands_over_at_once(world: EnsembleWorld) -> None:
    one, *_ = world.servers
    await world.pass_(2 * MINUTE)
    await one.stop()
    successor = await world.acting_within(SECOND)
    assert await successor.clones() == [FIRST, SECOND_CLONE]
    assert successor.epoch == 2
    await numbered(world)


async def test_all_three_are_stopped_one_after_the_other_and_come_back(world: EnsembleWorld) -> None:
    await world.pass_(2 * MINUTE)
    for epoch, server in enumerate(list(world.servers), start=2):
        await server.stop()
        successor = await world.acting_within(SECOND)
        assert (successor.epoch, len(await successor.clones())) == (epoch, 2)
        await world.add(server.name)
    await numbered(world)


async def test_one_that_loses_zookeeper_pauses_steps_down_and_is_replaced(world: EnsembleWorld) -> None:
    one, *_ = world.servers
    await world.pass_(2 * MINUTE)
    one.cut_zookeeper()
    await world.clock.settle()
    assert one.role == "suspended"
    assert not one.engine._leadership.gate.is_open
    await world.pass_(SESSION * 3 / 4)
    assert one.role == "secondary"
    assert not one.engine.leads
    successor = await world.acting_within(SESSION / 4 + SECOND)
    assert await successor.clones() == [FIRST, SECOND_CLONE]
    await world.pass_(2 * SESSION)
    assert one.role == "secondary", "by default only where nobody holds the lease"
    assert one.engine.standing.primary == successor.address
    one.heal_zookeeper()
    await world.pass_(2 * SESSION)
    assert (one.role, world.acting()) == ("secondary", successor)
    await numbered(world)


async def test_a_short_break_is_a_pause_and_no_more(world: EnsembleWorld) -> None:
    one, *_ = world.servers
    await world.pass_(MINUTE - SECOND)
    one.cut_zookeeper()
    await world.pass_(3 * SECOND)
    assert (one.role, await one.clones()) == ("suspended", []), "the window has opened meanwhile"
    status = one.service.autoclone_status("orders")
    assert (status.reason, status.reason_values) == ("NOT_PRIMARY", {"role": "suspended", "epoch": 1})
    assert b'"NOT_PRIMARY"' in one.service.status_json("orders")
    one.heal_zookeeper()
    await world.pass_(2 * SECOND)
    assert (one.role, one.epoch) == ("primary", 1)
    assert len(await one.clones()) == 1
    assert one.service.autoclone_status("orders").reason == "IN_WINDOW"
    assert [standing.role for standing in one.watcher.standings] == ["primary", "suspended", "primary"]


async def test_without_zookeeper_one_is_primary_by_default_until_it_is_back(world: EnsembleWorld) -> None:
    await world.pass_(2 * MINUTE)
    for server in world.servers:
        server.cut_zookeeper()
    await world.pass_(SESSION)
    assert world.acting() is None
    chosen = await world.acting_within(SESSION + LEASE)
    assert (chosen.role, chosen.epoch) == ("default_primary", 2)
    assert await chosen.clones() == [FIRST, SECOND_CLONE]
    view = chosen.service.server()
    assert (view.role, view.election) == ("primary", "unavailable")
    assert "by default" in view.warnings[0]
    assert "zookeeper_hosts" in view.warnings[1]
    await world.pass_(2 * LEASE)
    assert world.acting() is chosen
    for server in world.servers:
        server.heal_zookeeper()
    await world.pass_(2 * SESSION)
    assert [server.role for server in world.servers].count("primary") == 1
    assert not any(server.service.server().warnings for server in world.servers)
    await numbered(world)


async def test_zookeeper_that_is_not_there_at_the_start_is_waited_for_a_while() -> None:
    async with ensemble_world() as world:
        for name in ("one", "two"):
            world.make(name).cut_zookeeper()
        await world.start_all()
        chosen = await world.acting_within(2 * SESSION + LEASE)
        assert chosen.role == "default_primary"
        await world.put(document())
        await world.pass_(2 * MINUTE)
        assert len(await chosen.clones()) == 2


async def test_one_that_loses_the_store_keeps_its_clones_until_the_lease_is_over(
    world: EnsembleWorld,
) -> None:
    one, *_ = world.servers
    await world.pass_(2 * MINUTE)
    one.store.cut = True
    await world.pass_(SESSION / 2)
    assert (one.role, await one.clones()) == ("suspended", [FIRST, SECOND_CLONE])
    assert one.service.server().checks["store"] == "the database is out of reach"
    await world.pass_(LEASE / 4)
    assert (one.role, world.acting()) == ("suspended", None)
    successor = await world.acting_within(LEASE)
    assert successor is not one
    assert await successor.clones() == [FIRST, SECOND_CLONE]
    assert one.role == "secondary"
    one.store.cut = False
    await world.pass_(2 * SESSION)
    assert (one.role, one.engine.standing.primary) == ("secondary", successor.address)
    assert one.service.server().ready
    await numbered(world)


async def test_a_store_that_is_down_for_a_moment_costs_nobody_the_office(world: EnsembleWorld) -> None:
    one, *_ = world.servers
    await world.pass_(2 * MINUTE)
    for server in world.servers:
        server.store.cut = True
    await world.pass_(LEASE / 2)
    assert (one.role, world.acting()) == ("suspended", None)
    for server in world.servers:
        server.store.cut = False
    await world.pass_(2 * SECOND)
    assert (one.role, one.epoch) == ("primary", 1)
    assert await one.clones() == [FIRST, SECOND_CLONE]


async def test_a_store_that_is_down_for_long_finds_one_primary_when_it_is_back(world: EnsembleWorld) -> None:
    await world.pass_(2 * MINUTE)
    for server in world.servers:
        server.store.cut = True
    await world.pass_(3 * LEASE)
    assert world.acting() is None
    for server in world.servers:
        server.store.cut = False
    chosen = await world.acting_within(2 * SESSION)
    await world.pass_(MINUTE)
    assert world.acting() is chosen
    assert len(await chosen.clones()) == 3
    await numbered(world)


@pytest.mark.parametrize("stopped", [SESSION / 2, SESSION, 2 * SESSION, 3 * LEASE])
async def test_one_that_was_stopped_issues_nothing_before_it_knows_better(
    world: EnsembleWorld, stopped: timedelta
) -> None:
    one, *_ = world.servers
    await world.pass_(MINUTE - SECOND)  # a moment before the window opens
    one.freeze()
    await world.pass_(stopped)
    one.thaw()
    assert not one.engine._leadership.gate.is_open
    await world.pass_(2 * SECOND)
    chosen = await world.acting_within(SESSION)
    assert (chosen is one) == (stopped == SESSION / 2)
    await world.pass_(2 * MINUTE)
    assert len(await chosen.clones()) == 3
    for server in world.servers:
        assert server is chosen or await server.clones() == []
    await numbered(world)


async def test_a_command_that_waits_for_the_store_is_not_carried_out_once_the_gate_is_shut(
    world: EnsembleWorld,
) -> None:
    """What it waits for may come after the server was stopped for long."""
    one, *_ = world.servers
    await world.pass_(MINUTE - SECOND)
    one.store.holds("get_documents")
    await world.pass_(2 * SECOND)
    assert [event.clone for event in await world.journal()] == [None]
    one.cut_zookeeper()
    await world.clock.settle()
    one.store.lets_go()
    await world.pass_(SECOND)
    assert (one.role, await one.clones()) == ("suspended", [])
    one.heal_zookeeper()
    await world.pass_(SECOND)
    assert await one.clones() == [FIRST]


async def test_a_store_that_hangs_does_not_keep_a_reign_from_ending(world: EnsembleWorld) -> None:
    one, *_ = world.servers
    await world.pass_(MINUTE - SECOND / 5)
    one.store.flows.clear()
    one.store.sees_through = True
    await world.pass_(SECOND)
    one.cut_zookeeper()
    await world.pass_(SESSION * 3 / 4)
    assert not one.engine.leads
    assert one.runtime.closed
    successor = await world.acting_within(SESSION)
    one.store.flows.set()
    await world.pass_(2 * SECOND)
    assert (one.role, world.acting()) == ("secondary", successor)
    await numbered(world)


@pytest.mark.parametrize("method", ["commit", "claim_epoch"])
async def test_an_answer_that_comes_when_the_lease_is_over_leaves_nobody_stuck(method: str) -> None:
    async with ensemble_world("one") as world:
        (one,) = world.servers
        await world.put(document())
        if method == "claim_epoch":
            one.cut_zookeeper()
            await world.pass_(SESSION)
            one.heal_zookeeper()
        one.store.holds(method)
        await world.pass_(2 * LEASE)
        assert one.role == "secondary"
        one.store.lets_go()
        await world.pass_(SESSION)
        assert one.role == "primary"
        await world.pass_(2 * MINUTE)
        assert len(await one.clones()) > 0
        await numbered(world)
