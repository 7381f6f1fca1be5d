"""The record of a ramp, taken again, comes to just what is stored, whatever happened to it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoclone.core.commands import Action
from autoclone.engine.definitions import Definitions
from autoclone.engine.replaying import Replay, replay
from autoclone.errors import Transient
from autoclone.ports import Change, Defaults, EventFilter
from engine_world import MINUTE, NINE, SECOND, Server, World, document

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

Deed = Callable[[World, Server], Awaitable[object]]


async def again(server: Server, since: timedelta = -DAY, until: timedelta = 400 * DAY) -> Replay:
    """Take the steps of a time around nine o'clock again."""
    return await replay(server.store, server.engine.definitions, "orders", NINE + since, NINE + until)


def clones_of(server: Server) -> list[str]:
    return [clone.name for clone in server.engine.fleet.entries["orders"].state.clones]


async def kill_the_oldest(_: World, server: Server) -> None:
    for name in clones_of(server)[:1]:
        if any(one.name == name for one in await server.runtime.holdings()):
            server.runtime.kill(name)


async def leap(world: World, by: timedelta) -> None:
    """Set the clock: what is due meanwhile is done late, and all at once."""
    world.clock.jump(by)
    await world.clock.advance(3 * SECOND)


async def fail_to_create(_: World, server: Server) -> None:
    server.runtime.fail(Action.CREATE, "orders_*", Transient("no \udcff room\0", timedelta(seconds=0.3)))


async def delete_and_put_again(world: World, server: Server) -> None:
    await server.service.delete("orders")
    await world.clock.advance(SECOND)
    await server.put(document())


DEEDS: dict[str, Deed] = {
    "a second": lambda world, _: world.clock.advance(SECOND),
    "a minute": lambda world, _: world.clock.advance(MINUTE),
    "an hour": lambda world, _: leap(world, HOUR),
    "half a day": lambda world, _: leap(world, DAY / 2),
    "kill": kill_the_oldest,
    "fail": fail_to_create,
    "suspend": lambda _, server: server.service.suspend("orders"),
    "resume": lambda _, server: server.service.resume("orders"),
    "stop": lambda _, server: server.service.stop("orders"),
    "more": lambda _, server: server.service.put(document(count=5)),
    "other": lambda _, server: server.service.put(document(opens="1000", closes="0100", count=2)),
    "delete": delete_and_put_again,
    "off": lambda _, server: server.service.put(document(count=0)),
}


async def test_a_day_comes_to_the_stored_state_and_to_every_event() -> None:
    world = World()
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(4 * MINUTE)
        await leap(world, 8 * HOUR)
        await world.clock.advance(3 * MINUTE)
        came = await again(server)
        journal = [entry.event for entry in await server.store.events(EventFilter("orders"))]
        assert came.state == await server.store.get_state("orders")
    assert came.exact
    assert came.events == journal
    assert len(journal) == 16


async def test_a_part_of_a_day_comes_to_the_state_of_then() -> None:
    world = World()
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(4 * MINUTE)
        came = await again(server, 30 * SECOND, 90 * SECOND)
    assert came.exact
    assert [f"{event.at:%H:%M} {event.type}" for event in came.events] == [
        "09:01 clone.created",
        "09:01 clone.started",
    ]
    assert came.state is not None
    assert came.state.live == 2
    assert came.plan is not None
    assert came.plan.schedule.windows[0].count == 3


async def test_there_may_be_nothing_to_take_again() -> None:
    world = World()
    async with world.server() as server:
        came = await again(server)
        await server.put(document(opens="1200"))
        assert await again(server) == came
    assert (came.state, came.recorded_from, came.steps, came.exact) == (None, None, 0, True)


async def _live(*lives: list[str]) -> None:
    """Do one list of deeds on each server in turn, and take all of it again at the end of each."""
    world = World()
    for deeds in lives:
        async with world.server() as server:
            await server.put(document())
            for deed in deeds:
                await DEEDS[deed](world, server)
                await world.clock.settle()
            came = await again(server)
            assert came.exact, came.differences  # the stored state and the journal included
            assert came.steps or not server.engine.fleet.entries["orders"].state.sequence


@settings(max_examples=25, deadline=None)
@given(
    first=st.lists(st.sampled_from(sorted(DEEDS)), max_size=12),
    second=st.lists(st.sampled_from(sorted(DEEDS)), max_size=12),
)
def test_whatever_happens_is_come_to_again(first: list[str], second: list[str]) -> None:
    asyncio.run(_live(["a minute", *first], second))


async def test_what_comes_after_old_steps_were_removed_is_come_to_without_them() -> None:
    world = World()
    async with world.server() as server:
        await server.put(document())
        for _ in range(12):
            await leap(world, DAY / 4)
        before = await again(server)
        removed = await server.store.prune_history(1, before=NINE + 2 * DAY)
        after = await again(server)
    assert removed.sent > 0
    assert after.exact
    assert 0 < after.steps < before.steps
    assert after.state == before.state


async def test_a_ramp_that_never_rests_says_what_its_state_is_each_day() -> None:
    world = World()
    async with world.server() as server:
        await server.put(document(closes="0859"))  # closed for a minute, in which one clone goes
        for _ in range(20):
            await leap(world, DAY / 4)
        await server.store.prune_history(1, before=NINE + 4 * DAY)
        came = await again(server)
    assert came.exact
    assert came.recorded_from is not None
    assert came.recorded_from > NINE + 2 * DAY


async def test_a_state_that_nothing_led_to_is_told_of() -> None:
    world = World()
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(5 * MINUTE)
        state = await server.store.get_state("orders")
        assert state is not None
        await server.store.commit(1, [Change(replace(state, ramp_up_completed=False))])
        came = await again(server)
    assert not came.exact
    assert came.differences[0].startswith("the state that is stored is RampState(parent='orders'")


async def test_an_event_that_nothing_led_to_is_told_of() -> None:
    world = World()
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(5 * MINUTE)
        state = await server.store.get_state("orders")
        (entry, *_) = await server.store.events(EventFilter("orders"), newest_first=True, limit=1)
        assert state is not None
        forged = replace(entry.event, sequence=state.sequence + 1)
        await server.store.commit(1, [Change(state, (forged,))])
        came = await again(server)
    assert [words.split(" is ")[0] for words in came.differences] == ["event 9"]


@pytest.mark.parametrize(
    ("zone", "expected"), [("Europe/Berlin", "Europe/Berlin"), ("/etc/localtime", "UTC")]
)
async def test_definitions_are_resolved_as_the_server_of_then_did(zone: str, expected: str) -> None:
    world = World()
    async with world.server() as server:
        here: Definitions = server.engine.definitions
        there = here.under(Defaults(zone, timedelta(seconds=5)))
        plan = there.plan(document())
        assert here.under(here.defaults) is here
    assert str(plan.schedule.zone) == expected
    assert plan.up.interval == timedelta(seconds=5)
    assert there.plan({"name": "orders", "autoclone": 5}).disabled is not None
