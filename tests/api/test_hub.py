"""The hub of streams over virtual time: one reader of the journal, a pace, heartbeats, and slow readers."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from fastapi import FastAPI

from api.streams import hub as hubs
from api.streams.hub import GLANCE, HEARTBEAT, Hub
from api.streams.pace import STREAMS
from api.streams.stream import BUFFER_BYTES
from autoclone.core.events import EventType
from autoclone.errors import StoreError
from autoclone.ports import EventFilter, JournalEntry
from fake_service import FakeService
from stream_kit import Reader, reading
from virtual_clock import VirtualClock

SECOND = timedelta(seconds=1)
CREATED = EventType.CLONE_CREATED


class Counting(FakeService):
    """Remembers from where on its journal was read, and how much of it."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[tuple[int, int]] = []

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        self._check()
        found = await super().events(where, after=after, limit=limit, newest_first=newest_first)
        self.reads.append((after, len(found)))
        return found


@pytest.fixture
def service() -> Counting:
    return Counting()


async def test_nobody_reads_while_nobody_listens(
    service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI
) -> None:
    async with reading(app):
        await clock.advance(10 * SECOND)
    await clock.advance(SECOND)
    service.reads.clear()
    service.add_events("orders", CREATED)
    hub.nudge()
    await clock.advance(60 * SECOND)
    assert [found for _, found in service.reads] == []


async def test_one_query_feeds_all(service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI) -> None:
    async with reading(app) as one, reading(app, "parent=orders") as other, reading(app, "parent=x") as third:
        await clock.advance(2 * SECOND)
        service.reads.clear()
        service.add_events("orders", CREATED, CREATED)
        hub.nudge()
        await clock.advance(SECOND / 2)
        assert [read for read in service.reads if read[1]] == [(0, 2)]
        assert (one.positions, other.positions, third.positions) == ([1, 2], [1, 2], [])


async def test_what_happens_at_once_is_one_write(
    service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI
) -> None:
    async with reading(app) as reader:
        await clock.advance(2 * SECOND)
        before = reader.writes
        for _ in range(50):
            service.add_events("orders", CREATED)
            hub.nudge()
            await clock.advance(timedelta(microseconds=100))
        await clock.advance(SECOND)
        assert reader.positions == list(range(1, 51))
        assert reader.writes == before + 1


async def test_what_another_server_writes_is_found_too(
    service: Counting, clock: VirtualClock, app: FastAPI
) -> None:
    """On a secondary nobody brings news."""
    async with reading(app) as reader:
        await clock.advance(2 * SECOND)
        service.add_events("orders", CREATED)
        await clock.advance(GLANCE + SECOND / 10)
        assert reader.positions == [1]


async def test_signs_of_life_say_how_far_it_has_got(
    service: Counting, clock: VirtualClock, app: FastAPI
) -> None:
    """So a reader who wants little has little to catch up with, and misses nothing that it never wanted."""
    async with reading(app, "parent=orders") as reader:
        await clock.advance(2 * SECOND)
        service.add_events("other", CREATED, CREATED, CREATED)
        await clock.advance(2 * HEARTBEAT)
        *_, last = reader.told
        assert (last.comment, last.id, last.event, last.data) == ("heartbeat", "3", None, None)
        assert [one.comment for one in reader.told].count("heartbeat") == 2
        assert reader.events == []


async def test_a_reader_who_takes_nothing_is_cut(
    service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI
) -> None:
    async with reading(app) as slow, reading(app) as quick:
        await clock.advance(2 * SECOND)
        slow.stall()
        for _ in range(3):
            service.add_events("orders", CREATED)
            await clock.advance(HEARTBEAT)
        slow.go_on()
        await clock.advance(SECOND)
        assert slow.ended
        assert slow.positions == [1]
        assert (slow.events[-1].event, slow.events[-1].data["reason"]) == ("cut", "slow")
        assert slow.events[-1].id is None
        assert (quick.ended, quick.positions) == (False, [1, 2, 3])
        assert (len(hub), hub.slow) == (1, 1)
        async with reading(app, last_event_id=slow.events[-2].id or "") as back:
            await clock.advance(SECOND)
            assert back.positions == [2, 3]


async def test_a_reader_too_far_behind_is_cut_and_what_waited_for_it_is_dropped(
    service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI
) -> None:
    async with reading(app) as slow, reading(app) as quick:
        await clock.advance(2 * SECOND)
        slow.stall()
        size = 0
        while size < BUFFER_BYTES * 1.5:
            for _ in range(1000):
                service.add_events("orders", CREATED)
            hub.nudge()
            await clock.advance(SECOND)
            size = len(quick.text)
        slow.go_on()
        await clock.advance(SECOND)
        assert slow.ended
        assert slow.events[-1].data["reason"] == "slow"
        assert slow.positions == quick.positions[: len(slow.positions)]
        assert len(slow.text) < size / 4
        assert quick.positions == list(range(1, len(service.journal) + 1))


async def test_a_reader_who_is_slow_but_keeps_up_is_left_alone(
    service: Counting, clock: VirtualClock, app: FastAPI
) -> None:
    async with reading(app) as reader:
        await clock.advance(2 * SECOND)
        for _ in range(10):
            reader.stall()
            service.add_events("orders", CREATED)
            await clock.advance(HEARTBEAT * 0.9)
            reader.go_on()
            await clock.advance(HEARTBEAT * 0.1)
        assert reader.positions == list(range(1, 11))
        assert not reader.ended


