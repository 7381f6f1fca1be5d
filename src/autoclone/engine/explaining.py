"""Why a ramp stands where it does: now, at any past moment, and at any to come."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from autoclone.config.faults import shown
from autoclone.core.demand import demand_at
from autoclone.core.model import RampState
from autoclone.engine.directory import Directory
from autoclone.engine.engine import Engine
from autoclone.engine.fleet import Entry
from autoclone.engine.recalling import Recalled, last_event, recall
from autoclone.engine.statuses import status_of
from autoclone.engine.views import AutoCloneStatus
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import DagRecord, JournalEntry, Standing

# Who did it, or will: it does not matter which server.
SOMEBODY = Standing("primary")

NOT_KNOWN = "The journal was shortened: of that time only what the schedule wanted is known any more."
PUT_TOGETHER = "Put together from the events of the journal: what they do not tell is left out."
SHORTENED = "Earlier ones were removed, and with them what an operator may have said before."
FORETOLD = "This is what will be, if nothing fails and nobody changes anything."


class Tense(StrEnum):
    """When it is."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a ramp stands, stood or will stand where it does.

    Attributes:
        name: the DAG.
        at: the moment, in the zone of the window.
        tense: whether that is past, present or to come.
        known_from: `state` (now), `record` (every step was taken again), `journal` (put together from
            events), `plan` (to come), or `nothing` (what told of it was removed).
        revision: that of the definition in force; 0 where there is none that is right.
        scheduled: how many clones the schedule wants then, whatever else there is.
        parent_status: what the operator wants of the DAG itself; None where that is not known.
        autoclone: the ramp's status; None where that is not known.
        last_event: the last one in the journal at or before the moment, None where none is left.
        note: what is to be said of how sure this is, None where nothing is.
    """

    name: str
    at: datetime
    tense: Tense
    known_from: str
    revision: int
    scheduled: int
    parent_status: str | None
    autoclone: AutoCloneStatus | None
    last_event: JournalEntry | None = None
    note: str | None = None


async def explain(
    engine: Engine,
    directory: Directory,
    name: str,
    at: datetime | None,
    foretold: RampState | None = None,
) -> Explanation:
    """Return why the ramp of `name` stands where it does at `at`, in UTC; now, if none is given.

    Args:
        engine: the server.
        directory: its DAGs.
        name: the DAG.
        at: the moment.
        foretold: how the ramp will stand then; needed where that is yet to come.

    Raises:
        UnknownDag: there is no such DAG.
        InvalidInput: there was no such DAG yet.
        StoreError, Transient: as the store.
    """
    now = engine.clock.now()
    if directory.invalid(name) or at is None or at == now:
        return await _now(engine, directory, name, now)
    entry = directory.entry(name)
    if at < now:
        return await _then(engine, name, at)
    return _to_come(entry, at, foretold or entry.state)


async def _now(engine: Engine, directory: Directory, name: str, now: datetime) -> Explanation:
    status = directory.status(name)
    present = directory.present(name)
    entry = None if directory.invalid(name) else directory.entry(name)
    return Explanation(
        name=name,
        at=now.astimezone(present.plan.schedule.zone),
        tense=Tense.PRESENT,
        known_from="state",
        revision=entry.revision if entry else 0,
        scheduled=demand_at(present.plan.schedule, now).target,
        parent_status=str(entry.parent) if entry else None,
        autoclone=status,
        last_event=await last_event(engine.store, name, now),
    )


async def _then(engine: Engine, name: str, at: datetime) -> Explanation:
    record = await engine.store.revision_at(name, at)
    if record is None:
        problem = f"is before {name!r} was first stored"
        raise InvalidInput(Fault("at", shown(at.isoformat()), problem, "Ask about a later time"))
    recalled = await recall(engine.store, engine.definitions, name, at)
    last = await last_event(engine.store, name, at)
    known = recalled.state
    entry = _entry(engine, record, known or RampState(name), at)
    return Explanation(
        name=name,
        at=at.astimezone(entry.plan.schedule.zone),
        tense=Tense.PAST,
        known_from=recalled.known_from,
        revision=record.revision,
        scheduled=demand_at(entry.plan.schedule, at).target,
        parent_status=str(known.parent_status) if known else None,
        autoclone=_status(entry, at) if known else None,
        last_event=last,
        note=_note(recalled),
    )


def _note(recalled: Recalled) -> str | None:
    if recalled.known_from == "record":
        return None
    if recalled.state is None:
        return NOT_KNOWN
    return PUT_TOGETHER if recalled.whole else f"{PUT_TOGETHER} {SHORTENED}"


def _to_come(now: Entry, at: datetime, state: RampState) -> Explanation:
    entry = replace(now, state=state, demand=demand_at(now.plan.schedule, at), wake_at=None, stepped_at=None)
    return Explanation(
        name=entry.name,
        at=at.astimezone(entry.plan.schedule.zone),
        tense=Tense.FUTURE,
        known_from="plan",
        revision=entry.revision,
        scheduled=demand_at(entry.plan.schedule, at).target,
        parent_status=str(entry.parent),
        autoclone=_status(entry, at),
        note=FORETOLD,
    )


def _entry(engine: Engine, record: DagRecord, state: RampState, at: datetime) -> Entry:
    entry = engine.definitions.entry(replace(record, status=state.parent_status), state)
    entry.demand = demand_at(entry.plan.schedule, at)
    return entry


def _status(entry: Entry, at: datetime) -> AutoCloneStatus:
    status = status_of(entry, at, SOMEBODY)
    return replace(status, next_event_at=status.next.at if status.next is not None else None)
