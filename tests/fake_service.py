"""A `Service` that lives in memory, for tests of what stands in front of it."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from autoclone.config.dag import Dag, resolve
from autoclone.core.events import Event, EventType
from autoclone.core.future import Present
from autoclone.core.inputs import RunStatus
from autoclone.core.model import ParentStatus, Phase, Plan, RampState
from autoclone.core.rations import Limit
from autoclone.core.window import Schedule, Window
from autoclone.engine.edits import Edit
from autoclone.engine.encoding import encode_status
from autoclone.engine.explaining import Explanation, Tense
from autoclone.engine.holds import HoldRequest, hold_of
from autoclone.engine.listing import Candidate, Found, Group, Query, search
from autoclone.engine.past import Course, Past, WhatIf
from autoclone.engine.replaying import Replay
from autoclone.engine.service import Service
from autoclone.engine.views import AutoCloneStatus, DagView, HoldView, ServerView
from autoclone.errors import (
    AutoCloneOff,
    DagExists,
    Fault,
    InvalidInput,
    ManagedClone,
    RevisionMismatch,
    UnknownDag,
)
from autoclone.ports import DagStats, EventFilter, JournalEntry, JournalSpan, JsonObject, NodeStats

NOON = datetime(2025, 1, 25, 17, tzinfo=UTC)


def active(name: str) -> AutoCloneStatus:
    """Return the status of a ramp that has reached its one clone."""
    return AutoCloneStatus(
        name=name,
        clones=(f"{name}_20250125090000",),
        config={"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 1},
        status=str(Phase.ACTIVE),
        last_clone_time=datetime(2025, 1, 25, 9, tzinfo=ZoneInfo("America/New_York")),
        ramp_up_completed=True,
        ramp_down_started=False,
        enabled=True,
        phase=Phase.ACTIVE,
        target=1,
        reason="IN_WINDOW",
        reason_text="the window is open",
        next_event_at=None,
        error=None,
    )


class FakePast(Past):
    """Looks back on a past in which nothing happened."""

    def __init__(self) -> None:
        self._nothing = Course(0, (), timedelta())

    async def replay(self, name: str, since: datetime, until: datetime) -> tuple[Replay, Course]:
        return Replay(name, since, until), self._nothing

    async def what_if(self, name: str, since: datetime, until: datetime, document: JsonObject) -> WhatIf:
        plan = resolve({"name": name, **document}, zone=UTC).plan
        return WhatIf(name, since, until, plan, self._nothing, self._nothing)


class FakeService(Service):
    """Keeps the contract of `Service` and nothing else: no ramp, no runtime, no store.

    Attributes:
        views: what there is, by name.
        journal: what happened.
        removed: the last position that was removed from the journal.
        failure: what every operation raises, if anything.
        ready: whether the server is.
        fleet_limits: what the DAGs may have together.
        plan: what every DAG's ramp is to do.
        planned: what any edit would have it do.
        at: the time.
        state: how every ramp stands, None where there are no clones.
        confirmed: the plans that writes were confirmed by.
    """

    def __init__(self) -> None:
        self.views: dict[str, DagView] = {}
        self.journal: list[JournalEntry] = []
        self.removed = 0
        self.failure: Exception | None = None
        self.ready = True
        self.fleet_limits: tuple[Limit, ...] = ()
        self.plan = Plan(Schedule((Window(time(9), time(17), 2),), ZoneInfo("America/New_York")))
        self.confirmed: list[str] = []
        self.at = NOON
        self.state: RampState | None = None
        self.planned = Plan(Schedule((Window(time(9), time(18), 1),), ZoneInfo("America/New_York")))
        self._last_revision = 0
        self.past = FakePast()

    def add(self, name: str, document: JsonObject | None = None) -> DagView:
        self._last_revision += 1
        status = self.views[name].status if name in self.views else RunStatus.RUNNING
        document = {"name": name} if document is None else document
        view = DagView(name, None, status, self._last_revision, "api", NOON, document, active(name))
        self.views[name] = view
        return view

    def add_clone(self, parent: str) -> str:
        name = f"{parent}_20250125090000"
        self.views[name] = replace(self.views[parent], name=name, parent=parent, autoclone=None)
        return name

    def add_invalid(self, name: str, error: str) -> None:
        self.views[name] = DagView(name, None, "invalid", 0, f"{name}.json", None, {}, None, error)

    def add_events(self, parent: str, *types: EventType) -> None:
        for kind in types:
            position = len(self.journal) + 1
            at = NOON + timedelta(minutes=position)
            clone = f"{parent}_20250125090000" if kind.startswith("clone.") else None
            event = Event(position, at, kind, parent, clone, "active", 1, 1, epoch=1)
            self.journal.append(JournalEntry(position, event))

    async def refresh(self) -> None:
        self._check()

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _known(self, name: str) -> DagView:
        self._check()
        if name not in self.views:
            raise UnknownDag(name, next(iter(difflib.get_close_matches(name, self.views)), None))
        return self.views[name]

    def _own(self, name: str) -> DagView:
        view = self._known(name)
        if view.parent is not None:
            raise ManagedClone(name, view.parent)
        return view

    async def put(
        self,
        document: JsonObject,
        *,
        name: str | None = None,
        if_revision: int | None = None,
        if_absent: bool = False,
        source: str = "api",
        confirm: str | None = None,
    ) -> tuple[DagView, bool]:
        self._check()
        self.confirmed += [confirm] if confirm else []
        name = name or document.get("name")
        if name is None or document.get("name", name) != name:
            raise InvalidInput(Fault("name", "", "is not right", "Write the right one"))
        stored = self._own(name) if name in self.views else None
        if if_absent and stored is not None:
            raise DagExists(name)
        actual = stored.revision if stored else None
        if if_revision is not None and if_revision != actual:
            raise RevisionMismatch(name, if_revision, actual)
        return self.add(name, document), stored is None

    def resolve(self, document: JsonObject, name: str | None = None) -> Dag:
        return resolve(document, zone=ZoneInfo("America/New_York"), name=name)

    async def plan_put(
        self,
        document: JsonObject,
        name: str | None = None,
        *,
        if_revision: int | None = None,
        if_absent: bool = False,
    ) -> Edit:
        before = Present(plan=self.plan, state=RampState(name or "orders"), now=NOON)
        stored = self.views[before.state.parent].revision if before.state.parent in self.views else None
        edit = Edit(before, replace(before, plan=self.planned), stored, document, None)
        edit.expect(if_revision)
        return edit

    async def plan_delete(self, name: str, *, if_revision: int | None = None) -> Edit:
        before = self.present(name)
        return Edit(before, replace(before, parent=ParentStatus.DELETED), 1, None, None)

    async def delete(self, name: str, *, if_revision: int | None = None, confirm: str | None = None) -> None:
        view = self._own(name)
        self.confirmed += [confirm] if confirm else []
        if if_revision not in (None, view.revision):
            raise RevisionMismatch(name, if_revision or 0, view.revision)
        del self.views[name]

    def _becomes(self, name: str, status: RunStatus) -> DagView:
        self.views[name] = replace(self._own(name), status=status)
        return self.views[name]

    async def start(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.RUNNING)

    async def stop(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.STOPPED)

    async def suspend(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.SUSPENDED)

    async def resume(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.RUNNING)

    async def hold(self, name: str, asked: HoldRequest) -> AutoCloneStatus:
        status = self._own(name).autoclone
        assert status is not None
        hold = hold_of(asked, NOON, timedelta(days=7))
        if not status.enabled:
            raise AutoCloneOff(name, "AutoClone is off: ramp_count is 0")
        view = HoldView(str(hold.kind), hold.until, hold.count, hold.since, hold.reason)
        return self._holds(name, view)

    async def release(self, name: str) -> AutoCloneStatus:
        self._own(name)
        return self._holds(name, None)

    def _holds(self, name: str, hold: HoldView | None) -> AutoCloneStatus:
        status = self.autoclone_status(name)
        self.views[name] = replace(self.views[name], autoclone=replace(status, hold=hold))
        return self.autoclone_status(name)

    async def clone(self, name: str, new_name: str | None = None) -> DagView:
        document = {**self._own(name).document, "name": new_name or f"{name}_copy"}
        view, _ = await self.put(document, if_absent=True)
        return view

    async def get(self, name: str) -> DagView:
        return self._known(name)

    async def dags(self, *, after: str | None = None, limit: int = 100) -> Sequence[DagView]:
        self._check()
        return [self.views[name] for name in sorted(self.views) if name > (after or "")][:limit]

    async def find(self, query: Query) -> Found:
        self._check()
        dags = {name: view for name, view in self.views.items() if view.parent is None}

        def look(name: str) -> Candidate:
            status = dags[name].autoclone
            clones = tuple(one.name for one in self.views.values() if one.parent == name)
            return Candidate(name, Phase(status.phase) if status else Phase.IDLE, clones)

        page, total = await search(sorted(dags), look, query)
        groups = [
            Group(
                dags[one.name],
                tuple(self.views[name] for name in one.clones[: query.clones]),
                max(0, len(one.clones) - query.clones),
            )
            for one in page
        ]
        return Found(tuple(groups), total, dict.fromkeys(map(str, Phase), 0))

    def autoclone_status(self, name: str) -> AutoCloneStatus:
        view = self._known(name)
        if view.autoclone is None:
            raise UnknownDag(name, view.parent)
        return view.autoclone

    def status_json(self, name: str) -> bytes:
        return encode_status(self.autoclone_status(name))

    def autoclone_statuses(
        self, *, after: str | None = None, limit: int = 100, phase: str | None = None
    ) -> Sequence[AutoCloneStatus]:
        found = [self.views[name].autoclone for name in sorted(self.views) if name > (after or "")]
        return [one for one in found if one is not None and phase in (None, one.phase)][:limit]

    def present(self, name: str) -> Present:
        if self._known(name).parent is not None:
            raise UnknownDag(name, self.views[name].parent)
        state = self.state or RampState(name)
        return Present(plan=self.plan, state=state, now=self.at)

    def now(self) -> datetime:
        return self.at

    def zone(self) -> tzinfo:
        return self.plan.schedule.zone

    async def why(
        self, name: str, at: datetime | None = None, foretold: RampState | None = None
    ) -> Explanation:
        status = self.autoclone_status(name)
        tense = Tense.PRESENT if at is None else Tense.PAST if at < NOON else Tense.FUTURE
        known = "plan" if foretold is not None else "state"
        return Explanation(name, at or NOON, tense, known, 1, 1, "running", status)

    def limits(self) -> Sequence[Limit]:
        return self.fleet_limits

    def presents(self) -> Sequence[Present]:
        return [self.present(name) for name, view in self.views.items() if view.parent is None]

    async def stats(self, name: str) -> DagStats:
        view = self._known(name)
        nodes = (NodeStats("tick", "interval", "running", emitted=60), NodeStats("show", "log", "running"))
        return DagStats(name, RunStatus(view.status), NOON, nodes, (("tick", "show"),))

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        found = [entry for entry in self.journal if _passes(entry.event, where)]
        if newest_first:
            return [entry for entry in found[::-1] if not after or entry.position < after][:limit]
        return [entry for entry in found if entry.position > after][:limit]

    async def span(self) -> JournalSpan:
        self._check()
        return JournalSpan(len(self.journal), self.removed)

    def server(self) -> ServerView:
        self._check()
        return ServerView(
            role="primary",
            epoch=1,
            primary="http://127.0.0.1:8000",
            election="standalone",
            warnings=(),
            version="0.1.0",
            started_at=NOON,
            uptime_seconds=60.5,
            dags=len(self.views),
            clones=0,
            ready=self.ready,
            checks={"started": "ok", "store": "ok" if self.ready else "it is locked", "loop": "ok"},
        )


def _passes(event: Event, where: EventFilter) -> bool:
    return (
        where.parent in (None, event.parent)
        and (not where.types or event.type in where.types)
        and (where.since is None or where.since <= event.at)
        and (where.until is None or event.at < where.until)
    )