async def test_streams_write_a_few_at_a_time(service: Counting, clock: VirtualClock, built: FastAPI) -> None:
    """Between them the loop is free for what cannot wait."""
    hub = Hub(service, clock, most=1000)
    built.state.hub = hub
    running = asyncio.create_task(hub.run())
    readers = [Reader(built, "", {}, "GET") for _ in range(5 * STREAMS)]
    await clock.advance(5 * SECOND)
    service.add_events("orders", CREATED)
    told: list[int] = []
    hub.nudge()
    for _ in range(200):
        await clock.advance(timedelta(milliseconds=1))
        told.append(sum(reader.positions == [1] for reader in readers))
    assert told[-1] == len(readers)
    assert max(after - before for before, after in pairwise(told)) <= STREAMS
    for reader in readers:
        reader.hang_up()
    await clock.settle()
    running.cancel()
    await asyncio.wait((running, *(reader.task for reader in readers)))


async def test_a_large_backlog_is_read_a_page_at_a_time_while_more_happens(
    service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI
) -> None:
    for _ in range(1000):
        service.add_events("orders", CREATED)
    async with reading(app, last_event_id="0") as late, reading(app) as live:
        await clock.settle()
        for _ in range(1000):
            service.add_events("orders", CREATED)
            hub.nudge()
            await clock.advance(timedelta(milliseconds=1))
        await clock.advance(2 * SECOND)
        assert late.positions == list(range(1, 2001))
        assert live.positions == list(range(1001, 2001))
        assert max(found for _, found in service.reads) <= hubs.PAGE


async def test_who_comes_while_others_wait_misses_nothing(
    service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI
) -> None:
    """The journal is further than what the others were fed."""
    async with reading(app) as first:
        await clock.advance(2 * SECOND)
        service.add_events("orders", CREATED, CREATED)
        async with reading(app) as second, reading(app, last_event_id="1") as third:
            service.add_events("orders", CREATED)
            await clock.advance(2 * SECOND)
            service.add_events("orders", CREATED)
            await clock.advance(2 * SECOND)
            assert first.positions == [1, 2, 3, 4]
            assert second.positions in ([3, 4], [4])
            assert second.positions[0] == int(second.told[0].id or "") + 1
            assert third.positions == [2, 3, 4]


async def test_a_store_that_fails_for_a_while_costs_no_event(
    service: Counting, clock: VirtualClock, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    async with reading(app) as reader:
        await clock.advance(2 * SECOND)
        service.add_events("orders", CREATED)
        service.failure = StoreError("It is away.")
        await clock.advance(5 * SECOND)
        assert reader.positions == []
        service.failure = None
        await clock.advance(2 * SECOND)
        assert reader.positions == [1]
    assert caplog.text.count("It is away.") == 1


async def test_a_message_larger_than_a_portion_is_sent_whole(
    service: Counting, clock: VirtualClock, app: FastAPI
) -> None:
    names = [f"{letter}{'x' * 198}" for letter in "abc"]
    async with reading(app) as reader:
        await clock.advance(2 * SECOND)
        for _ in range(200):
            for name in names:
                service.add_events(name, CREATED)
        await clock.advance(5 * SECOND)
        assert reader.positions == list(range(1, 601))


async def test_when_it_stops_even_one_that_catches_up_ends(
    service: Counting, hub: Hub, clock: VirtualClock, app: FastAPI
) -> None:
    for _ in range(5000):
        service.add_events("orders", CREATED)
    async with reading(app, last_event_id="0") as late:
        await clock.advance(timedelta(milliseconds=5))
        hub.stop()
        await clock.advance(SECOND / 2)
        assert late.ended
        assert late.events[-1].event == "cut"
        assert late.positions == list(range(1, len(late.positions) + 1))
        assert len(late.positions) < 5000


async def test_what_is_removed_under_a_reader_who_catches_up_is_told_of(
    service: Counting, clock: VirtualClock, app: FastAPI
) -> None:
    for _ in range(3 * hubs.PAGE):
        service.add_events("orders", CREATED)
    async with reading(app, last_event_id="0") as late:
        late.stall()
        await clock.advance(SECOND)
        service.removed = 2 * hubs.PAGE + 5
        del service.journal[: service.removed]
        service.add_events("orders")
        late.go_on()
        await clock.advance(2 * SECOND)
        (gap,) = [one for one in late.events if one.event == "gap"]
        assert gap.data["after"] == gap.data["position"] == int(gap.id or "") < service.removed
        assert late.positions[-1] == 3 * hubs.PAGE
        assert next(one for one in late.positions if one > gap.data["after"]) == service.removed + 1


async def test_a_store_that_fails_while_a_reader_catches_up_costs_no_event(
    service: Counting, clock: VirtualClock, app: FastAPI
) -> None:
    for _ in range(3 * hubs.PAGE):
        service.add_events("orders", CREATED)
    async with reading(app, last_event_id="0") as late:
        await clock.advance(timedelta(milliseconds=1))
        service.failure = StoreError("It is away.")
        await clock.advance(5 * SECOND)
        assert 0 < len(late.positions) < 3 * hubs.PAGE
        service.failure = None
        await clock.advance(3 * SECOND)
        assert late.positions == list(range(1, 3 * hubs.PAGE + 1))
