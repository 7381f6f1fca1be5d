"""What every store does alike. Each test runs over all of them."""

from dataclasses import replace

import pytest

from autoclone.core.model import ParentStatus, RampState
from autoclone.errors import (
    DagExists,
    InvalidInput,
    RevisionMismatch,
    StaleEpoch,
    StoreError,
    UnknownDag,
)
from autoclone.ports import Change, DagRecord, EventFilter
from store_kit import EVERYTHING, MINUTE, START, Opened, change, document, event, names, numbers, put, state


async def test_each_claim_begins_a_new_epoch(opened: Opened) -> None:
    async with opened() as store:
        assert await store.claim_epoch("one", START) == 1
        assert await store.claim_epoch("two", START) == 2
    async with opened() as store:
        assert await store.claim_epoch("one", START) == 3


async def test_a_server_whose_epoch_is_over_writes_nothing(opened: Opened) -> None:
    async with opened() as old, opened() as new:
        epoch = await old.claim_epoch("old", START)
        await put(old, epoch)
        before = await old.load()
        await new.claim_epoch("new", START)
        for write in (
            put(old, epoch),
            put(old, epoch, "another"),
            old.delete_dag(epoch, "orders", at=START),
            old.set_status(epoch, "orders", ParentStatus.STOPPED),
            old.commit(epoch, [change("orders", 1, 3)]),
            old.commit(epoch, []),
        ):
            with pytest.raises(StaleEpoch) as refused:
                await write
            assert (refused.value.carried, refused.value.current) == (epoch, epoch + 1)
        assert await new.load() == before
        assert await numbers(new) == []


async def test_an_epoch_that_was_never_claimed_here_is_refused(opened: Opened) -> None:
    async with opened() as store:
        await store.claim_epoch("one", START)
        with pytest.raises(StaleEpoch):
            await put(store, 7)
        assert await store.get_dag("orders") is None


async def test_a_definition_is_kept_verbatim(opened: Opened) -> None:
    odd = {"z": 1, "a": [0.1, 1.0, 1e300, -0.0, 2**80, True, None], "ключ": "\ud800 \0 ☃", "deep": {"b": {}}}
    async with opened() as store:
        record = await put(store, await store.claim_epoch("one", START), document=odd, source="file:a.json")
        assert record == DagRecord("orders", odd, 1, "file:a.json", ParentStatus.RUNNING, START)
        assert await store.get_dag("orders") == record
        assert list(record.document) == list(odd)
    async with opened() as store:
        assert await store.get_dag("orders") == record


async def test_what_is_stored_does_not_change_with_the_callers_document(opened: Opened) -> None:
    async with opened() as store:
        mine = document(nodes=[1])
        record = await put(store, await store.claim_epoch("one", START), document=mine)
        mine["nodes"].append(2)
        assert record.document["nodes"] == [1]
        read = await store.get_dag("orders")
        assert read is not None
        read.document["nodes"].append(3)
        assert await store.get_dag("orders") == record


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), START, {1, 2}])
async def test_what_json_cannot_say_is_refused(opened: Opened, bad: object) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        with pytest.raises(InvalidInput, match="no form in JSON"):
            await put(store, epoch, document={"name": "orders", "bad": bad})
        assert await store.load() == []


