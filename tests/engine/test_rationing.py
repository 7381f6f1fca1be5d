"""The fleet's limits in the engine: kept at any time, over restarts and failures, and shared fairly."""

from collections.abc import Sequence
from typing import Any

import pytest

from autoclone.core.rations import ALL, CapWait, Limit
from autoclone.engine.replaying import replay
from autoclone.errors import Transient
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import Change, EventFilter
from autoclone.runtimes.memory import MemoryRuntime
from autoclone.simulator.fleet import Forecast
from engine_world import MINUTE, NINE, SECOND, Server, World, document


def limited(*limits: Limit) -> World:
    world = World()
    world.fleet_limits = limits
    return world


def labelled(name: str, *, count: int = 3, closes: str = "1700", **labels: str) -> dict[str, Any]:
    return {**document(name, closes=closes, count=count), "labels": labels}


async def there(server: Server) -> dict[str, list[str]]:
    """The times in the names of each parent's clones."""
    found: dict[str, list[str]] = {}
    for one in await server.runtime.holdings():
        if one.parent is not None:
            found.setdefault(one.parent, []).append(one.name[-6:])
    return found


def waits_for(server: Server, name: str) -> CapWait | None:
    return server.engine.fleet.entries[name].cap


async def test_without_limits_nobody_waits() -> None:
    world = World()
    async with world.server() as server:
        for name in "ab":
            await server.put(document(name))
        await world.clock.advance(4 * MINUTE)
        assert {name: len(clones) for name, clones in (await there(server)).items()} == {"a": 3, "b": 3}
        assert waits_for(server, "a") is None


async def test_a_cap_is_shared_evenly_and_who_waits_says_so() -> None:
    world = limited(Limit(ALL, clones=4))
    async with world.server() as server:
        for name in "ab":
            await server.put(document(name))
        await world.clock.advance(6 * MINUTE)
        assert await there(server) == {"a": ["090000", "090100"], "b": ["090000", "090100"]}
        assert server.status("a") == "ramping_up (2/3)"
        assert waits_for(server, "a") == CapWait(ALL, 4, a_second=False, since=NINE + 2 * MINUTE)
        status = server.service.autoclone_status("a")
        assert status.reason == "CAP"
        assert status.reason_values["most"] == 4
        assert status.next is not None
        assert status.next.type == "ramp_down.started"


async def test_a_place_that_gets_free_is_taken_at_once() -> None:
    world = limited(Limit(ALL, clones=1))
    async with world.server() as server:
        await server.put(document("early", closes="0905", count=1))
        await server.put(document("late", count=1))
        await world.clock.advance(MINUTE)
        assert list(await there(server)) == ["early"]
        assert waits_for(server, "late") is not None
        await world.clock.advance(5 * MINUTE)
        assert await there(server) == {"late": ["090500"]}
        assert waits_for(server, "late") is None


async def test_clones_on_their_way_in_and_out_take_places() -> None:
    world, runtime = limited(Limit(ALL, clones=2)), MemoryRuntime()
    async with world.server(runtime) as server:
        runtime.hang("slow_*")
        await server.put(document("slow", closes="0902", count=1))
        await server.put(document("other", count=2))
        await world.clock.advance(MINUTE + SECOND)
        assert await there(server) == {"other": ["090000"]}, "the slow one is being made"
        runtime.release("slow_*")
        await world.clock.advance(MINUTE)
        runtime.hang("slow_*")
        await world.clock.advance(SECOND)
        assert len((await there(server))["other"]) == 1, "it is on its way out"


async def test_a_failing_create_holds_its_place_and_gives_it_back_when_its_window_closes() -> None:
    world, runtime = limited(Limit(ALL, clones=1)), MemoryRuntime()
    async with world.server(runtime) as server:
        runtime.fail("create", "bad_*", Transient("no room"), times=1000)
        await server.put(document("bad", closes="0903", count=1))
        await server.put(document("good", count=1))
        await world.clock.advance(3 * MINUTE)
        assert await there(server) == {}
        await world.clock.advance(2 * MINUTE)
        assert list(await there(server)) == ["good"]


async def test_creates_are_spread_over_the_seconds() -> None:
    world = limited(Limit(ALL, per_second=2))
    async with world.server() as server:
        for name in "abcde":
            await server.put(document(name, count=1))
        await world.clock.advance(MINUTE)
        assert sorted(await there(server)) == ["a", "b"]
        assert waits_for(server, "c") == CapWait(ALL, 2, a_second=True, since=NINE)
        await world.clock.advance(SECOND)
        assert sorted(await there(server)) == ["a", "b", "c", "d"]
        await world.clock.advance(SECOND)
        assert (await there(server))["e"] == ["090002"]


async def test_a_label_is_limited_by_itself_and_an_edited_one_at_once() -> None:
    world = limited(Limit("team=data", clones=1))
    async with world.server() as server:
        await server.put(labelled("a", count=1, team="data"))
        await server.put(labelled("b", count=1, team="data"))
        await server.put(labelled("c", count=1, team="ml"))
        await world.clock.advance(2 * MINUTE)
        assert sorted(await there(server)) == ["a", "c"]
        await server.put(labelled("b", count=1, team="ml"))
        await world.clock.advance(SECOND)
        assert sorted(await there(server)) == ["a", "b", "c"]


