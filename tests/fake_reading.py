"""What a `Service` in memory holds, and what can be read of it."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from autoclone.config.dag import Dag, resolve
from autoclone.core.events import Event, EventType
from autoclone.core.future import Present
from autoclone.core.inputs import RunStatus
from autoclone.core.model import Phase, Plan, RampState
from autoclone.core.rations import Limit
from autoclone.core.window import Schedule, Window
from autoclone.engine.encoding import encode_status
from autoclone.engine.explaining import Explanation, Tense
from autoclone.engine.listing import Candidate, Found, Group, Query, search
from autoclone.engine.past import Course, Past, WhatIf
from autoclone.engine.reading import Reading
from autoclone.engine.replaying import Replay
from autoclone.engine.views import AutoCloneStatus, DagView, ServerView
from autoclone.errors import (
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


class FakeReading(Reading):
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

    def resolve(self, document: JsonObject, name: str | None = None) -> Dag:
        return resolve(document, zone=ZoneInfo("America/New_York"), name=name)

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
