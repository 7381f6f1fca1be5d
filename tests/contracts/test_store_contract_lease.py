"""What every store does alike with the lease. Each test runs over all of them."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from autoclone.core.model import ParentStatus
from autoclone.errors import DagExists, LeaseTaken, Permanent, RevisionMismatch, StaleEpoch, UnknownDag
from autoclone.ports import Lease, Store
from store_kit import EVERYTHING, START, Opened, change, loaded_since, put, state

TERM = timedelta(seconds=10, microseconds=1)


async def version(store: Store) -> int:
    return (await store.lease()).version


async def test_before_the_first_claim_nobody_holds_it(opened: Opened) -> None:
    async with opened() as store:
        assert await store.lease() == Lease()


async def test_a_claim_says_who_holds_it_where_and_for_how_long(opened: Opened) -> None:
    async with opened() as store, opened() as other:
        await store.claim_epoch("one", START, address="http://one:8000", term=TERM)
        assert await other.lease() == Lease(1, 1, "one", "http://one:8000", TERM)
        await other.claim_epoch("two", START)
        assert await store.lease() == Lease(2, 2, "two", None, timedelta())
    async with opened() as store:
        assert await store.lease() == Lease(2, 2, "two")


async def test_every_write_is_a_sign_of_life_and_no_read_is(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START, address="http://one:8000", term=TERM)
        claimed = await store.lease()
        for count, write in enumerate(
            (
                put(store, epoch),
                store.set_status(epoch, "orders", ParentStatus.STOPPED),
                store.commit(epoch, [change("orders", 1, 3), change("flights", 1, 1)]),
                store.commit(epoch, ()),
                store.delete_dag(epoch, "orders", at=START),
                store.commit(epoch, [change("orders", 4, 4, forget=True)]),
                store.mark_sent(epoch, [1], START),
                store.prune(epoch, before=START, unsent_before=None),
            ),
            1,
        ):
            await write
            assert await store.lease() == replace(claimed, version=claimed.version + count)
        for read in (
            store.load(),
            store.load(since=1),
            store.get_dag("orders"),
            store.get_documents(["orders"]),
            store.list_dags(),
            store.get_state("orders"),
            store.events(EVERYTHING),
            store.unsent(10),
            store.lag(),
            store.lease(),
        ):
            await read
        assert await version(store) == claimed.version + 8


async def test_a_write_that_was_refused_is_no_sign_of_life(opened: Opened) -> None:
    async with opened() as store:
        stale = await store.claim_epoch("old", START)
        epoch = await store.claim_epoch("one", START, address="http://one:8000", term=TERM)
        await put(store, epoch)
        await store.commit(epoch, [change("orders", 1, 1)])
        before = await store.lease()
        for refused, write in (
            (StaleEpoch, store.commit(stale, ())),
            (StaleEpoch, store.commit(7, ())),
            (StaleEpoch, store.release(stale)),
            (StaleEpoch, store.mark_sent(stale, [1], START)),
            (StaleEpoch, store.prune(stale, before=START, unsent_before=START)),
            (RevisionMismatch, put(store, epoch, if_revision=5)),
            (DagExists, put(store, epoch, if_absent=True)),
            (UnknownDag, store.set_status(epoch, "unknown", ParentStatus.STOPPED)),
            (UnknownDag, store.delete_dag(epoch, "unknown", at=START)),
            (Permanent, store.commit(epoch, [change("orders", 1, 1)])),
            (LeaseTaken, store.claim_epoch("two", START, seen=Lease())),
        ):
            with pytest.raises(refused):
                await write
            assert await store.lease() == before
        assert await loaded_since(store, before.version) == []


async def test_a_lease_that_is_as_it_was_seen_can_be_claimed(opened: Opened) -> None:
    async with opened() as store, opened() as other:
        assert await store.claim_epoch("one", START, seen=Lease()) == 1
        await store.commit(1, ())
        seen = await other.lease()
        await store.load()
        assert await other.claim_epoch("two", START, term=TERM, seen=seen) == 2
        assert await store.lease() == Lease(2, seen.version + 1, "two", None, TERM)


@pytest.mark.parametrize("sign", ["put", "commit", "renew", "release", "claim"])
async def test_any_sign_of_life_keeps_others_from_claiming_it(opened: Opened, sign: str) -> None:
    async with opened() as store, opened() as other:
        epoch = await store.claim_epoch("one", START, term=TERM)
        seen = await other.lease()
        await {
            "put": lambda: put(store, epoch),
            "commit": lambda: store.commit(epoch, [change("orders", 1, 1)]),
            "renew": lambda: store.commit(epoch, ()),
            "release": lambda: store.release(epoch),
            "claim": lambda: store.claim_epoch("three", START),
        }[sign]()
        before = await other.lease()
        with pytest.raises(LeaseTaken) as taken:
            await other.claim_epoch("two", START, seen=seen)
        assert taken.value.owner == before.owner
        assert await other.lease() == before
        await store.commit(before.epoch, ())


async def test_one_is_told_who_was_faster(opened: Opened) -> None:
    async with opened() as store:
        await store.claim_epoch("one", START)
        with pytest.raises(LeaseTaken, match="claimed the lease meanwhile: 'one'"):
            await store.claim_epoch("two", START, seen=Lease())
        await store.release(1)
        with pytest.raises(LeaseTaken, match="released meanwhile"):
            await store.claim_epoch("two", START, seen=Lease())


async def test_of_several_that_claim_at_once_one_wins(opened: Opened) -> None:
    names = ("one", "two", "three")
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(opened()) for _ in names]
        for number in range(1, 6):
            seen = await stores[number % 3].lease()
            claims = (
                one.claim_epoch(name, START, seen=seen) for one, name in zip(stores, names, strict=True)
            )
            ended = await asyncio.gather(*claims, return_exceptions=True)
            assert ended.count(number) == 1
            winner = names[ended.index(number)]
            lost = [end.owner for end in ended if isinstance(end, LeaseTaken)]
            assert lost == [winner, winner]
            assert await stores[0].lease() == Lease(number, number, winner)


async def test_what_was_released_is_nobodys_but_its_epoch_goes_on(opened: Opened) -> None:
    async with opened() as store, opened() as other:
        epoch = await store.claim_epoch("one", START, address="http://one:8000", term=TERM)
        await store.release(epoch)
        assert await other.lease() == Lease(epoch, 2)
        await store.commit(epoch, [change("orders", 1, 1)])
        await store.release(epoch)
        assert await other.lease() == Lease(epoch, 4)
        assert await other.claim_epoch("two", START, seen=await other.lease()) == epoch + 1


async def test_a_release_after_anothers_claim_leaves_that_alone(opened: Opened) -> None:
    async with opened() as store, opened() as other:
        old = await store.claim_epoch("one", START)
        new = await other.claim_epoch("two", START, address="http://two:8000", term=TERM)
        before = await other.lease()
        with pytest.raises(StaleEpoch) as refused:
            await store.release(old)
        assert (refused.value.carried, refused.value.current) == (old, new)
        assert await other.lease() == before
        await other.release(new)
        with pytest.raises(StaleEpoch):
            await store.commit(old, ())


@pytest.mark.parametrize(
    ("given", "kept"),
    [("x" * 5000, "x" * 5000), ("сервер ☃ 'one';--", "сервер ☃ 'one';--"), ("a\0b\udcff", r"a\x00b\udcff")],
)
async def test_any_name_and_address_can_be_kept(opened: Opened, given: str, kept: str) -> None:
    async with opened() as store:
        await store.claim_epoch(given, START, address=given, term=timedelta(days=30_000))
        assert await store.lease() == Lease(1, 1, kept, kept, timedelta(days=30_000))


async def test_what_was_written_since_is_found_and_nothing_else(opened: Opened) -> None:
    async with opened() as store, opened() as follower:
        epoch = await store.claim_epoch("one", START)
        for name in ("a", "b", "c", "d", "e"):
            await put(store, epoch, name)
        for changed, write in (
            ([], store.commit(epoch, ())),
            (["b"], put(store, epoch, "b")),
            (["c"], store.set_status(epoch, "c", ParentStatus.STOPPED)),
            (["a", "d"], store.commit(epoch, [change("d", 1, 2), change("a", 1, 1)])),
            (["e"], store.delete_dag(epoch, "e", at=START)),
            ([], store.commit(epoch, [change("e", 1, 1, forget=True)])),
            (["e"], put(store, epoch, "e")),
            ([], store.commit(epoch, [change("no-dag", 1, 1)])),
            ([], store.release(epoch)),
            ([], store.claim_epoch("two", START)),
        ):
            before = await version(follower)
            await write
            assert await loaded_since(follower, before) == changed
            assert await loaded_since(follower, before + 1) == []
        assert await loaded_since(follower, 0) == ["a", "b", "c", "d", "e"]


async def test_what_is_found_is_what_is_loaded_in_full(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        record = await put(store, epoch)
        before = await version(store)
        await put(store, epoch, "flights")
        await store.commit(epoch, [change("orders", 1, 3)])
        deleted = await store.delete_dag(epoch, "flights", at=START)
        found = await store.load(since=before)
        assert found == await store.load()
        assert found[0][0] == deleted
        assert found[1] == (record, state("orders", 3))


async def test_what_was_written_since_is_found_in_pages(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for number in range(8):
            await put(store, epoch, f"dag{number}")
        before = await version(store)
        await store.commit(epoch, [change(f"dag{number}", 1, 1) for number in (6, 1, 3)])
        await put(store, epoch, "dag5")
        await put(store, epoch, "dag3")
        assert await loaded_since(store, before, limit=2) == ["dag1", "dag3"]
        assert await loaded_since(store, before, after="dag3", limit=2) == ["dag5", "dag6"]
        assert await loaded_since(store, before, after="dag6") == []


async def test_what_was_forgotten_is_not_counted_any_more(opened: Opened) -> None:
    async with opened() as store, opened() as follower:
        epoch = await store.claim_epoch("one", START)
        assert await follower.count_dags() == 0
        for name in ("a", "b"):
            await put(store, epoch, name)
        await store.delete_dag(epoch, "a", at=START)
        assert await follower.count_dags() == 2
        await store.commit(epoch, [change("a", 1, 1, forget=True)])
        assert await follower.count_dags() == len(await follower.load()) == 1
