"""Old events are removed in time, and none that was never published without a word. In virtual time."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from autoclone.engine.housekeeping import EVERY, FIRST_AFTER, STRETCH, Housekeeping
from autoclone.errors import StaleEpoch, Transient
from autoclone.observability.silent import Silent
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import Change
from store_kit import START, event, numbers, state
from virtual_clock import VirtualClock

DAY = timedelta(days=1)
MOMENT = timedelta(minutes=10)
WARNED = "events that were never published were removed, since they were older than 7d"


class Counts(Silent):
    """Adds up what it is told."""

    def __init__(self) -> None:
        self.expired = self.unsent = 0

    def pruned(self, expired: int, unsent: int) -> None:
        self.expired += expired
        self.unsent += unsent


class World:
    """A journal with ten events of one parent, and somebody who keeps it."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.store = MemoryStore()
        self.counts = Counts()

    async def opened(self) -> None:
        await self.store.open()
        await self.store.claim_epoch("one", START)
        await self.happened("orders", 10)

    async def happened(self, parent: str, count: int) -> None:
        """Have so many events happen, all of them at the beginning."""
        events = tuple(event(parent, n, at=START) for n in range(1, count + 1))
        await self.store.commit(1, [Change(state(parent, count), events)])

    async def sent(self, count: int) -> None:
        """Have so many more of them published."""
        entries = await self.store.unsent(count)
        await self.store.mark_sent(1, [entry.position for entry in entries], START)

    @asynccontextmanager
    async def kept(self, unsent_retention: timedelta | None = 7 * DAY) -> AsyncIterator[asyncio.Task[None]]:
        """Have it kept: what was published for 30 days."""
        keeper = Housekeeping(
            self.store, self.clock, self.counts, retention=30 * DAY, unsent_retention=unsent_retention
        )
        work = asyncio.create_task(keeper.run(1))
        try:
            yield work
        finally:
            work.cancel()
            await asyncio.wait((work,))


@pytest.fixture
async def world() -> World:
    made = World()
    await made.opened()
    return made


async def test_what_was_published_goes_when_it_is_old_but_the_newest_stays(world: World) -> None:
    await world.sent(10)
    async with world.kept():
        await world.clock.advance(30 * DAY)
        assert await numbers(world.store) == list(range(1, 11))
        await world.clock.advance(EVERY + MOMENT)
        assert await numbers(world.store) == [10]
    assert (world.counts.expired, world.counts.unsent) == (9, 0)


async def test_what_was_never_published_goes_when_it_has_waited_too_long_and_that_is_an_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.sent(4)
    async with world.kept():
        await world.clock.advance(7 * DAY)
        assert await numbers(world.store) == list(range(1, 11))
        await world.clock.advance(EVERY + MOMENT)
        assert await numbers(world.store) == [1, 2, 3, 4, 10]
        assert (world.counts.expired, world.counts.unsent) == (0, 5)
        await world.clock.advance(30 * DAY)
        assert await numbers(world.store) == [10]
    assert (world.counts.expired, world.counts.unsent) == (4, 5)
    errors = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert errors == [f"5 {WARNED} (AUTOCLONE_UNSENT_RETENTION)"]


async def test_it_is_said_how_many_went(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.sent(10)
    with caplog.at_level(logging.INFO, "autoclone.engine"):
        async with world.kept():
            await world.clock.advance(40 * DAY)
    assert caplog.messages == ["9 events were removed, since they were older than 30d"]


async def test_where_there_is_no_topic_nothing_is_missed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with world.kept(unsent_retention=None):
        await world.clock.advance(30 * DAY)
        assert await numbers(world.store) == list(range(1, 11))
        await world.clock.advance(EVERY + MOMENT)
        assert await numbers(world.store) == [10]
    assert (world.counts.expired, world.counts.unsent) == (9, 0)
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_server_that_was_down_for_long_has_time_to_publish_before_anything_is_given_up(
    world: World,
) -> None:
    await world.clock.advance(8 * DAY)
    async with world.kept():
        await world.clock.advance(FIRST_AFTER - timedelta(seconds=1))
        assert await numbers(world.store) == list(range(1, 11))
        await world.sent(9)
        await world.clock.advance(MOMENT)
        assert await numbers(world.store) == list(range(1, 11))


async def test_a_long_journal_is_gone_through_in_stretches(world: World) -> None:
    many = 2 * STRETCH + 7
    await world.happened("flights", many)
    before = (await world.store.lease()).version
    async with world.kept():
        await world.clock.advance(8 * DAY)
    assert await numbers(world.store, "flights") == [many]
    assert world.counts.unsent == many - 1 + 9
    assert (await world.store.lease()).version > before + 3


async def test_a_store_that_fails_is_tried_again_an_hour_later(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.sent(10)
    await world.clock.advance(31 * DAY)
    world.store.fail_next(Transient("the disk is full"))
    async with world.kept():
        await world.clock.advance(MOMENT)
        assert await numbers(world.store) == list(range(1, 11))
        assert "tried again in an hour: the disk is full" in caplog.text
        await world.clock.advance(EVERY)
        assert await numbers(world.store) == [10]


async def test_what_went_before_it_failed_is_told_of_all_the_same(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.happened("flights", STRETCH)
    await world.clock.advance(8 * DAY)
    async with world.kept():
        await world.clock.advance(FIRST_AFTER)
        world.store.fail_next(Transient("the disk is full"))
        await world.clock.advance(MOMENT)
    assert f"{STRETCH - 1} {WARNED}" in caplog.text
    assert world.counts.unsent == STRETCH - 1


async def test_who_is_primary_no_more_removes_nothing(world: World) -> None:
    await world.sent(10)
    async with world.kept() as work:
        await world.store.claim_epoch("two", START)
        await world.clock.advance(31 * DAY)
        with pytest.raises(StaleEpoch):
            await work
    assert await numbers(world.store) == list(range(1, 11))


async def test_a_retention_beyond_any_calendar_keeps_everything(world: World) -> None:
    keeper = Housekeeping(
        world.store, world.clock, world.counts, retention=timedelta.max, unsent_retention=None
    )
    await world.sent(10)
    await asyncio.gather(keeper.clean(1), world.clock.advance(MOMENT))
    assert await numbers(world.store) == list(range(1, 11))
