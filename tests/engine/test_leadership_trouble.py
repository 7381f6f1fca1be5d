"""What else goes wrong: a server goes on as a secondary where it can, and ends where no other could act."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from autoclone.errors import Transient
from autoclone.ports import Holding
from autoclone.runtimes.memory import MemoryRuntime
from election.base import Misconfigured
from engine_world import World
from ensemble_world import LEASE, MINUTE, SECOND, SESSION, EnsembleWorld, Server, document, ensemble_world

REFUSED = Misconfigured("zookeeper_chroot", "'/gone'", "there is no such path", "Create it")


@pytest.fixture
async def world() -> AsyncIterator[EnsembleWorld]:
    """The first of three is primary, a minute before the window opens."""
    async with ensemble_world("one", "two", "three") as made:
        await made.put(document())
        yield made


async def test_a_takeover_that_fails_is_left_to_another(world: EnsembleWorld) -> None:
    """The next in the queue cannot say what its runtime holds."""
    one, two, three = world.servers
    await world.pass_(2 * MINUTE)
    two.runtime.blind = True
    await one.kill()
    chosen = await world.acting_within(2 * SESSION)
    assert chosen is three
    assert len(await three.clones()) == 2
    assert (two.role, two.work.done()) == ("secondary", False)
    two.runtime.blind = False
    await three.stop()
    assert await world.acting_within(SESSION) is two
    assert len(await two.clones()) == 2


async def test_a_takeover_that_fails_at_the_start_is_tried_again() -> None:
    async with ensemble_world() as world:
        one = world.make("one")
        one.runtime.blind = True
        await world.start_all()
        assert one.role == "secondary"
        await world.pass_(SESSION)
        epochs = one.engine.standing.epoch
        assert epochs < 15, "it is tried again and again, without a pause"
        one.runtime.blind = False
        assert await world.acting_within(SESSION) is one


async def test_alone_a_takeover_that_fails_ends_the_server(world: EnsembleWorld) -> None:
    alone = World()

    class Blind(MemoryRuntime):
        async def holdings(self) -> Sequence[Holding]:
            raise Transient("the cluster does not answer")

    with pytest.raises(Transient, match="does not answer"):
        async with alone.server(runtime=Blind()):
            pass


async def test_a_duty_that_fails_ends_the_reign_and_not_the_server() -> None:
    async with ensemble_world() as world:
        one, two = world.make("one"), world.make("two")
        fails = asyncio.Event()

        async def duty(_epoch: int) -> None:
            await fails.wait()
            raise Transient("the folder is gone")

        one.engine.while_primary(duty)
        await world.start_all()
        assert world.acting() is one
        fails.set()
        await world.clock.settle()
        assert await world.acting_within(SECOND) is two
        await world.pass_(SESSION)
        assert (one.role, world.acting()) == ("secondary", two)


async def test_one_elected_that_does_not_reach_the_store_stands_aside(world: EnsembleWorld) -> None:
    """It never held the lease, and is next in the queue."""
    one, two, three = world.servers
    await world.pass_(2 * MINUTE)
    two.store.cut = True
    await world.pass_(2 * SECOND)
    await one.kill()
    assert await world.acting_within(2 * SESSION) is three
    two.store.cut = False
    await world.pass_(SESSION)
    await three.stop()
    assert await world.acting_within(SESSION) is two


async def test_what_zookeeper_refuses_later_on_is_told_and_tried_again(world: EnsembleWorld) -> None:
    one, *_ = world.servers
    one.store.cut = True
    await world.pass_(LEASE)
    successor = world.acting()
    assert successor not in (one, None)
    world.ensemble.refusal = REFUSED
    one.store.cut = False
    await world.pass_(2 * SECOND)
    assert not one.work.done()
    assert "zookeeper_chroot" in one.engine.standing.trouble
    world.ensemble.refusal = None
    await world.pass_(SESSION)
    assert one.engine.standing.trouble == ""
    for server in world.servers[1:]:
        await server.stop()
    assert await world.acting_within(SESSION) is one


async def test_what_zookeeper_refuses_at_the_start_ends_it() -> None:
    async with ensemble_world() as world:
        world.ensemble.refusal = REFUSED
        with pytest.raises(Misconfigured, match="zookeeper_chroot"):
            await world.add("one")
        await world.servers[0].engine.close()


def tasks() -> set[str]:
    return {
        f"{task.get_coro()}"
        for task in asyncio.all_tasks()
        if task is not asyncio.current_task() and "FakeWire._expire" not in f"{task.get_coro()}"
    }


async def test_a_server_that_is_closed_leaves_no_task_behind(world: EnsembleWorld) -> None:
    await world.pass_(MINUTE)
    for server in world.servers:
        await server.stop()
    await world.pass_(SECOND)
    assert tasks() == set()


async def test_a_server_that_is_closed_while_it_steps_down_waits_until_all_is_over(
    world: EnsembleWorld,
) -> None:
    one, *_ = world.servers
    await world.pass_(MINUTE + SECOND)
    one.runtime.drains = timedelta(seconds=5)
    one.cut_zookeeper()
    await world.pass_(SESSION * 3 / 4)
    assert not one.runtime.closed, "it is at it"
    closing = asyncio.create_task(one.stop())
    await world.pass_(SECOND)
    assert not closing.done()
    await world.pass_(5 * SECOND)
    assert closing.done()
    assert one.runtime.closed


async def test_a_server_that_is_closed_while_it_leaves_the_election_leaves_no_task_behind(
    world: EnsembleWorld,
) -> None:
    one, two, three = world.servers
    one.wires[-1].stops_after = 3 * SECOND
    one.store.cut = True
    await world.pass_(LEASE * 3 / 4 + SECOND)
    assert one.role == "secondary"
    closing = asyncio.create_task(one.stop())
    await world.pass_(4 * SECOND)
    assert closing.done()
    assert one.wires[-1].over, "it has ended its session, and not left it to run out"
    for server in (two, three):
        await server.stop()
    await world.pass_(SECOND)
    assert tasks() == set()
    assert world.ensemble.queue == []


async def test_a_reign_that_ends_as_it_begins_leaves_nothing(world: EnsembleWorld) -> None:
    one, two, _ = world.servers
    await world.pass_(2 * MINUTE)
    two.store.holds("load")
    await one.stop()
    await world.pass_(SECOND)
    assert (two.role, two.engine._leadership.reign) == ("primary", None)
    assert two.engine.leads
    two.cut_zookeeper()
    await world.pass_(SESSION)
    assert not two.engine.leads
    two.store.lets_go()
    two.heal_zookeeper()
    chosen = await world.acting_within(2 * SESSION)
    assert len(await chosen.clones()) == 2
    assert await two.clones() == [] or chosen is two
    await world.pass_(SESSION)
    assert two.service.server().ready


async def test_a_secondary_that_cannot_read_says_that_it_is_not_ready(world: EnsembleWorld) -> None:
    _, two, _ = world.servers
    two.store.cut = True
    await world.pass_(3 * SECOND)
    view = two.service.server()
    assert (view.role, view.ready) == ("secondary", False)
    assert view.checks["store"] == "the database is out of reach"
    two.store.cut = False
    await world.pass_(3 * SECOND)
    assert two.service.server().ready


def roles(server: Server) -> list[str]:
    return [str(standing.role) for standing in server.watcher.standings]


async def test_what_a_server_becomes_is_told_once(world: EnsembleWorld) -> None:
    one, two, three = world.servers
    await world.pass_(MINUTE)
    assert [roles(server) for server in (one, two, three)] == [["primary"], ["secondary"], ["secondary"]]
    await one.stop()
    await world.pass_(SECOND)
    assert roles(two)[-1] == "primary"
    assert {standing.primary for standing in three.watcher.standings[-1:]} == {"http://two"}


async def test_a_duty_that_fails_as_it_is_ended_is_told_of(
    world: EnsembleWorld, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, three = world.servers

    async def duty(_epoch: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise Transient("the folder is gone")

    for server in (two, three):
        server.engine.while_primary(duty)
    await one.stop()
    successor = await world.acting_within(SECOND)
    successor.cut_zookeeper()
    await world.pass_(SESSION)
    assert "the folder is gone" in caplog.text
    last = await world.acting_within(SESSION)
    caplog.clear()
    await last.stop()
    assert "the folder is gone" in caplog.text


async def test_a_defect_ends_the_server() -> None:
    async with ensemble_world() as world:
        one = world.make("one")
        fails = asyncio.Event()

        async def duty(_epoch: int) -> None:
            await fails.wait()
            raise ZeroDivisionError

        one.engine.while_primary(duty)
        await world.start_all()
        fails.set()
        await world.clock.settle()
        assert one.work.done()
        failure = one.work.exception()
        assert isinstance(failure, ExceptionGroup)
        assert failure.subgroup(ZeroDivisionError) is not None
        assert one.runtime.closed
