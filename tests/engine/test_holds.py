"""Pausing and overriding ramps of a running engine, over restarts and failures of the store."""

import asyncio
from datetime import datetime, timedelta

import pytest

from autoclone.core.model import HoldKind
from autoclone.engine import service as service_module
from autoclone.engine.holds import HoldRequest
from autoclone.errors import AutoCloneOff, InvalidInput, ManagedClone, Transient, UnknownDag
from autoclone.ports import EventFilter
from engine_world import MINUTE, NINE, SECOND, Server, World, document

HOUR = timedelta(hours=1)
PAUSE = HoldRequest(kind=HoldKind.PAUSE, lasting=HOUR, reason="a look")


def override(count: int, lasting: timedelta = HOUR) -> HoldRequest:
    return HoldRequest(kind=HoldKind.OVERRIDE, lasting=lasting, count=count)


async def at(world: World, when: datetime) -> None:
    await world.clock.advance(when - world.clock.now())
    await world.clock.settle()


async def types(server: Server) -> list[str]:
    return [str(entry.event.type) for entry in await server.store.events(EventFilter(), limit=1000)]


async def test_a_pause_is_durable_before_it_is_answered_and_ends_by_the_clock(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE + 90 * SECOND)
        status = await server.service.hold("orders", PAUSE)
        stored = await server.store.get_state("orders")
        assert stored is not None
        assert stored.hold is not None
        assert (status.reason, status.status) == ("PAUSED_UNTIL", "ramping_up (2/3)")
        assert status.reason_text == "paused until 2025-01-25T10:01:30+00:00: a look"
        assert status.hold is not None
        assert (status.hold.kind, status.hold.until) == ("pause", NINE + 90 * SECOND + HOUR)
        assert status.next is not None
        assert (status.next.at, status.next.type) == (status.hold.until, "ramp.resumed")
        await at(world, NINE + HOUR)
        assert len(await server.clones()) == 2
        await at(world, NINE + HOUR + 3 * MINUTE)
        assert len(await server.clones()) == 3
        assert (await types(server))[-5:] == [
            "ramp.paused",
            "ramp.resumed",
            "clone.created",
            "clone.started",
            "ramp_up.completed",
        ]
        assert server.service.autoclone_status("orders").hold is None


async def test_an_override_outlives_a_restart_and_an_edit(world: World) -> None:
    async with world.server() as server:
        await server.put(document(count=1))
        await at(world, NINE + MINUTE)
        await server.service.hold("orders", override(2))
        await at(world, NINE + 2 * MINUTE)
    async with world.server() as server:
        assert len(await server.clones()) == 2
        await server.put(document(count=5))
        await at(world, NINE + 30 * MINUTE)
        assert len(await server.clones()) == 2
        status = server.service.autoclone_status("orders")
        assert (status.reason, status.target) == ("OVERRIDE", 2)
        assert status.reason_values["count"] == 2
        assert world.watcher.counts["override"] == 1
        await at(world, NINE + 2 * HOUR)
        assert len(await server.clones()) == 5
        assert world.watcher.counts["override"] == 0


async def test_a_hold_that_ran_out_while_no_server_was_there_is_over(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE + 5 * MINUTE)
        await server.service.hold("orders", override(0))
        await at(world, NINE + 10 * MINUTE)
    await at(world, NINE + 3 * HOUR)
    async with world.server() as server:
        await at(world, NINE + 3 * HOUR + 5 * MINUTE)
        assert len(await server.clones()) == 3
        assert "override.ended" in await types(server)


async def test_resume_ends_a_hold_and_is_harmless_without_one(world: World) -> None:
    async with world.server() as server:
        await server.put(document(count=1))
        await at(world, NINE + MINUTE)
        await server.service.release("orders")
        await server.service.hold("orders", override(0))
        await at(world, NINE + 2 * MINUTE)
        assert await server.clones() == []
        status = await server.service.release("orders")
        assert status.hold is None
        await at(world, NINE + 3 * MINUTE)
        assert len(await server.clones()) == 1
        told = [one for one in await types(server) if one.startswith("override")]
        assert told == ["override.started", "override.ended"]


async def test_an_order_waits_for_a_store_that_fails_for_a_moment(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE + 5 * MINUTE)
        server.store.fail_next(Transient("locked"))
        asked = asyncio.create_task(server.service.hold("orders", PAUSE))
        await world.clock.settle()
        assert not asked.done()
        await world.clock.advance(2 * SECOND)
        await world.clock.settle()
        assert (await asked).hold is not None


async def test_an_order_that_cannot_be_stored_is_given_up_and_never_comes_true(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "PATIENCE_SECONDS", 0.01)
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE + 5 * MINUTE)
        server.store.fail_next(Transient("locked"), 3)
        with pytest.raises(Transient, match="Ask again"):
            await server.service.hold("orders", PAUSE)
        await at(world, NINE + 6 * MINUTE)
        assert server.service.autoclone_status("orders").hold is None
        assert "ramp.paused" not in await types(server)


async def test_what_cannot_be_held_is_refused(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await server.put(document("off", count=0))
        await at(world, NINE + MINUTE)
        (clone, *_) = await server.clones()
        with pytest.raises(ManagedClone):
            await server.service.hold(clone, PAUSE)
        with pytest.raises(UnknownDag):
            await server.service.hold("order", PAUSE)
        with pytest.raises(AutoCloneOff, match="ramp_count is 0"):
            await server.service.hold("off", PAUSE)
        with pytest.raises(InvalidInput, match="longer than 7d"):
            await server.service.hold("orders", override(1, timedelta(days=8)))
        assert server.service.autoclone_status("orders").hold is None


async def test_a_stop_wins_at_once_and_the_hold_is_shown_beside_it(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE + 5 * MINUTE)
        await server.service.hold("orders", override(3))
        await server.service.stop("orders")
        await world.clock.settle()
        assert await server.clones() == []
        status = server.service.autoclone_status("orders")
        assert status.reason == "PARENT_STOPPED"
        assert status.hold is not None


async def test_a_dag_that_is_deleted_and_put_again_is_not_held(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await server.service.hold("orders", PAUSE)
        await server.service.delete("orders")
        await world.clock.settle()
        await server.put(document())
        assert server.service.autoclone_status("orders").hold is None


async def test_the_status_that_is_served_follows_a_hold(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        assert b'"hold":null' in server.service.status_json("orders")
        await server.service.hold("orders", PAUSE)
        assert b'"kind":"pause"' in server.service.status_json("orders")
        await at(world, NINE + 2 * HOUR)
        assert b'"hold":null' in server.service.status_json("orders")
