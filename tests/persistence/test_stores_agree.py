"""The store on a disk does what the one in memory does, whatever is asked of them, in whatever order."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.model import ParentStatus, RampState
from autoclone.errors import AutoCloneError, Permanent
from autoclone.persistence.memory import MemoryStore
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import Change, EventFilter, Lease, Pruned, Store
from store_kit import MINUTE, START, document, event, put, state

Act = Callable[[Store], Awaitable[object]]

names = st.sampled_from(["a", "b"])
epochs = st.sampled_from([1, 1, 1, 1, 2, 2])
revisions = st.sampled_from([None, None, 1, 2, 3])


def storing(name: str, epoch: int, if_revision: int | None, *, if_absent: bool) -> Act:
    fields = {"document": document(name, of=if_revision), "if_revision": if_revision, "if_absent": if_absent}
    return lambda store: put(store, epoch, name, **fields)


def deleting(name: str, epoch: int, if_revision: int | None) -> Act:
    return lambda store: store.delete_dag(epoch, name, at=START, if_revision=if_revision)


def setting(name: str, epoch: int, status: ParentStatus) -> Act:
    return lambda store: store.set_status(epoch, name, status)


def committing(name: str, epoch: int, news: int, *, forget: bool) -> Act:
    async def commit(store: Store) -> None:
        last = (await store.get_state(name) or RampState(name)).sequence
        events = tuple(event(name, last + n) for n in range(1, news + 1))
        await store.commit(epoch, [Change(state(name, last + news), events, forget=forget)])

    return commit


def claiming(name: str, seen: int | None) -> Act:
    lease = None if seen is None else Lease(version=seen)
    return lambda store: store.claim_epoch(name, START, address=name, term=MINUTE, seen=lease)


def releasing(epoch: int) -> Act:
    return lambda store: store.release(epoch)


def publishing(epoch: int, count: int) -> Act:
    async def mark(store: Store) -> None:
        waiting = await store.unsent(count)
        await store.mark_sent(epoch, [entry.position for entry in waiting], START)

    return mark


def pruning(epoch: int, before: int, unsent_before: int | None) -> Act:
    """Go through the whole journal; the instants are minutes."""
    unsent = None if unsent_before is None else START + unsent_before * MINUTE

    async def prune(store: Store) -> tuple[int, int]:
        gone = [Pruned(done=False)]
        while not gone[-1].done:
            after = gone[-1].position
            gone.append(
                await store.prune(epoch, before=START + before * MINUTE, unsent_before=unsent, after=after)
            )
        return sum(one.sent for one in gone), sum(one.unsent for one in gone)

    return prune


minutes = st.integers(0, 12)
acts = st.one_of(
    st.builds(storing, names, epochs, revisions, if_absent=st.booleans()),
    st.builds(deleting, names, epochs, revisions),
    st.builds(setting, names, epochs, st.sampled_from(ParentStatus)),
    st.builds(committing, names, epochs, st.integers(0, 3), forget=st.booleans()),
    st.builds(claiming, names, st.one_of(st.none(), st.integers(1, 12))),
    st.builds(releasing, epochs),
    st.builds(publishing, epochs, st.integers(0, 5)),
    st.builds(pruning, epochs, minutes, st.one_of(st.none(), minutes)),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database: to copy one is quicker than to make one for each example."""
    path = tmp_path_factory.mktemp("empty") / "store.db"

    async def make() -> None:
        store = SqliteStore(path)
        await store.open()
        await store.close()

    asyncio.run(make())
    return path


@given(st.lists(acts, max_size=12))
def test_both_stores_do_the_same(empty: Path, what: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(shutil.copy(empty, directory))
        asyncio.run(compare(SqliteStore(path), MemoryStore(), what))


async def compare(one: Store, other: Store, what: list[Act]) -> None:
    async with AsyncExitStack() as stack:
        for store in (one, other):
            stack.push_async_callback(store.close)
            await store.open()
            await store.claim_epoch("one", START)
        for act in what:
            assert await outcome(act, one) == await outcome(act, other)
        assert await contents(one) == await contents(other)


async def outcome(act: Act, store: Store) -> object:
    """How it ended, and what a server would load afterwards, or one that follows."""
    before = await store.lease()
    try:
        end: object = await act(store)
    except Permanent:
        end = Permanent  # which words it has is each store's own
    except AutoCloneError as error:
        end = repr(error)
    return end, await store.load(), await store.load(since=before.version), await store.lease()


async def contents(store: Store) -> object:
    """All that can be read."""
    journal = [entry.event for entry in await store.events(EventFilter(), limit=1000)]
    states = [await store.get_state(name) for name in ("a", "b")]
    outbox = [entry.event for entry in await store.unsent(1000)], await store.lag()
    return states, await store.list_dags(), await store.get_documents(["a", "b"]), journal, outbox
