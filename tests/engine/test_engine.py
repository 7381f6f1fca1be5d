"""The engine over virtual time: what users see of a day."""

import asyncio
from collections.abc import Sequence

import pytest

from autoclone.core.model import ParentStatus
from autoclone.errors import ManagedClone, StaleEpoch, Transient, UnknownDag
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import Change
from engine_world import MINUTE, SECOND, World, document


@pytest.fixture
def world() -> World:
    return World()


async def test_a_day_from_the_first_clone_to_the_last(world: World) -> None:
    async with world.server() as server:
        await server.put(document(closes="0907"))
        await world.clock.advance(MINUTE)
        assert await server.clones() == ["orders_20250125090000"]
        assert server.status() == "ramping_up (1/3)"
        await world.clock.advance(2 * MINUTE)
        assert server.status() == "active"
        await world.clock.advance(10 * MINUTE)
        assert (await server.clones(), server.status()) == ([], "idle")
        assert await server.journal() == [
            "09:00:00 ramp_up.started -",
            "09:00:00 clone.created orders_20250125090000",
            "09:00:00 clone.started orders_20250125090000",
            "09:01:00 clone.created orders_20250125090100",
            "09:01:00 clone.started orders_20250125090100",
            "09:02:00 clone.created orders_20250125090200",
            "09:02:00 clone.started orders_20250125090200",
            "09:02:00 ramp_up.completed -",
            "09:07:00 ramp_down.started -",
            "09:07:00 clone.stopped orders_20250125090000",
            "09:07:00 clone.deleted orders_20250125090000",
            "09:08:00 clone.stopped orders_20250125090100",
            "09:08:00 clone.deleted orders_20250125090100",
            "09:09:00 clone.stopped orders_20250125090200",
            "09:09:00 clone.deleted orders_20250125090200",
            "09:09:00 ramp_down.completed -",
        ]
        assert await server.sequences() == list(range(1, 17))
        assert set(world.watcher.late) == {0 * SECOND}


