"""What the tests of stores share: instants, definitions, states and events to store."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from autoclone.core.events import Event, EventType
from autoclone.core.model import Clone, Direction, Paced, Phase, RampState, Stage
from autoclone.ports import Change, DagRecord, EventFilter, JsonObject, Store

START = datetime(2025, 1, 25, 9, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVERYTHING = EventFilter()

Opened = Callable[[], AbstractAsyncContextManager[Store]]


def files_in(directory: Path) -> list[str]:
    """The names in a directory, in order."""
    return sorted(found.name for found in directory.iterdir())


def document(name: str = "orders", **extra: object) -> JsonObject:
    """A definition that says no more than its name."""
    return {"name": name, "nodes": [], "edges": [], **extra}


def state(parent: str = "orders", sequence: int = 0, clones: int = 1) -> RampState:
    """A ramp that has some clones."""
    return RampState(
        parent,
        Phase.RAMPING_UP,
        tuple(
            Clone(f"{parent}_2025012509{n:02}00", START + n * MINUTE, Stage.RUNNING, announced=True)
            for n in range(clones)
        ),
        paced=Paced(Direction.UP, START),
        last_clone_at=START,
        sequence=sequence,
    )


def event(parent: str = "orders", sequence: int = 1, **fields: object) -> Event:
    """An event; what is not given does not matter to the test."""
    given: dict[str, Any] = {
        "at": START + sequence * MINUTE,
        "type": EventType.CLONE_CREATED,
        "clone": f"{parent}_20250125090000",
        "status": "ramping_up (1/3)",
        "clones": 1,
        "target": 3,
        "epoch": 1,
        **fields,
    }
    return Event(sequence=sequence, parent=parent, **given)


def change(parent: str, first: int, last: int, *, forget: bool = False) -> Change:
    """A decision with the events `first` to `last`, both included."""
    events = tuple(event(parent, sequence) for sequence in range(first, last + 1))
    return Change(state(parent, last), events, forget=forget)


async def put(store: Store, epoch: int, name: str = "orders", **fields: object) -> DagRecord:
    """Store a definition that does not matter."""
    given: dict[str, Any] = {"document": document(name), "source": "api", "at": START, **fields}
    return await store.put_dag(epoch, name, **given)


async def numbers(
    store: Store,
    parent: str | None = None,
    *,
    after: int = 0,
    limit: int = 100,
    newest_first: bool = False,
) -> list[int]:
    """The sequences of the events of `parent`, in the order in which they are read."""
    where = EventFilter(parent=parent)
    found = await store.events(where, after=after, limit=limit, newest_first=newest_first)
    return [entry.event.sequence for entry in found]


async def loaded_since(store: Store, since: int, *, after: str | None = None, limit: int = 1000) -> list[str]:
    """The names of the DAGs that were written after a version."""
    return [record.name for record, _ in await store.load(after=after, limit=limit, since=since)]


def names(records: Sequence[DagRecord]) -> list[str]:
    return [record.name for record in records]
