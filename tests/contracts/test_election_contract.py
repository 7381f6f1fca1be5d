"""What every election does alike. Each test runs over all of them, or all that have several candidates."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from election.base import Election, Observation, observations
from election.role import Connection, Lock
from election.standalone import StandaloneElection
from election.zookeeper import ZooKeeperElection
from election_kit import at_zookeeper, elected, first_elected, follows, until
from fake_ensemble import FakeEnsemble
from virtual_clock import VirtualClock
from zookeeper_kit import ensemble

Candidate = Callable[[str], Election]

SEVERAL = pytest.mark.parametrize("candidate", ["memory", "zookeeper"], indirect=True)


@pytest.fixture(scope="module")
def zookeeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ensemble(tmp_path_factory.mktemp("zookeeper")) as servers:
        yield servers.hosts


@pytest.fixture(params=["standalone", "memory", "zookeeper"])
def candidate(request: pytest.FixtureRequest) -> Candidate:
    """How to make a candidate. All of one test stand in one election, where there is more than one."""
    if request.param == "standalone":
        return StandaloneElection
    if request.param == "memory":
        clock = VirtualClock(datetime(2025, 1, 25, tzinfo=UTC))
        servers = FakeEnsemble(clock)
        return lambda address: ZooKeeperElection(
            servers.wire(address), clock, address=address, session_timeout=servers.session
        )
    hosts, path = request.getfixturevalue("zookeeper"), f"/{request.node.name}".replace("[", "-").rstrip("]")
    return lambda address: at_zookeeper(address, hosts, path=path)


async def test_nobody_is_elected_before_the_election_is_open(candidate: Candidate) -> None:
    assert candidate("http://one").observe() == Observation(Connection.LOST, Lock.UNDECIDED)


async def test_a_candidate_on_its_own_is_elected_as_soon_as_it_stands(candidate: Candidate) -> None:
    one = candidate("http://one")
    await one.open()
    assert one.observe() == Observation(Connection.CONNECTED, Lock.HELD, "http://one")
    await one.close()


async def test_one_that_resigns_is_not_elected_from_that_moment(candidate: Candidate) -> None:
    one = candidate("http://one")
    await one.open()
    await one.resign()
    assert one.observe().lock is Lock.RESIGNED
    await one.resign()
    assert one.observe().lock is Lock.RESIGNED
    await one.close()


async def test_closing_resigns_and_may_be_repeated(candidate: Candidate) -> None:
    one = candidate("http://one")
    await one.open()
    await one.close()
    assert one.observe().lock is Lock.RESIGNED
    await one.close()


async def test_closing_what_was_never_opened_is_harmless(candidate: Candidate) -> None:
    one = candidate("http://one")
    await one.close()
    assert one.observe().lock is not Lock.HELD


async def test_a_change_is_waited_for_and_one_that_was_missed_is_told_at_once(candidate: Candidate) -> None:
    one = candidate("http://one")
    before = one.observe()
    waiting = asyncio.create_task(one.changed(before))
    await asyncio.sleep(0)
    assert not waiting.done()
    await one.open()
    assert await waiting != before
    assert await one.changed(before) == one.observe()
    await one.close()


async def test_the_observations_start_with_how_things_stand_and_go_on(candidate: Candidate) -> None:
    one = candidate("http://one")
    await one.open()
    seen = observations(one)
    assert elected(await anext(seen))
    await one.resign()
    assert (await anext(seen)).lock is Lock.RESIGNED
    await one.close()


@SEVERAL
async def test_one_of_three_is_elected_and_all_know_its_address(candidate: Candidate) -> None:
    all_three = [candidate(f"http://{i}") for i in range(3)]
    await asyncio.gather(*(one.open() for one in all_three))
    primary = f"http://{await first_elected(*all_three)}"
    for one in all_three:
        await until(one, lambda seen: seen.primary == primary)
    assert [one.observe().lock for one in all_three].count(Lock.HELD) == 1
    for one in all_three:
        await one.close()


@SEVERAL
@pytest.mark.parametrize("leave", ["resign", "close"])
async def test_one_that_leaves_hands_over_at_once(candidate: Candidate, leave: str) -> None:
    one, two, three = (candidate(f"http://{i}") for i in range(3))
    for each in (one, two, three):
        await each.open()
    assert elected(one.observe())
    await getattr(one, leave)()
    assert await first_elected(two, three, within=1.0) == 0, "the one that has waited for longer"
    await until(three, follows("http://1"), within=1.0)
    for each in (one, two, three):
        await each.close()


@SEVERAL
async def test_one_that_leaves_the_queue_is_not_waited_for(candidate: Candidate) -> None:
    one, two, three = (candidate(f"http://{i}") for i in range(3))
    for each in (one, two, three):
        await each.open()
    await two.resign()
    await one.resign()
    await until(three, elected, within=1.0)
    for each in (one, two, three):
        await each.close()
