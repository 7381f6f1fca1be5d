"""What silence means and when, to the millisecond, over an ensemble in memory. A session here lasts 8 s."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from election.base import Misconfigured, Observation
from election.role import Connection, Lock
from election.wire import LinkEvent
from election.zookeeper import ZooKeeperElection
from election_kit import elected, follows
from fake_ensemble import SESSION, FakeEnsemble, FakeWire
from virtual_clock import VirtualClock

MOMENT = timedelta(milliseconds=1)


class World:
    """Two candidates of one ensemble, the first of which is elected."""

    def __init__(self, session: timedelta = SESSION) -> None:
        self.clock = VirtualClock(datetime(2025, 1, 25, tzinfo=UTC))
        self.servers = FakeEnsemble(self.clock, session)
        self.wires = [self.servers.wire(f"http://{i}") for i in range(2)]
        self.one, self.two = (self._candidate(wire) for wire in self.wires)

    def _candidate(self, wire: FakeWire) -> ZooKeeperElection:
        return ZooKeeperElection(wire, self.clock, address=wire.address, session_timeout=SESSION)

    async def pass_(self, seconds: float) -> None:
        await self.clock.advance(timedelta(seconds=seconds))

    def connections(self) -> tuple[Connection, Connection]:
        return self.one.observe().connection, self.two.observe().connection


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        made = World()
        for each in (made.one, made.two):
            stack.push_async_callback(each.close)
            await each.open()
        assert elected(made.one.observe())
        assert follows("http://0")(made.two.observe())
        yield made


async def test_a_session_that_is_kept_lasts(world: World) -> None:
    for _ in range(100):
        await world.pass_(1.7)
        assert elected(world.one.observe())
        assert follows("http://0")(world.two.observe())


async def test_a_connection_that_goes_down_suspends_at_once(world: World) -> None:
    world.wires[0].cut()
    assert world.one.observe() == Observation(Connection.SUSPENDED, Lock.HELD, "http://0")


async def test_silence_suspends_then_is_a_loss_before_the_session_can_be_over(world: World) -> None:
    """Counted from the last request that was answered: 3 s, 6 s, and 12 s."""
    world.wires[0].cut(silently=True)
    for seconds, connection in [
        (2.999, "connected"),
        (0.001, "suspended"),
        (2.999, "suspended"),
        (0.001, "lost"),
    ]:
        await world.pass_(seconds)
        assert world.one.observe().connection == connection
    assert follows("http://0")(world.two.observe()), "the servers have not ended the session yet"
    await world.pass_(2)
    assert elected(world.two.observe()), "now they have"
    assert world.one.observe() == Observation(Connection.LOST, Lock.HELD)
    await world.pass_(4)
    assert world.one.observe().connection is Connection.UNAVAILABLE
    assert elected(world.two.observe())


async def test_silence_counts_from_the_question_not_from_its_answer(world: World) -> None:
    """The servers may have heard it at any moment between the two."""
    world.wires[0].answers_after = timedelta(seconds=2)
    await world.pass_(1)
    asked = world.clock.monotonic()
    await world.pass_(2)
    world.wires[0].cut(silently=True)
    world.wires[0].answers_after = timedelta(seconds=100)
    await world.pass_(5.999 - 2)
    assert world.one.observe().connection is Connection.SUSPENDED
    await world.pass_(0.001)
    assert world.clock.monotonic() == asked + 6
    assert world.one.observe().connection is Connection.LOST


async def test_an_answer_from_a_session_that_has_ended_meanwhile_counts_for_nothing(world: World) -> None:
    wire = world.wires[0]
    wire.answers_after = timedelta(seconds=0.5)
    await world.pass_(1)
    wire._end()
    wire.listener(LinkEvent.ENDED)
    assert world.one.observe() == Observation(Connection.LOST, Lock.UNDECIDED)
    await world.pass_(0.5)
    assert world.one.observe() == Observation(Connection.LOST, Lock.UNDECIDED)


async def test_the_first_of_the_queue_is_not_elected_before_the_lock_says_so() -> None:
    world = World()
    world.servers.silent = True
    opening = world.one._begin(world.one.open())
    await world.pass_(1)
    seen = world.one.observe()
    assert (seen.connection, seen.lock, seen.primary) == (Connection.CONNECTED, Lock.UNDECIDED, "http://0")
    world.servers.silent = False
    world.servers.tell()
    await opening
    assert elected(world.one.observe())
    await world.one.close()


async def test_a_change_that_time_alone_brings_is_announced(world: World) -> None:
    world.wires[0].cut(silently=True)
    seen: list[tuple[float, Connection]] = []

    async def follow() -> None:
        now = world.one.observe()
        while now.connection is not Connection.UNAVAILABLE:
            now = await world.one.changed(now)
            seen.append((world.clock.monotonic(), now.connection))

    following = world.one._begin(follow())
    await world.pass_(20)
    assert seen == [(3, Connection.SUSPENDED), (6, Connection.LOST), (12, Connection.UNAVAILABLE)]
    await following


async def test_a_process_that_was_stopped_knows_it_before_any_of_its_tasks_has_run(world: World) -> None:
    world.clock._move(world.clock.monotonic() + 6)
    assert world.one.observe().connection is Connection.LOST


async def test_one_that_comes_back_in_time_is_still_elected(world: World) -> None:
    world.wires[0].cut()
    await world.pass_(4)
    world.wires[0].heal()
    await world.clock.settle()
    assert elected(world.one.observe())
    assert follows("http://0")(world.two.observe())


async def test_one_that_comes_back_too_late_queues_up_behind(world: World) -> None:
    world.wires[0].cut()
    await world.pass_(9)
    assert elected(world.two.observe())
    world.wires[0].heal()
    await world.pass_(1)
    assert follows("http://1")(world.one.observe())
    assert elected(world.two.observe())
    await world.two.resign()
    await world.clock.settle()
    assert elected(world.one.observe())


async def test_a_session_that_the_servers_end_is_over_at_once(world: World) -> None:
    world.wires[0]._end()
    await world.pass_(1)
    assert elected(world.two.observe())
    assert follows("http://1")(world.one.observe())


async def test_without_an_ensemble_each_says_that_it_is_unavailable_and_why(world: World) -> None:
    for wire in world.wires:
        wire.cut()
    await world.pass_(13)
    assert world.connections() == (Connection.UNAVAILABLE, Connection.UNAVAILABLE)
    assert "zookeeper_hosts" in world.one.observe().trouble
    for wire in world.wires:
        wire.heal()
    await world.pass_(1)
    assert world.connections() == (Connection.CONNECTED, Connection.CONNECTED)
    assert [each.observe().lock for each in (world.one, world.two)].count(Lock.HELD) == 1
    assert world.one.observe().trouble == world.two.observe().trouble == ""


async def test_an_entry_that_somebody_else_removes_is_noticed(world: World) -> None:
    entry = world.wires[0].candidacy
    assert entry is not None
    world.servers.remove(entry)
    await world.pass_(1)
    assert elected(world.two.observe())
    assert follows("http://1")(world.one.observe())


async def test_out_of_reach_one_can_resign_and_the_session_runs_out(world: World) -> None:
    world.wires[0].cut()
    await world.one.resign()
    assert world.one.observe().lock is Lock.RESIGNED
    await world.pass_(9)
    assert elected(world.two.observe())


async def test_one_that_resigned_out_of_reach_leaves_the_queue_when_it_is_back(world: World) -> None:
    world.wires[0].cut()
    await world.one.resign()
    await world.pass_(1)
    world.wires[0].heal()
    await world.clock.settle()
    assert world.one.observe().lock is Lock.RESIGNED
    assert elected(world.two.observe())


async def test_what_the_ensemble_grants_counts_not_what_was_asked_for() -> None:
    world = World(session=SESSION / 2)
    await world.one.open()
    world.wires[0].cut(silently=True)
    await world.pass_(3)
    assert world.one.observe().connection is Connection.LOST
    await world.one.close()


async def test_an_ensemble_that_is_down_at_the_start_is_no_error() -> None:
    world = World()
    world.wires[0].reachable = False
    opening = world.one._begin(world.one.open())
    await world.pass_(11.9)
    assert not opening.done()
    await world.pass_(0.1)
    await opening
    assert world.one.observe().connection is Connection.UNAVAILABLE
    assert "zookeeper_hosts" in world.one.observe().trouble
    world.wires[0].heal()
    await world.clock.settle()
    assert world.one.observe() == Observation(Connection.CONNECTED, Lock.HELD, "http://0")
    await world.one.close()


async def test_what_is_refused_at_the_start_is_an_error() -> None:
    world = World()
    world.servers.refusal = Misconfigured(
        "zookeeper_chroot", "'/nowhere'", "there is no such path", "Create it"
    )
    with pytest.raises(Misconfigured, match="zookeeper_chroot"):
        await world.one.open()


async def test_what_is_refused_later_is_reported_until_it_is_mended() -> None:
    world = World()
    world.wires[0].reachable = False
    opening = world.one._begin(world.one.open())
    await world.pass_(12)
    await opening
    world.servers.refusal = Misconfigured(
        "zookeeper_chroot", "'/nowhere'", "there is no such path", "Create it"
    )
    world.wires[0].heal()
    await world.pass_(2 * MOMENT.total_seconds())
    assert world.one.observe().connection is Connection.UNAVAILABLE
    assert world.one.observe().trouble == str(world.servers.refusal)
    world.servers.refusal = None
    await world.pass_(2)
    assert elected(world.one.observe())
    assert world.one.observe().trouble == ""
    await world.one.close()


async def test_what_was_refused_is_no_longer_what_is_wrong_once_nobody_answers() -> None:
    world = World()
    world.wires[0].reachable = False
    opening = world.one._begin(world.one.open())
    await world.pass_(12)
    await opening
    world.servers.refusal = Misconfigured(
        "zookeeper_chroot", "'/nowhere'", "there is no such path", "Create it"
    )
    world.wires[0].heal()
    await world.pass_(1)
    assert "zookeeper_chroot" in world.one.observe().trouble
    world.wires[0].cut()
    await world.pass_(1)
    assert "zookeeper_hosts" in world.one.observe().trouble
    await world.one.close()
