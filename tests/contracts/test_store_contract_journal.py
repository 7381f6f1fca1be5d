"""What every store does alike with ramps and events. Each test runs over all of them."""

import asyncio
from dataclasses import replace
from itertools import cycle

import pytest

from autoclone.core.events import EventType
from autoclone.core.model import By, Hold, HoldKind, ParentStatus
from autoclone.errors import (
    Permanent,
)
from autoclone.ports import Change, EventFilter, JournalEntry, Store
from store_kit import EVERYTHING, MINUTE, START, Opened, change, event, numbers, put, state


async def test_each_claim_begins_a_new_epoch(opened: Opened) -> None:
    async with opened() as store:
        assert await store.claim_epoch("one", START) == 1
        assert await store.claim_epoch("two", START) == 2
    async with opened() as store:
        assert await store.claim_epoch("one", START) == 3


async def test_states_and_events_outlive_the_server(opened: Opened) -> None:
    hold = Hold(HoldKind.OVERRIDE, START + MINUTE, 7, START, "a rush: ☃")
    rich = replace(
        state("orders", 4, clones=4), ramp_up_completed=True, parent_status=ParentStatus.SUSPENDED, hold=hold
    )
    held = event("orders", 4, type=EventType.OVERRIDE_STARTED, clone=None, hold=hold, by=By.OPERATOR)
    failed = event("orders", 3, type=EventType.CLONE_CREATE_FAILED, clone=None, message="no room: ☃")
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        record = await put(store, epoch)
        await store.commit(epoch, [change("orders", 1, 2)])
        await store.commit(epoch, [Change(rich, (failed, held))])
    async with opened() as store:
        assert await store.get_state("orders") == rich
        assert await store.load() == [(record, rich)]
        entries = await store.events(EVERYTHING)
        assert [entry.event for entry in entries] == [event("orders", 1), event("orders", 2), failed, held]


async def test_a_commit_is_all_or_nothing(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("a", 1, 2)])
        with pytest.raises(Permanent):
            await store.commit(epoch, [change("b", 1, 2), change("a", 2, 3)])
        assert await numbers(store) == [1, 2]
        assert await store.get_state("b") is None
        assert await store.get_state("a") == state("a", 2)
        await store.commit(epoch, [change("b", 1, 2), change("a", 3, 3)])
        assert await numbers(store, "a") == [1, 2, 3]


async def test_the_last_of_several_changes_to_a_ramp_holds(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [change("a", 1, 1, forget=True), change("a", 2, 3)])
        assert await store.get_state("a") == state("a", 3)
        assert await numbers(store, "a") == [1, 2, 3]


