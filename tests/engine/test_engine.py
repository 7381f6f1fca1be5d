"""The engine over virtual time: what users see of a day."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from autoclone.core.commands import Action, Command
from autoclone.core.inputs import Outcome, RunStatus, Sighting
from autoclone.core.model import Stage
from autoclone.errors import Transient
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import Change, Holding
from autoclone.runtimes.memory import MemoryRuntime
from engine_world import MINUTE, SECOND, World, document


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
        await world.clock.advance(59 * SECOND)
        server.store.fail_next(Transient("the disk is busy"), times=6)  # the lease is renewed as often
        await world.clock.advance(SECOND)
        assert (await server.clones(), server.status()) == ([], "idle")
        assert server.service.server().checks["store"] == "the disk is busy"
        await world.clock.advance(4 * SECOND)
        assert await server.clones() == ["orders_20250125090003"]
        assert server.service.server().ready


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
        await server.runtime.delete("orders", server.engine.reign().epoch)
        await world.clock.advance(10 * SECOND)
        assert [one.name for one in await server.runtime.holdings()] == ["orders"]


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


async def test_an_edit_in_mid_window_converges_at_the_pace(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(5 * MINUTE)
        await server.put(document(count=1))
        assert server.status() == "ramping_down (2 remaining)"
        await world.clock.advance(MINUTE)
        assert server.status() == "active"
        assert await server.clones() == ["orders_20250125090200"]


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


class BlindRuntime(MemoryRuntime):
    """Cannot say what it holds, for as long as it is blind."""

    blind = False

    async def holdings(self) -> Sequence[Holding]:
        if self.blind:
            raise Transient("the cluster does not answer")
        return await super().holdings()


async def test_a_runtime_that_cannot_be_looked_at_is_looked_at_again(world: World) -> None:
    runtime = BlindRuntime()
    async with world.server(runtime=runtime) as server:
        await server.put(document())
        await world.clock.advance(5 * MINUTE)
        runtime.kill((await server.clones())[0])
        runtime.blind = True
        await world.clock.advance(30 * SECOND)
        assert not any("died" in line for line in await server.journal())
        runtime.blind = False
        await world.clock.advance(10 * SECOND)
        assert any("died" in line for line in await server.journal())


async def test_a_clone_that_starts_after_it_was_looked_at_is_not_taken_for_dead(world: World) -> None:
    async with world.server() as server:
        await server.put(document(count=1))
        await world.clock.advance(MINUTE)
        (clone,) = server.engine.fleet.entries["orders"].state.clones
        begun = replace(clone, stage=Stage.STARTING, announced=True, launched=False)
        entry = server.engine.fleet.entries["orders"]
        server.engine.fleet.apply(entry, replace(entry.state, clones=(begun,)))
        reconciler = server.engine.reign().reconciler
        reconciler.saw("orders", [Sighting(clone.name, RunStatus.CREATED, clone.since)])
        reconciler.report(Outcome(Command(Action.START, "orders", clone.name, 1, clone.since)))
        await world.clock.settle()
        assert await server.clones() == [clone.name]
        assert not [line for line in await server.journal() if "died" in line]
