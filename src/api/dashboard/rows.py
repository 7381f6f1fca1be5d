"""What the pages show of a DAG or a clone, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from api.dashboard.actions import Offer, offers
from api.dashboard.formats import clock_time
from autoclone.core.model import HoldKind
from autoclone.engine.listing import Group
from autoclone.engine.views import AutoCloneStatus, DagView, HoldView
from autoclone.ports import JsonObject

ALWAYS = "Always Active"
UNKNOWN = "\N{EN DASH}"
# The look of each status. One that is not here looks still.
LOOKS: Mapping[str, str] = MappingProxyType(
    {"running": "good", "suspended": "held", "failed": "bad", "invalid": "bad"}
)
PHASE_LOOKS: Mapping[str, str] = MappingProxyType(
    {"ramping_up": "busy", "active": "good", "ramping_down": "busy"}
)


@dataclass(frozen=True, slots=True)
class Ramp:
    """How a DAG's ramp stands.

    Attributes:
        enabled: whether AutoClone is on.
        status: as the API writes it, with the number of clones.
        look: of the phase.
        clones: how many there are.
        windows: when it is open, as `09:00 - 17:00`.
        next_at: when something happens next by the clock.
        held: what an operator has it do instead of following its schedule; empty where nothing.
    """

    enabled: bool
    status: str
    look: str
    clones: int
    windows: tuple[str, ...]
    next_at: datetime | None
    held: str

    @property
    def clone_count(self) -> str:
        """How many clones, as the list writes it."""
        return f"{self.clones} clone(s)"


@dataclass(frozen=True, slots=True)
class Row:
    """One DAG or clone."""

    name: str
    parent: str | None
    status: str
    look: str
    window: str
    nodes: int | None
    ramp: Ramp | None
    offers: tuple[Offer, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class Rows:
    """A DAG's row, and those of its clones."""

    dag: Row
    clones: tuple[Row, ...]
    more: int

    @property
    def names(self) -> str:
        """The DAG and its clones, parted by spaces, which no name has."""
        return " ".join([self.dag.name, *(clone.name for clone in self.clones)])


def rows_of(group: Group) -> Rows:
    """Return the rows of one DAG."""
    return Rows(row_of(group.dag), tuple(row_of(clone) for clone in group.clones), group.more)


def row_of(view: DagView) -> Row:
    """Return what is shown of one DAG or clone."""
    status = str(view.status)
    nodes = view.document.get("nodes", []) if view.document else None
    return Row(
        name=view.name,
        parent=view.parent,
        status=status.capitalize(),
        look=LOOKS.get(status, "still"),
        window=ALWAYS if view.parent else own_window(view.document),
        nodes=len(nodes) if isinstance(nodes, list) else None,
        ramp=None if view.autoclone is None else ramp_of(view.autoclone, view.document),
        offers=offers(view),
        error=view.error,
    )


def own_window(document: JsonObject) -> str:
    """Return the time window of a DAG itself."""
    if not document:  # it never was valid, so nobody knows
        return UNKNOWN
    start, end = document.get("start_time"), document.get("end_time")
    return f"{clock_time(start)} - {clock_time(end)}" if start and end else ALWAYS


def ramp_of(status: AutoCloneStatus, document: JsonObject) -> Ramp:
    """Return how a ramp stands."""
    live = len(status.clones)
    counted = f"{status.status} ({live}/{status.target})" if status.status == "active" else status.status
    section = document.get("autoclone")
    return Ramp(
        enabled=status.enabled,
        status=counted,
        look=PHASE_LOOKS.get(status.phase, "still"),
        clones=live,
        windows=tuple(_windows(section)) if isinstance(section, dict) else (),
        next_at=status.next.at if status.next else status.next_event_at,
        held=held(status.hold) if status.hold else "",
    )


def held(hold: HoldView) -> str:
    """Return what a hold does, and until when."""
    until = f"until {hold.until:%b} {hold.until.day} {hold.until:%H:%M}"
    return f"Paused {until}" if hold.kind == HoldKind.PAUSE else f"{hold.count} by hand {until}"


def local(at: datetime, status: AutoCloneStatus | None) -> datetime:
    """Return an instant in the zone of the ramp's own times, where there are any."""
    known = (status.next_event_at, status.last_clone_time) if status else ()
    return next((at.astimezone(one.tzinfo) for one in known if one is not None), at)


def _windows(section: JsonObject) -> Sequence[str]:
    """Return the windows of a section as people read them; it may be one that is not valid."""
    several = section.get("windows")
    found = []
    for one in several if isinstance(several, list) else [section]:
        if isinstance(one, dict) and one.get("ramp_up_time"):
            opens = clock_time(one["ramp_up_time"])
            closes, duration = one.get("ramp_down_time"), one.get("duration")
            until = f" - {clock_time(closes)}" if closes else f" for {duration}" if duration else ""
            found.append(f"{opens}{until}")
    return found