async def test_words_that_no_database_takes_do_not_hold_up_a_commit(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("\udcff", START)
        await put(store, epoch, source="file:\udcff.json")
        await store.commit(epoch, [Change(state(sequence=1), (event(message="bad\0 name \udcff"),))])
        (entry,) = await store.events(EVERYTHING)
        assert entry.event.message == r"bad\x00 name \udcff"
        record = await store.get_dag("orders")
        assert record is not None
        assert record.source == r"file:\udcff.json"


async def test_all_dags_are_loaded_in_pages(opened: Opened) -> None:
    stored = [f"dag{n}" for n in range(7)]
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for name in reversed(stored):
            await put(store, epoch, name)
        await store.commit(epoch, [change("dag3", 1, 1)])
        seen, after = [], None
        while page := await store.load(after=after, limit=3):
            seen += page
            after = page[-1][0].name
        assert [record.name for record, _ in seen] == stored
        assert [loaded for _, loaded in seen if loaded.clones] == [state("dag3", 1)]


async def test_the_journal_is_read_forwards_and_backwards_in_pages(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for first in (1, 3, 5):
            await store.commit(epoch, [change("b", first, first + 1), change("a", first, first + 1)])
        ordered = await store.events(EVERYTHING)
        told = [(entry.event.parent, entry.event.sequence) for entry in ordered]
        assert told[:5] == [("b", 1), ("b", 2), ("a", 1), ("a", 2), ("b", 3)]
        positions = [entry.position for entry in ordered]
        assert positions == sorted(set(positions))
        assert positions[0] > 0
        assert await store.events(EVERYTHING, after=positions[4], limit=3) == ordered[5:8]
        assert await store.events(EVERYTHING, newest_first=True) == ordered[::-1]
        back = await store.events(EVERYTHING, after=positions[4], limit=3, newest_first=True)
        assert back == ordered[3:0:-1]
        assert await store.events(EVERYTHING, after=positions[-1]) == []
        assert await store.events(EVERYTHING, after=positions[0], newest_first=True) == []


async def test_one_dags_events_are_read_in_pages_too(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for first in (1, 3, 5):
            await store.commit(epoch, [change("b", first, first + 1), change("a", first, first + 1)])
        assert await numbers(store, "a", limit=4) == [1, 2, 3, 4]
        assert await numbers(store, "a", limit=4, newest_first=True) == [6, 5, 4, 3]
        entries = await store.events(EventFilter(parent="a"))
        at = entries[2].position
        assert await numbers(store, "a", after=at) == [4, 5, 6]
        assert await numbers(store, "a", after=at, newest_first=True) == [2, 1]
        assert await numbers(store, "nobody") == []


async def test_events_are_filtered_by_type_and_time(opened: Opened) -> None:
    died, deleted = EventType.CLONE_DIED, EventType.CLONE_DELETED
    kinds = [died, deleted, died, EventType.CLONE_STARTED]
    news = tuple(event("a", n, type=kind) for n, kind in enumerate(kinds, 1))
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [Change(state("a", 4), news), change("b", 1, 1)])

        async def found(where: EventFilter) -> list[int]:
            return [entry.event.sequence for entry in await store.events(where)]

        assert await found(EventFilter(types=(died, deleted))) == [1, 2, 3]
        assert await found(EventFilter(types=("clone.died",), since=news[1].at)) == [3]
        assert await found(EventFilter(parent="a", since=news[1].at, until=news[3].at)) == [2, 3]
        assert await found(EventFilter(types=("no.such",))) == []


async def test_a_cancelled_commit_is_whole_or_not_there_and_blocks_nobody(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for turns in range(0, 30, 3):
            parent = f"dag{turns}"
            work = asyncio.create_task(store.commit(epoch, [change(parent, 1, 200)]))
            for _ in range(turns):
                await asyncio.sleep(0)
            work.cancel()
            await asyncio.wait((work,))
            await store.commit(epoch, [change(f"{parent}-next", 1, 1)])
            entries = await store.events(EventFilter(parent=parent), limit=1000)
            stored = await store.get_state(parent)
            assert (len(entries), stored) in ((0, None), (200, state(parent, 200)))


@pytest.mark.parametrize("recent", [1, 3, 5, 1000])
async def test_events_are_found_by_their_time_whatever_the_clocks_did(
    opened: Opened, recent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many of them a store looks up by time before it goes through the journal."""
    monkeypatch.setattr("autoclone.persistence.journal.RECENT", recent)
    minutes = [1, 2, 9, 3, 4, 4, 0, 6, 5, 7]
    happened = [(n, START + minute * MINUTE) for n, minute in enumerate(minutes, 1)]
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        events = tuple(event(sequence=n, at=at) for n, at in happened)
        await store.commit(epoch, [Change(state(sequence=len(events)), events)])
        for since in (START + minute * MINUTE for minute in range(11)):
            expected = [n for n, at in happened if at >= since]
            for newest_first in (False, True):
                found, after = [], 0
                while page := await store.events(
                    EventFilter(since=since), after=after, limit=2, newest_first=newest_first
                ):
                    found += [entry.event.sequence for entry in page]
                    after = page[-1].position
                assert found == (expected[::-1] if newest_first else expected)


async def test_who_follows_by_position_sees_each_event_once_and_in_order(opened: Opened) -> None:
    """However many write at once, and whenever one looks."""
    async with opened() as store, opened() as other:
        epoch = await store.claim_epoch("one", START)
        parents = [f"dag{number}" for number in range(8)]

        async def write(parent: str, into: Store) -> None:
            for number in range(1, 11):
                await into.commit(epoch, [change(parent, 2 * number - 1, 2 * number)])

        writers = (write(parent, into) for parent, into in zip(parents, cycle((store, other)), strict=False))
        writing = asyncio.gather(*writers)
        followed: list[JournalEntry] = []
        while True:
            await asyncio.sleep(0)  # a store in memory never gives way
            done = writing.done()
            after = followed[-1].position if followed else 0
            page = await other.events(EVERYTHING, after=after, limit=7)
            followed += page
            if done and not page:
                break
        await writing
        assert followed == await store.events(EVERYTHING, limit=1000)
        assert len(followed) == 20 * len(parents)