async def test_who_waits_says_which_limit_holds_it_up_by_now() -> None:
    world = limited(Limit(ALL, clones=2), Limit("team=data", clones=1))
    async with world.server() as server:
        await server.put(labelled("other", count=1, closes="0902"))
        await server.put(labelled("data", count=2, team="data"))
        await world.clock.advance(2 * MINUTE + SECOND)
        cap = waits_for(server, "data")
        assert cap is not None
        assert cap.label == ALL
        assert b"max_clones is 2" in server.service.status_json("data")
        await world.clock.advance(MINUTE)
        assert waits_for(server, "data") == CapWait("team=data", 1, a_second=False, since=cap.since)
        assert b"max_clones of team=data is 1" in server.service.status_json("data")


async def test_limits_hold_over_a_restart() -> None:
    world, runtime = limited(Limit(ALL, clones=3)), MemoryRuntime()
    async with world.server(runtime) as server:
        for name in "ab":
            await server.put(document(name))
        await world.clock.advance(4 * MINUTE)
        before = await there(server)
    async with world.server(runtime) as server:
        await world.clock.advance(4 * MINUTE)
        assert await there(server) == before
        assert waits_for(server, "b") is not None
    world.fleet_limits = (Limit(ALL, clones=2),)
    async with world.server(runtime) as server:
        await world.clock.advance(4 * MINUTE)
        assert await there(server) == before, "none is taken away"


async def test_the_second_goes_on_over_a_restart() -> None:
    world, runtime = limited(Limit(ALL, per_second=1)), MemoryRuntime()
    async with world.server(runtime) as server:
        for name in "ab":
            await server.put(document(name, count=1))
        await world.clock.advance(MINUTE)
    async with world.server(runtime) as server:
        await world.clock.advance(SECOND / 2)
        assert sorted(await there(server)) == ["a"]
        await world.clock.advance(SECOND / 2)
        assert sorted(await there(server)) == ["a", "b"]


class Failing(MemoryStore):
    """A store that fails now and then."""

    failing = False

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        if self.failing:
            raise Transient("not now")
        await super().commit(epoch, changes)


async def test_a_share_that_cannot_be_stored_is_not_lost() -> None:
    world = limited(Limit(ALL, clones=1))
    store = Failing(world.backing)
    async with world.server(store=store) as server:
        for name in "ab":
            await server.put(document(name, count=1))
        store.failing = True
        await world.clock.advance(MINUTE + 5 * SECOND)
        assert await there(server) == {}
        store.failing = False
        await world.clock.advance(2 * SECOND)
        assert list(await there(server)) == ["a"]


async def test_a_dag_that_is_deleted_waits_no_more() -> None:
    world = limited(Limit(ALL, clones=1))
    async with world.server() as server:
        for name in "abc":
            await server.put(document(name, count=1))
        await world.clock.advance(2 * MINUTE)
        await server.service.delete("b")
        await server.service.delete("a")
        await world.clock.advance(SECOND)
        assert list(await there(server)) == ["c"]


async def test_what_was_shared_out_is_on_the_record() -> None:
    world, runtime = limited(Limit(ALL, clones=3)), MemoryRuntime()
    gated = document("a")
    gated["autoclone"]["start_gate"] = "30s"
    async with world.server(runtime) as server:
        await server.put(gated)
        await server.put(document("b", closes="0905"))
        runtime.ail("a_*")
        await world.clock.advance(2 * MINUTE)
        runtime.recover("a_*")
        await world.clock.advance(8 * MINUTE)
        for name in "ab":
            again = await replay(
                server.store, server.engine.definitions, name, NINE - MINUTE, NINE + 60 * MINUTE
            )
            assert again.exact, again.differences
            assert again.steps > 0


async def test_a_fleet_does_what_its_forecast_says() -> None:
    limits = (Limit(ALL, clones=6, per_second=3), Limit("team=data", clones=2))
    world = limited(*limits)
    async with world.server() as server:
        for number in range(7):
            labels = {"team": "data"} if number % 3 == 0 else {}
            what = labelled(f"dag{number}", closes=f"09{3 + number:02}", count=1 + number % 4, **labels)
            what["autoclone"] |= {"ramp_step": 1 + number % 2, "ramp_down_interval": "20s"}
            await server.put(what)
        presents = server.service.presents()
        ahead = Forecast(presents, limits, world.clock.now(), NINE + 60 * MINUTE).whole()
        await world.clock.advance(15 * MINUTE)
        assert any(wait.until > wait.since + MINUTE for wait in ahead.waits)
        for name in (present.state.parent for present in presents):
            entries = await server.store.events(EventFilter(parent=name), limit=1000)
            foreseen = [event for event in ahead.events if event.parent == name]
            assert [one.event for one in entries] == foreseen


@pytest.mark.parametrize("cap", [1, 5, 9])
async def test_no_commit_ever_holds_more_clones_than_the_cap(cap: int) -> None:
    world = limited(Limit(ALL, clones=cap))
    store = Counting(world.backing)
    async with world.server(store=store) as server:
        for number in range(6):
            await server.put(document(f"dag{number}", closes=f"09{4 + number:02}", count=1 + number % 3))
        await world.clock.advance(14 * MINUTE)
        assert await there(server) == {}
    assert store.most == min(cap, 9)


class Counting(MemoryStore):
    """A store that counts the clones of all that it holds."""

    def __init__(self, backing: MemoryStore) -> None:
        super().__init__(backing)
        self.most, self._clones = 0, dict[str, int]()

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        await super().commit(epoch, changes)
        self._clones.update((one.state.parent, len(one.state.clones)) for one in changes)
        self.most = max(self.most, sum(self._clones.values()))
