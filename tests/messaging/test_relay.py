"""The relay on a virtual clock: what it publishes, when, and what a crash at any point leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import pytest

from autoclone.errors import Permanent, StaleEpoch, StoreError, Transient
from autoclone.messaging.codec import Codec
from autoclone.messaging.memory import MemoryPublisher
from autoclone.messaging.relay import GLANCE, Backoff, Relay
from autoclone.ports import JournalEntry, OutboxLag
from messaging_kit import AT, MemoryOutbox, an_event, journal, without_doubles
from virtual_clock import VirtualClock

EPOCH = 1
BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=8))
MOMENT = timedelta(milliseconds=1)


class World:
    """A relay at work on a virtual clock, an outbox and a topic."""

    def __init__(self, entries: list[JournalEntry], batch: int = 4) -> None:
        self.clock = VirtualClock(AT)
        self.outbox = MemoryOutbox(entries)
        self.topic = MemoryPublisher()
        self.batch = batch
        self.relay = self.made()

    def made(self) -> Relay:
        return Relay(self.outbox, self.topic, Codec(), self.clock, batch=self.batch, backoff=BACKOFF)

    async def crash_and_start_anew(self) -> None:
        """Do what is left of the old relay's work, which is nothing, and all of a new one's."""
        await self.end()
        self.relay = self.made()
        await self.start()

    async def start(self) -> None:
        self.task = asyncio.ensure_future(self.relay.run(EPOCH))
        await self.clock.settle()

    async def end(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError, StaleEpoch):
            await self.task

    def complete(self) -> bool:
        """Whether each parent's events have arrived in order, doubles apart, and are all marked."""
        given = without_doubles(Codec().encode(entry.event) for entry in self.outbox.entries)
        marked = set(self.outbox.sent) == {entry.position for entry in self.outbox.entries}
        return marked and without_doubles(self.topic.published) == given


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World(journal(parents=3, each=5))
    async with AsyncExitStack() as ending:
        ending.push_async_callback(lambda: world.end() if hasattr(world, "task") else asyncio.sleep(0))
        yield world


async def test_all_that_waits_is_published_in_journal_order_and_marked(world: World) -> None:
    await world.start()
    assert world.complete()
    assert world.topic.published == [Codec().encode(entry.event) for entry in world.outbox.entries]
    assert set(world.outbox.sent.values()) == {AT}
    assert world.relay.state.published == 15
    assert world.relay.state.lag == OutboxLag()


async def test_news_is_published_at_once(world: World) -> None:
    await world.start()
    world.outbox.entries.append(JournalEntry(16, an_event("late")))
    await world.clock.settle()
    assert not world.complete()
    world.relay.nudge()
    await world.clock.settle()
    assert world.complete()


async def test_what_nobody_told_of_is_found_within_a_glance(world: World) -> None:
    await world.start()
    world.outbox.entries.append(JournalEntry(16, an_event("late")))
    await world.clock.advance(GLANCE)
    assert world.complete()


@pytest.mark.parametrize("arrived", range(5))
async def test_a_batch_that_failed_in_its_middle_is_published_again_before_any_later(
    world: World, arrived: int
) -> None:
    world.topic.fail_next(Transient("no leader"), after=arrived)
    await world.start()
    assert world.outbox.sent == {}
    assert world.relay.state.problem == "no leader"
    assert world.relay.state.lag == OutboxLag(15, AT + timedelta(microseconds=1))
    await world.clock.advance(BACKOFF.base)
    assert world.complete()
    assert (world.relay.state.problem, world.relay.state.failures) == (None, 0)


@pytest.mark.parametrize("arrived", range(5))
async def test_a_crash_while_publishing_loses_nothing(world: World, arrived: int) -> None:
    world.topic.fail_next(Transient("cut off"), after=arrived)
    await world.start()
    await world.crash_and_start_anew()
    assert world.complete()


async def test_a_crash_between_publishing_and_marking_only_doubles(world: World) -> None:
    world.outbox.failures = [Transient("locked")]
    await world.start()
    assert (len(world.topic.published), world.outbox.sent) == (4, {})
    await world.crash_and_start_anew()
    assert world.complete()
    assert len(world.topic.published) == 15 + 4


async def test_a_crash_after_marking_goes_on_with_the_next(world: World) -> None:
    await world.start()
    world.outbox.entries.append(JournalEntry(16, an_event("late")))
    await world.crash_and_start_anew()
    assert world.complete()
    assert len(world.topic.published) == 16


async def test_tries_grow_apart_up_to_a_cap(world: World) -> None:
    world.topic.go_down(Transient("down"))
    await world.start()
    at = []
    for second in range(40):
        at += [second] * (world.relay.state.failures - len(at))
        await world.clock.advance(timedelta(seconds=1))
    assert at == [0, 1, 3, 7, 15, 23, 31, 39]


async def test_news_does_not_shorten_a_wait_after_a_failure(world: World) -> None:
    world.topic.go_down(Transient("down"))
    await world.start()
    for _ in range(5):
        world.relay.nudge()
        await world.clock.settle()
    assert world.relay.state.failures == 1


async def test_an_adapter_that_knows_when_is_believed_within_the_cap(world: World) -> None:
    world.topic.fail_next(Transient("busy", retry_after=timedelta(seconds=5)))
    await world.start()
    await world.clock.advance(timedelta(seconds=5) - MOMENT)
    assert not world.complete()
    await world.clock.advance(MOMENT)
    assert world.complete()


async def test_what_somebody_has_to_mend_is_tried_seldom(world: World) -> None:
    world.topic.fail_next(Permanent("no such right"))
    await world.start()
    await world.clock.advance(BACKOFF.cap - MOMENT)
    assert world.relay.state.problem == "no such right"
    await world.clock.advance(MOMENT)
    assert world.complete()


async def test_an_hour_without_the_topic_is_made_good(world: World) -> None:
    world.topic.go_down(Transient("down"))
    await world.start()
    await world.clock.advance(timedelta(minutes=30))
    world.outbox.entries += [JournalEntry(15 + n, an_event("late", n)) for n in range(1, 30)]
    await world.clock.advance(timedelta(minutes=30))
    assert world.relay.state.lag.count == 44
    assert world.relay.state.lag.age(world.clock.now()) >= timedelta(minutes=59)
    world.topic.come_back()
    await world.clock.advance(BACKOFF.cap)
    assert world.complete()
    assert len(world.topic.published) == 44


async def test_a_store_that_fails_is_waited_for(world: World) -> None:
    world.outbox.failures = [StoreError("the disk is full")]
    await world.start()
    assert world.relay.state.problem == "the disk is full"
    await world.clock.advance(BACKOFF.base)
    assert world.complete()


async def test_a_newer_primary_ends_it(world: World) -> None:
    world.outbox.epoch = 2
    await world.start()
    with pytest.raises(StaleEpoch):
        await world.task
    assert world.outbox.sent == {}
    assert not world.relay.state.running
    assert not world.topic.connected


async def test_its_end_closes_the_topic(world: World) -> None:
    await world.start()
    assert world.relay.state.running
    assert world.topic.connected
    await world.end()
    assert not world.relay.state.running
    assert not world.topic.connected


async def test_a_topic_that_is_out_of_reach_is_known_before_there_is_an_event() -> None:
    world = World([])
    world.topic.go_down(Transient("down"))
    await world.start()
    assert world.relay.state.problem == "down"
    await world.end()
