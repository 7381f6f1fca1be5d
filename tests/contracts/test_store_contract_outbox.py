"""The outbox: what was journalled and not published yet, over every store alike."""

from datetime import timedelta

import pytest

from autoclone.errors import StaleEpoch
from autoclone.ports import EventFilter, OutboxLag
from store_kit import MINUTE, START, Opened, change

LATER = START + timedelta(hours=1)


async def positions(store: object) -> list[int]:
    return [entry.position for entry in await store.unsent(100)]  # type: ignore[attr-defined] # any store


async def test_what_is_journalled_waits_in_order(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        assert await store.lag() == OutboxLag()
        await store.commit(epoch, [change("a", 1, 1), change("b", 1, 1)])
        await store.commit(epoch, [change("a", 2, 2)])
        waiting = await store.unsent(100)
        assert [(one.event.parent, one.event.sequence) for one in waiting] == [("a", 1), ("b", 1), ("a", 2)]
        assert await store.unsent(2) == waiting[:2]
        assert await store.lag() == OutboxLag(3, waiting[0].event.at)


async def test_what_was_published_waits_no_more(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("a", 1, 1), change("b", 1, 1), change("a", 2, 2)])
        first, second, third = await positions(store)
        await store.mark_sent(epoch, [first, third], LATER)
        assert await positions(store) == [second]
        await store.mark_sent(epoch, [first, second], LATER)
        assert await positions(store) == []
        assert await store.lag() == OutboxLag()
        await store.mark_sent(epoch, [], LATER)


async def test_only_the_primary_says_what_was_published(opened: Opened) -> None:
    async with opened() as store:
        old = await store.claim_epoch("one", START)
        await store.commit(old, [change("a", 1, 1)])
        waiting = await positions(store)
        await store.claim_epoch("two", START)
        with pytest.raises(StaleEpoch):
            await store.mark_sent(old, waiting, LATER)
        assert await positions(store) == waiting


async def test_what_waits_is_still_there_after_a_restart(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("a", 1, 1), change("a", 2, 2)])
        first, second = await positions(store)
        await store.mark_sent(epoch, [first], LATER)
    async with opened() as store:
        assert await positions(store) == [second]


async def test_a_backlog_is_read_in_pages_by_marking_each(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for n in range(1, 8):
            await store.commit(epoch, [change("a", n, n), change("b", n, n)])
        written = [entry.position for entry in await store.events(EventFilter())]
        read: list[int] = []
        while page := await store.unsent(4):
            read += [entry.position for entry in page]
            await store.mark_sent(epoch, [entry.position for entry in page], LATER)
        assert read == written
        assert len(read) == 14


async def test_thousands_are_marked_at_once(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("a", 1, 12_000)])
        waiting = [entry.position for entry in await store.unsent(20_000)]
        await store.mark_sent(epoch, waiting[:-1], LATER)
        assert await store.lag() == OutboxLag(1, START + 12_000 * MINUTE)