async def test_nothing_touches_the_runtime_before_the_decision_is_durable(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        server.store.fail_next(Transient("the disk is busy"), times=3)
        await world.clock.advance(MINUTE)
        assert (await server.clones(), server.status()) == ([], "idle")
        assert server.service.server().checks["store"] == "the disk is busy"
        await world.clock.advance(4 * SECOND)
        assert await server.clones() == ["orders_20250125090003"]
        assert server.service.server().ready


async def test_the_next_server_starts_the_same_clones_again_and_goes_on_in_time(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(2 * MINUTE)
        before = await server.clones()
        assert len(before) == 2
    world.clock.jump(20 * SECOND)
    async with world.server() as server:
        assert await server.clones() == before
        await world.clock.advance(40 * SECOND)
        assert await server.clones() == [*before, "orders_20250125090200"]
        assert "clone.created" not in str((await server.journal())[-1])
        assert (await server.journal()).count(f"09:01:20 clone.restored {before[0]}") == 1


async def test_clones_that_still_run_are_adopted_not_made_again(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(2 * MINUTE)
        runtime, before = server.runtime, await server.journal()
    async with world.server(runtime=runtime) as server:
        assert len(await server.clones()) == 2
        assert await server.journal() == before


async def test_a_newer_primary_ends_the_older_one_and_its_commands_are_refused(world: World) -> None:
    async with world.server() as old:
        await old.put(document())
        async with world.server() as new:
            await world.clock.advance(MINUTE)
            assert await old.clones() == []
            assert await new.clones() == ["orders_20250125090000"]
            assert old.work.done()
            failure = old.work.exception()
            assert isinstance(failure, ExceptionGroup)
            assert failure.subgroup(StaleEpoch) is not None


async def test_a_deleted_dag_takes_its_clones_along_and_its_sequence_goes_on_later(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        await server.service.delete("orders")
        await world.clock.settle()
        assert await server.runtime.holdings() == []
        with pytest.raises(UnknownDag):
            server.status()
        assert await server.store.load() == []
        await server.put(document())
        await world.clock.settle()
        assert len(await server.clones()) == 1
        sequences = await server.sequences()
        assert sequences == list(range(1, len(sequences) + 1))


async def test_a_deleted_dag_is_forgotten_even_if_the_server_ends_in_between(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        for clone in await server.clones():
            server.runtime.hang(clone)
        deleting = server.service.delete("orders")
        await deleting
    async with world.server() as server:
        await world.clock.advance(SECOND)
        assert await server.runtime.holdings() == []
        assert await server.store.load() == []


async def test_a_stopped_dag_loses_its_clones_and_a_started_one_ramps_again(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        view = await server.service.stop("orders")
        await world.clock.settle()
        assert (str(view.status), await server.clones()) == ("stopped", [])
        view = await server.service.start("orders")
        await world.clock.settle()
        assert str(view.status) == "running"
        assert len(await server.clones()) == 1


async def test_a_suspended_dag_suspends_its_clones_and_goes_on_when_resumed(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(2 * MINUTE)
        await server.service.suspend("orders")
        await world.clock.advance(10 * MINUTE)
        assert {str(one.status) for one in await server.runtime.holdings()} == {"suspended"}
        assert len(await server.clones()) == 2
        assert server.service.autoclone_status("orders").reason == "PARENT_SUSPENDED"
        await server.service.resume("orders")
        await world.clock.settle()
        assert {str(one.status) for one in await server.runtime.holdings()} == {"running"}
        assert len(await server.clones()) == 3


async def test_a_clone_that_dies_is_replaced_at_the_next_look(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(5 * MINUTE)
        first = (await server.clones())[0]
        server.runtime.kill(first)
        await world.clock.advance(10 * SECOND)
        clones = await server.clones()
        assert first not in clones
        assert len(clones) == 3
        assert any(f"clone.died {first}" in line for line in await server.journal())


async def test_a_parent_that_the_runtime_lost_is_brought_back(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await server.runtime.delete("orders", server.engine.epoch)
        await world.clock.advance(10 * SECOND)
        assert [one.name for one in await server.runtime.holdings()] == ["orders"]


async def test_what_nobody_knows_is_removed_from_the_runtime(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        runtime = server.runtime
    world.backing = type(world.backing)()
    async with world.server(runtime=runtime) as server:
        await world.clock.advance(20 * SECOND)
        assert await server.runtime.holdings() == []


async def test_a_clock_that_is_set_forward_into_the_window_is_noticed(world: World) -> None:
    async with world.server() as server:
        await server.put(document(opens="1200", closes="1300"))
        world.clock.jump(3 * 60 * MINUTE + 5 * MINUTE)
        await world.clock.advance(SECOND)
        assert server.status() == "ramping_up (1/3)"


async def test_a_clock_that_is_set_back_out_of_the_window_is_noticed(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(10 * MINUTE)
        world.clock.jump(-60 * MINUTE)
        await world.clock.advance(2 * SECOND)
        assert server.status() == "ramping_down (2 remaining)"
        await world.clock.advance(3 * MINUTE)
        assert server.status() == "idle"


async def test_a_clone_cannot_be_changed_by_hand(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(MINUTE)
        name = (await server.clones())[0]
        service = server.service
        for refused in (service.start, service.stop, service.suspend, service.resume, service.delete):
            with pytest.raises(ManagedClone, match="orders"):
                await refused(name)
        with pytest.raises(ManagedClone):
            await service.clone(name)
        with pytest.raises(ManagedClone):
            await service.put(document(name=name))
        assert (await service.get(name)).parent == "orders"


async def test_one_stuck_dag_delays_no_other(world: World) -> None:
    async with world.server() as server:
        for index in range(20):
            await server.put(document(name=f"dag{index:02}"))
        for index in range(10):
            server.runtime.hang(f"dag{index:02}_20250125090000")
        await world.clock.advance(MINUTE + 2 * SECOND)
        for index in range(10, 20):
            assert server.status(f"dag{index:02}") == "ramping_up (1/3)"
        await world.clock.advance(28.2 * SECOND)
        status = server.service.autoclone_status("dag00")
        assert (status.status, status.reason) == ("ramping_up (0/3)", "RETRY_WAIT")
        failures = [one.error for one in world.watcher.outcomes if one.error]
        assert failures
        assert "command timeout of 30 s" in str(failures[0])


async def test_the_list_holds_dags_and_clones_in_name_order(world: World) -> None:
    async with world.server() as server:
        for name in ("b", "a", "c"):
            await server.put(document(name=name, count=2))
        await world.clock.advance(2 * MINUTE)
        views = await server.service.dags(limit=4)
        assert [view.name for view in views] == ["a", "a_20250125090000", "a_20250125090100", "b"]
        assert [view.parent for view in views] == [None, "a", "a", None]
        rest = await server.service.dags(after="b", limit=100)
        assert [view.name for view in rest] == [
            "b_20250125090000",
            "b_20250125090100",
            "c",
            "c_20250125090000",
            "c_20250125090100",
        ]


async def test_an_edit_in_mid_window_converges_at_the_pace(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(5 * MINUTE)
        await server.put(document(count=1))
        assert server.status() == "ramping_down (2 remaining)"
        await world.clock.advance(MINUTE)
        assert server.status() == "active"
        assert await server.clones() == ["orders_20250125090200"]


async def test_the_same_definition_again_is_no_new_revision(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        view, created = await server.service.put(document())
        assert (view.revision, created) == (1, False)
        view, _ = await server.service.put(document(count=2))
        assert view.revision == 2


async def test_a_copy_by_hand_is_a_dag_of_its_own(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        view = await server.service.clone("orders")
        assert (view.name, view.parent) == ("orders_copy", None)
        assert view.document == document(name="orders_copy")


async def test_a_file_error_is_shown_and_goes_away(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        server.service.report("orders", "file:orders.json", "line 3: what?")
        assert server.service.autoclone_status("orders").error == "line 3: what?"
        assert b"line 3: what?" in server.service.status_json("orders")
        server.service.report("orders", "file:orders.json", None)
        assert server.service.autoclone_status("orders").error is None
        server.service.report("new", "file:new.json", "no name")
        assert [view.status for view in await server.service.dags()] == ["invalid", "running"]
        assert server.service.autoclone_status("new").reason == "INVALID_CONFIG"


async def test_the_status_that_is_served_follows_every_change(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        first = server.service.status_json("orders")
        assert server.service.status_json("orders") is first
        await world.clock.advance(MINUTE)
        assert b"ramping_up (1/3)" in server.service.status_json("orders")


async def test_the_counts_add_up(world: World) -> None:
    async with world.server() as server:
        await server.put(document("a"))
        await server.put(document("b", opens="2200", closes="0600"))
        await world.clock.advance(5 * MINUTE)
        assert world.watcher.counts["active"] == 1
        assert world.watcher.counts["idle"] == 1
        assert world.watcher.counts["live"] == 3
        assert (server.service.server().dags, server.service.server().clones) == (2, 3)


async def test_late_by_hours_makes_one_at_once_and_goes_on(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
    world.clock.jump(3 * 60 * MINUTE)
    async with world.server() as server:
        assert await server.clones() == ["orders_20250125115900"]
        await world.clock.advance(MINUTE)
        assert await server.clones() == ["orders_20250125115900", "orders_20250125120000"]


async def test_a_deleted_parent_is_marked_before_its_clones_are_gone(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(MINUTE)
        name = (await server.clones())[0]
        server.runtime.hang(name)
        await server.service.delete("orders")
        await world.clock.settle()
        (record, state), *_ = await server.store.load()
        assert record.status is ParentStatus.DELETED
        assert [clone.name for clone in state.clones] == [name]
        server.runtime.release(name)
        await world.clock.advance(SECOND)
        assert await server.store.load() == []


class SlowStore(MemoryStore):
    """Commits only when it is told to."""

    def __init__(self, backing: MemoryStore) -> None:
        super().__init__(backing)
        self.go = asyncio.Event()

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        await self.go.wait()
        await super().commit(epoch, changes)


async def test_an_edit_that_arrives_during_a_commit_is_not_lost(world: World) -> None:
    store = SlowStore(world.backing)
    async with world.server(store=store) as server:
        await server.put(document())
        await world.clock.advance(MINUTE)
        editing = asyncio.ensure_future(server.put(document(opens="1200", closes="1300")))
        await world.clock.settle()
        store.go.set()
        await world.clock.advance(SECOND)
        await editing
        assert server.service.autoclone_status("orders").target == 0
        await world.clock.advance(SECOND)
        assert (await server.clones(), server.status()) == ([], "idle")
