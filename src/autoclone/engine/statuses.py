"""What users are told of an entry."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from autoclone.core.demand import Demand, demand_at
from autoclone.core.inputs import RunStatus
from autoclone.core.intent import intent
from autoclone.core.model import ParentStatus, Phase, Stage
from autoclone.core.next import in_words, next_event
from autoclone.core.status import Because, Reason, reason, status_text
from autoclone.engine.definitions import NO_CONFIG
from autoclone.engine.fleet import Entry, Fleet
from autoclone.engine.present import present_of
from autoclone.engine.views import AutoCloneStatus, HoldView, NextEvent, OutboxView
from autoclone.ports import ACTING, Standing

# What the store lets one tell of what runs elsewhere.
BY_PARENT: Mapping[ParentStatus, RunStatus] = MappingProxyType(
    {
        ParentStatus.RUNNING: RunStatus.RUNNING,
        ParentStatus.SUSPENDED: RunStatus.SUSPENDED,
        ParentStatus.STOPPED: RunStatus.STOPPED,
        ParentStatus.DELETED: RunStatus.STOPPED,
    }
)
BY_STAGE: Mapping[Stage, RunStatus] = MappingProxyType(
    {
        Stage.CREATING: RunStatus.CREATED,
        Stage.STARTING: RunStatus.CREATED,
        Stage.RUNNING: RunStatus.RUNNING,
        Stage.SUSPENDING: RunStatus.RUNNING,
        Stage.SUSPENDED: RunStatus.SUSPENDED,
        Stage.RESUMING: RunStatus.SUSPENDED,
        Stage.STOPPING: RunStatus.RUNNING,
        Stage.DELETING: RunStatus.STOPPED,
    }
)

NOBODY: Mapping[str, str] = MappingProxyType(
    {"suspended": "this server was primary, and changes nothing until it is sure that it still is"}
)

# A DAG that was never looked at yet wants nothing.
UNKNOWN = Demand(0)


def status_of(entry: Entry, now: datetime, standing: Standing) -> AutoCloneStatus:
    """Return the status of one DAG's ramp as it stands `now`, in UTC, on a server that stands like this."""
    state, demand, nobody = entry.state, entry.demand or UNKNOWN, not_primary(standing)
    if nobody and not demand.covers(now):  # it is as at the last step, which may be long ago
        demand = demand_at(entry.plan.schedule, now)
    wanted = intent(entry.plan, demand, entry.parent, state.hold).wanted
    why = reason(state, entry.plan, demand, entry.parent, now, cap=entry.cap)
    if why.code is Reason.OPENING_MISSED:
        wanted = min(wanted, state.live)
    if nobody and state.live != wanted:
        why = nobody
    return AutoCloneStatus(
        name=entry.name,
        clones=tuple(clone.name for clone in state.clones if clone.counted),
        config=entry.config,
        status=status_text(state.phase, state.live, wanted),
        last_clone_time=_local(entry, state.last_clone_at),
        ramp_up_completed=state.ramp_up_completed,
        ramp_down_started=state.phase is Phase.RAMPING_DOWN,
        enabled=entry.plan.disabled is None,
        phase=state.phase,
        target=wanted,
        reason=why.code,
        reason_text=why.text,
        next_event_at=_local(entry, _next_event(entry.wake_at, demand)),
        error=entry.error,
        reason_values={name: _shown(entry, value) for name, value in why.values.items()},
        next=_next(entry, now),
        hold=_hold(entry),
    )


def not_primary(standing: Standing) -> Because | None:
    """Return that nobody does what is to be done, as far as this server knows; None where somebody does."""
    if standing.role in ACTING or (standing.role == "secondary" and standing.primary is not None):
        return None
    text = NOBODY.get(standing.role, "no primary is known to this server, so nothing is changed just now")
    return Because(Reason.NOT_PRIMARY, text, {"role": standing.role, "epoch": standing.epoch})


def _next(entry: Entry, now: datetime) -> NextEvent | None:
    present = present_of(entry, now, ())
    if entry.cap is not None:
        present = replace(present, allowance=0)
    event = next_event(present, entry.demand)
    if event is None:
        return None
    at = event.at.astimezone(entry.plan.schedule.zone)
    return NextEvent(at, str(event.type), event.target, in_words(event))


def _hold(entry: Entry) -> HoldView | None:
    hold, zone = entry.state.hold, entry.plan.schedule.zone
    if hold is None:
        return None
    until, since = hold.until.astimezone(zone), hold.since.astimezone(zone)
    return HoldView(str(hold.kind), until, hold.count, since, hold.reason)


def _shown(entry: Entry, value: object) -> object:
    return _local(entry, value) if isinstance(value, datetime) else value


def invalid_status(name: str, error: str) -> AutoCloneStatus:
    """Return the status of a DAG whose file never held a good definition."""
    why = Because(Reason.INVALID_CONFIG, "its file never held a good definition")
    return AutoCloneStatus(
        name=name,
        clones=(),
        config=NO_CONFIG,
        status=status_text(Phase.IDLE, 0, 0),
        last_clone_time=None,
        ramp_up_completed=False,
        ramp_down_started=False,
        enabled=False,
        phase=Phase.IDLE,
        target=0,
        reason=why.code,
        reason_text=why.text,
        next_event_at=None,
        error=error,
        reason_values={"error": error},
    )


def stored_status(fleet: Fleet, name: str) -> RunStatus:
    """Return what a DAG or a clone that runs on another server does, as far as the store tells."""
    entry = fleet.entries.get(name)
    if entry is not None:
        return BY_PARENT[entry.parent]
    held = fleet.entries.get(fleet.clones.get(name, ""))
    stages = [clone.stage for clone in held.state.clones if clone.name == name] if held else []
    return BY_STAGE[stages[0]] if stages else RunStatus.CREATED


def warnings(standing: Standing, outbox: OutboxView | None) -> tuple[str, ...]:
    """Return what operators should know that keeps the server from nothing; nothing where all is well."""
    said = {
        "default_primary": "ZooKeeper elects nobody: this server is primary by default, as the store allows.",
        "suspended": "This server was primary, and changes nothing until it is sure that it still is.",
    }.get(standing.role)
    waits = outbox and outbox.problem and f"{outbox.waiting} events wait to be published: {outbox.problem}"
    return tuple(words for words in (said, standing.trouble, waits) if words)


def _next_event(wake_at: datetime | None, demand: Demand) -> datetime | None:
    """Return when the clock will next matter: that another reason holds from then on is no event."""
    return demand.until if wake_at is not None and wake_at == demand.again else wake_at


def _local(entry: Entry, at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(entry.plan.schedule.zone)
