"""How a ramp stood in the past: from the record of what it was told, else from the journal."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from autoclone.core.events import Event, EventType
from autoclone.core.machine import step
from autoclone.core.model import Clone, Hold, ParentStatus, Phase, RampState, Stage
from autoclone.engine.definitions import Definitions
from autoclone.engine.recorded import Record
from autoclone.ports import EventFilter, JournalEntry, Store

TICK = timedelta(microseconds=1)
PAGE = 500

BEGUN = (EventType.RAMP_PAUSED, EventType.OVERRIDE_STARTED)
ENDED = (EventType.RAMP_RESUMED, EventType.OVERRIDE_ENDED)
BORN = (EventType.CLONE_CREATED, EventType.CLONE_ADOPTED)
GONE = (EventType.CLONE_DELETED, EventType.CLONE_DIED)
WORDS: Mapping[EventType, ParentStatus] = MappingProxyType(
    {
        EventType.PARENT_STOPPED: ParentStatus.STOPPED,
        EventType.PARENT_STARTED: ParentStatus.RUNNING,
        EventType.PARENT_SUSPENDED: ParentStatus.SUSPENDED,
        EventType.PARENT_RESUMED: ParentStatus.RUNNING,
        EventType.PARENT_DELETED: ParentStatus.DELETED,
    }
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """How a ramp stood.

    Attributes:
        state: the ramp; None where nothing tells any more.
        known_from: `record`: every step was taken again; `journal`: put together from events, without what
            they do not tell, such as when a failed command was to be tried again; `nothing`.
        whole: whether none of the events was removed that may have told of it.
    """

    state: RampState | None
    known_from: str
    whole: bool = True


async def recall(store: Store, definitions: Definitions, name: str, at: datetime) -> Recalled:
    """Return how the ramp of `name` stood at `at`, in UTC, after all that happened then.

    Raises:
        StoreError, Transient: as the store.
    """
    state = await _recorded(store, definitions, name, at)
    if state is not None:
        return Recalled(state, "record")
    first = await store.events(EventFilter(parent=name), limit=1)
    whole = not first or first[0].event.sequence == 1
    last = await last_event(store, name, at)
    if last is not None:
        return Recalled(await _journalled(store, last.event), "journal", whole)
    return Recalled(RampState(name), "journal") if whole else Recalled(None, "nothing", whole)


async def last_event(
    store: Store, name: str, at: datetime, types: tuple[EventType, ...] = ()
) -> JournalEntry | None:
    """Return the last event, of these types if any are given, at or before `at`; None if none is left."""
    where = EventFilter(parent=name, types=tuple(map(str, types)), until=at + TICK)
    return next(iter(await store.events(where, limit=1, newest_first=True)), None)


async def _recorded(store: Store, definitions: Definitions, name: str, at: datetime) -> RampState | None:
    """Take the steps up to `at` again; return None where the record does not go back that far."""
    state: RampState | None = None
    async for page in Record(store, definitions, name).pages(at):
        for told in page.told:
            for number, heard in enumerate(told.heard):
                before = told.before if number == 0 else None
                if heard.now > at:
                    untouched = before is not None and before.sequence == 0 and not before.clones
                    return before if state is None and untouched else state
                state = before or state
                if state is not None:
                    state = step(state, heard.said(told.plan)).state
            await asyncio.sleep(0)  # a step of a large ramp takes its time
    return state


async def _journalled(store: Store, last: Event) -> RampState:
    """Return what the events up to `last` tell of the ramp."""
    name, at = last.parent, last.at
    word = await last_event(store, name, at, tuple(WORDS))
    return RampState(
        parent=name,
        phase=Phase(last.status.partition(" ")[0]),
        clones=await _clones(store, last),
        sequence=last.sequence,
        parent_status=WORDS[word.event.type] if word is not None else ParentStatus.RUNNING,
        hold=await _hold(store, name, at),
    )


async def _hold(store: Store, name: str, at: datetime) -> Hold | None:
    held = await last_event(store, name, at, (*BEGUN, *ENDED))
    return held.event.hold if held is not None and held.event.type in BEGUN else None


async def _clones(store: Store, last: Event) -> tuple[Clone, ...]:
    """Return the clones that were there, oldest first: those that came and had not gone."""
    gone: set[str | None] = set()
    found: list[Clone] = []
    where = EventFilter(parent=last.parent, types=tuple(map(str, (*BORN, *GONE))), until=last.at + TICK)
    position = 0
    while len(found) < last.clones:
        page = await store.events(where, after=position, limit=PAGE, newest_first=True)
        if not page:
            break  # what told of the others is removed
        for entry in page:
            event = entry.event
            if event.type in GONE:
                gone.add(event.clone)
            elif event.clone is not None and event.clone not in gone:
                found.append(Clone(event.clone, event.at, Stage.RUNNING, announced=True, launched=True))
        position = page[-1].position
    return tuple(reversed(found))