async def test_each_replacement_is_a_new_revision_and_keeps_the_status(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await put(store, epoch)
        await store.set_status(epoch, "orders", ParentStatus.SUSPENDED)
        record = await put(store, epoch, document=document(new=True), at=START + MINUTE, if_revision=1)
        assert (record.revision, record.status) == (2, ParentStatus.SUSPENDED)
        assert (record.document["new"], record.updated_at) == (True, START + MINUTE)
        assert await store.get_dag("orders") == record


async def test_a_revision_that_was_not_expected_is_left_alone(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        with pytest.raises(RevisionMismatch) as mismatch:
            await put(store, epoch, if_revision=1)
        assert mismatch.value.actual is None
        record = await put(store, epoch)
        with pytest.raises(RevisionMismatch) as mismatch:
            await put(store, epoch, document=document(new=True), if_revision=2)
        assert (mismatch.value.expected, mismatch.value.actual) == (2, 1)
        with pytest.raises(RevisionMismatch):
            await store.delete_dag(epoch, "orders", at=START, if_revision=2)
        with pytest.raises(DagExists):
            await put(store, epoch, if_absent=True)
        assert await store.get_dag("orders") == record


async def test_the_operators_will_is_kept(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        stored = await put(store, epoch)
        record = await store.set_status(epoch, "orders", ParentStatus.STOPPED)
        assert record == replace(stored, status=ParentStatus.STOPPED)
        assert await store.get_dag("orders") == record
        with pytest.raises(UnknownDag):
            await store.set_status(epoch, "order", ParentStatus.STOPPED)


async def test_definitions_are_listed_in_pages_by_name(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for name in ["b", "a", "Z", "a-1", "a_1", "a0"]:
            await put(store, epoch, name)
        assert names(await store.list_dags(limit=4)) == ["Z", "a", "a-1", "a0"]
        assert names(await store.list_dags(after="a0", limit=4)) == ["a_1", "b"]
        assert names(await store.list_dags(names=["b", "nowhere", "a", "b"], after="Z", limit=1)) == ["a"]
        assert await store.list_dags(names=[]) == []


async def test_many_documents_are_read_at_once(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for name in ("a", "b", "c"):
            await put(store, epoch, name)
        await put(store, epoch, "b", document=document("b", new=True))
        await store.delete_dag(epoch, "c", at=START)
        asked = ["a", "b", "c", *(f"unknown{n}" for n in range(40_000))]
        assert await store.get_documents(asked) == {
            "a": document("a"),
            "b": document("b", new=True),
            "c": document("c"),
        }
        assert names(await store.list_dags(names=asked)) == ["a", "b"]


async def test_a_deleted_dag_is_gone_but_its_tombstone_is_loaded(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        stored = await put(store, epoch)
        record = await store.delete_dag(epoch, "orders", at=START + MINUTE, if_revision=1)
        assert record == replace(stored, status=ParentStatus.DELETED)
        assert await store.get_dag("orders") is None
        assert await store.list_dags() == []
        assert await store.load() == [(record, RampState("orders"))]
        for write in (
            store.delete_dag(epoch, "orders", at=START),
            store.set_status(epoch, "orders", ParentStatus.RUNNING),
        ):
            with pytest.raises(UnknownDag):
                await write
        with pytest.raises(RevisionMismatch):
            await put(store, epoch, if_revision=1)


async def test_a_deleted_dag_comes_back_running_under_a_new_revision(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await put(store, epoch)
        await store.set_status(epoch, "orders", ParentStatus.STOPPED)
        await store.commit(epoch, [change("orders", 1, 3)])
        await store.delete_dag(epoch, "orders", at=START)
        record = await put(store, epoch, if_absent=True)
        assert (record.revision, record.status) == (2, ParentStatus.RUNNING)
        assert await store.load() == [(record, state("orders", 3))]


async def test_what_is_forgotten_leaves_no_trace_but_its_numbers_go_on(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await put(store, epoch)
        await store.commit(epoch, [change("orders", 1, 3)])
        await store.delete_dag(epoch, "orders", at=START)
        await store.commit(epoch, [change("orders", 4, 4, forget=True)])
        assert await store.load() == []
        assert await store.get_state("orders") is None
        assert await store.get_documents(["orders"]) == {}
        record = await put(store, epoch)
        assert record.revision == 2
        assert await store.load() == [(record, RampState("orders", sequence=4))]
        assert await store.get_state("orders") == RampState("orders", sequence=4)
        await store.commit(epoch, [change("orders", 5, 6)])
        assert await numbers(store, "orders") == [1, 2, 3, 4, 5, 6]


async def test_forgetting_spares_a_dag_that_was_stored_again_meanwhile(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await put(store, epoch)
        await store.delete_dag(epoch, "orders", at=START)
        record = await put(store, epoch)
        late = Change(RampState("orders", sequence=2), (event("orders", 1), event("orders", 2)), forget=True)
        await store.commit(epoch, [late])
        assert await store.load() == [(record, late.state)]
        assert await store.get_dag("orders") == record
        assert await numbers(store) == [1, 2]


async def test_forgetting_spares_everybody_else(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        for name in ("a", "b", "c"):
            await put(store, epoch, name)
        for name in ("a", "b"):
            await store.delete_dag(epoch, name, at=START)
        await store.commit(epoch, [change("b", 1, 1), change("a", 1, 1, forget=True), change("c", 1, 1)])
        assert [record.name for record, _ in await store.load()] == ["b", "c"]
        assert await store.get_state("b") == state("b", 1)
        assert await store.get_state("never") is None


async def test_a_closed_store_says_so(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.close()
        for use in (
            store.load(),
            store.get_dag("orders"),
            store.events(EVERYTHING),
            store.claim_epoch("one", START),
            store.commit(epoch, [change("orders", 1, 1)]),
        ):
            with pytest.raises(StoreError, match="closed"):
                await use
        await store.close()
        await store.open()
        assert await store.load() == []


async def test_servers_see_what_the_others_write(opened: Opened) -> None:
    async with opened() as one, opened() as two:
        record = await put(one, await one.claim_epoch("one", START))
        assert await two.get_dag("orders") == record
        newer = await put(two, await two.claim_epoch("two", START))
        assert await one.load() == [(newer, RampState("orders"))]


@pytest.mark.parametrize("name", ["no\0name", "no\udcffname", "no name", "x" * 5000])
async def test_a_name_that_no_dag_can_have_is_not_found(opened: Opened, name: str) -> None:
    async with opened() as store:
        await put(store, await store.claim_epoch("one", START))
        assert await store.get_dag(name) is None
        assert await store.get_state(name) is None
        assert await store.list_dags(names=[name]) == []
        assert await numbers(store, name) == []
        assert await store.events(EventFilter(types=(name,))) == []
