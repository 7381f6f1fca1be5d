"""How old events leave the journal. Each test runs over all stores."""

from datetime import datetime, timedelta

import pytest

from autoclone.errors import StaleEpoch
from autoclone.ports import Change, EventFilter, JournalSpan, OutboxLag, Pruned, Store
from store_kit import MINUTE, START, Opened, change, event, numbers, put, state

HOUR = timedelta(hours=1)
LONG_AFTER = START + 1000 * HOUR


async def mark_all(store: Store, epoch: int, parent: str | None = None) -> None:
    """Have all events published, or all of `parent`."""
    waiting = [entry for entry in await store.unsent(10_000) if parent in (None, entry.event.parent)]
    await store.mark_sent(epoch, [entry.position for entry in waiting], START)


async def prune(
    store: Store,
    epoch: int,
    before: datetime = LONG_AFTER,
    unsent_before: datetime | None = None,
    *,
    limit: int = 10_000,
) -> Pruned:
    """Prune until done; return all that was removed, and in `position` how many calls that took."""
    sent = unsent = calls = after = 0
    while True:
        gone = await store.prune(epoch, before=before, unsent_before=unsent_before, after=after, limit=limit)
        sent, unsent, calls = sent + gone.sent, unsent + gone.unsent, calls + 1
        if gone.done:
            return Pruned(sent, unsent, calls)
        assert gone.position > after
        after = gone.position


async def counted(store: Store, epoch: int, *instants: datetime | None) -> tuple[int, int]:
    gone = await prune(store, epoch, *instants)
    return gone.sent, gone.unsent


async def test_there_may_be_nothing_to_remove(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        assert await store.prune(epoch, before=LONG_AFTER, unsent_before=LONG_AFTER) == Pruned()
        assert await store.prune(epoch, before=LONG_AFTER, unsent_before=None, after=7) == Pruned(position=7)


async def test_what_happened_before_the_instant_goes_and_what_happened_at_it_stays(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("orders", 1, 6)])
        await mark_all(store, epoch)
        micro = timedelta(microseconds=1)
        assert await counted(store, epoch, START + 1 * MINUTE) == (0, 0)
        assert await counted(store, epoch, START + 1 * MINUTE + micro) == (1, 0)
        assert await counted(store, epoch, START + 4 * MINUTE) == (2, 0)
        assert await numbers(store) == [4, 5, 6]
    async with opened() as store:
        assert await numbers(store) == [4, 5, 6]


async def test_a_reader_can_tell_whether_it_missed_something(opened: Opened) -> None:
    async with opened() as store:
        assert await store.span() == JournalSpan(0, 0)
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("orders", 1, 6)])
        await mark_all(store, epoch)
        first, *_, last = [entry.position for entry in await store.events(EventFilter())]
        assert await store.span() == JournalSpan(last, 0)
        await prune(store, epoch, START + 4 * MINUTE)
        assert await store.span() == JournalSpan(last, first + 2)
        await prune(store, epoch, START + 3 * MINUTE)
        assert await store.span() == JournalSpan(last, first + 2)
        await prune(store, epoch)
    async with opened() as store:
        assert await store.span() == JournalSpan(last, last - 1)


async def test_the_newest_event_of_each_parent_stays(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("a", 1, 1), change("b", 1, 3)])
        await store.commit(epoch, [change("c", 1, 2)])
        await mark_all(store, epoch, "b")
        assert await counted(store, epoch, LONG_AFTER, LONG_AFTER) == (2, 1)
        left = [(one.event.parent, one.event.sequence) for one in await store.events(EventFilter())]
        assert left == [("a", 1), ("b", 3), ("c", 2)]
        assert await counted(store, epoch, LONG_AFTER, LONG_AFTER) == (0, 0)
        assert [one.event.parent for one in await store.unsent(10)] == ["a", "c"]


async def test_what_was_never_published_has_an_instant_of_its_own(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("sent", 1, 9), change("unsent", 1, 9)])
        await mark_all(store, epoch, "sent")
        assert await counted(store, epoch, START + 4 * MINUTE, None) == (3, 0)
        assert await counted(store, epoch, START + 4 * MINUTE, START + 3 * MINUTE) == (0, 2)
        assert (await numbers(store, "sent"), await numbers(store, "unsent")) == (
            [4, 5, 6, 7, 8, 9],
            [3, 4, 5, 6, 7, 8, 9],
        )
        assert await counted(store, epoch, START + 5 * MINUTE, START + 8 * MINUTE) == (1, 5)
        assert (await numbers(store, "sent"), await numbers(store, "unsent")) == ([5, 6, 7, 8, 9], [8, 9])
        assert await counted(store, epoch, START, START + 9 * MINUTE) == (0, 1)
        assert await store.lag() == OutboxLag(1, START + 9 * MINUTE)


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
async def test_what_is_unsent_is_found_behind_any_number_of_events_that_were_published(
    opened: Opened, limit: int
) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("sent", 1, 40)])
        await store.commit(epoch, [change("unsent", 1, 5)])
        await mark_all(store, epoch, "sent")
        gone = await prune(store, epoch, START, LONG_AFTER, limit=limit)
        assert (gone.sent, gone.unsent) == (0, 4)
        assert await numbers(store, "sent") == list(range(1, 41))
        assert await numbers(store, "unsent") == [5]


@pytest.mark.parametrize("limit", [1, 3, 10, 1000])
async def test_it_gets_on_however_many_old_ones_are_kept(opened: Opened, limit: int) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change(f"dag{n:02}", 1, 1) for n in range(20)])
        await store.commit(epoch, [change("waiting", 1, 10)])
        await store.commit(epoch, [change("orders", 1, 10)])
        await mark_all(store, epoch, "orders")
        gone = await prune(store, epoch, limit=limit)
        assert (gone.sent, gone.unsent) == (9, 0)
        assert gone.position <= 40 // limit + 1
        assert await numbers(store, "orders") == [10]
        assert len(await store.events(EventFilter())) == 31


async def test_of_a_stretch_no_more_is_touched(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("orders", 1, 10)])
        await mark_all(store, epoch)
        gone = await store.prune(epoch, before=LONG_AFTER, unsent_before=None, limit=4)
        assert gone == Pruned(4, 0, 4, done=False)
        assert await numbers(store) == [5, 6, 7, 8, 9, 10]


async def test_events_from_a_clock_that_was_ahead_do_not_keep_older_ones(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        ahead = tuple(event("ahead", n, at=LONG_AFTER + HOUR) for n in range(1, 6))
        await store.commit(epoch, [Change(state("ahead", 5), ahead), change("orders", 1, 3)])
        await mark_all(store, epoch)
        gone = await prune(store, epoch, limit=2)
        assert (gone.sent, gone.unsent) == (2, 0)
        assert await numbers(store) == [1, 2, 3, 4, 5, 3]


async def test_nor_do_unsent_ones_in_between_hide_what_is_behind_them(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        young = tuple(event("young", n, at=LONG_AFTER) for n in range(1, 4))
        waiting = [event("waiting", n, at=START + HOUR) for n in range(1, 7)]
        await store.commit(epoch, [Change(state("young", 3), young)])
        await store.commit(epoch, [Change(state("waiting", 1), tuple(waiting[:1]))])
        await store.commit(epoch, [change("orders", 1, 3)])
        await store.commit(epoch, [Change(state("waiting", 6), tuple(waiting[1:]))])
        await mark_all(store, epoch, "young")
        await mark_all(store, epoch, "orders")
        gone = await prune(store, epoch, START + HOUR, LONG_AFTER, limit=2)
        assert (gone.sent, gone.unsent) == (2, 5)
        assert (await numbers(store, "orders"), await numbers(store, "waiting")) == ([3], [6])


async def test_only_the_primary_removes_anything(opened: Opened) -> None:
    async with opened() as old, opened() as new:
        epoch = await old.claim_epoch("old", START)
        await old.commit(epoch, [change("orders", 1, 3)])
        await mark_all(old, epoch)
        await new.claim_epoch("new", START)
        before = await new.lease()
        with pytest.raises(StaleEpoch):
            await old.prune(epoch, before=LONG_AFTER, unsent_before=LONG_AFTER)
        assert await numbers(new) == [1, 2, 3]
        assert await new.lease() == before


async def test_the_numbers_go_on_after_everything_else_was_removed(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await put(store, epoch)
        await store.commit(epoch, [change("orders", 1, 3)])
        await store.delete_dag(epoch, "orders", at=START)
        await store.commit(epoch, [change("orders", 4, 4, forget=True)])
        await mark_all(store, epoch)
        last = (await store.events(EventFilter(), newest_first=True))[0].position
        assert await counted(store, epoch, LONG_AFTER) == (3, 0)
    async with opened() as store:
        epoch = await store.claim_epoch("two", START)
        await put(store, epoch)
        known = await store.get_state("orders")
        assert known is not None
        assert known.sequence == 4
        await store.commit(epoch, [change("orders", 5, 5)])
        entries = await store.events(EventFilter())
        assert [entry.event.sequence for entry in entries] == [4, 5]
        assert entries[1].position > last


async def test_what_is_left_is_read_in_pages_as_before(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for n in range(1, 13):
            parent = "flights" if n % 3 else "orders"
            await store.commit(epoch, [Change(state(parent, n), (event(parent, n),))])
        await mark_all(store, epoch, "flights")
        assert await counted(store, epoch, LONG_AFTER) == (7, 0)
        left = await store.events(EventFilter())
        assert [entry.event.sequence for entry in left] == [3, 6, 9, 11, 12]
        for newest_first in (False, True):
            read, after = [], 0
            while page := await store.events(EventFilter(), after=after, limit=2, newest_first=newest_first):
                read += page
                after = page[-1].position
            assert read == (left[::-1] if newest_first else left)
        assert await numbers(store, "flights") == [11]
        assert await numbers(store, "orders", after=left[1].position, limit=1) == [9]
        since = EventFilter(since=START + 4 * MINUTE, until=START + 12 * MINUTE)
        assert [entry.event.sequence for entry in await store.events(since)] == [6, 9, 11]


async def test_what_was_removed_cannot_be_marked_and_is_not_waited_for(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("orders", 1, 3)])
        read = await store.unsent(10)
        assert await counted(store, epoch, START, LONG_AFTER) == (0, 2)
        await store.mark_sent(epoch, [entry.position for entry in read], START)
        assert await store.unsent(10) == []
        assert await numbers(store) == [3]
