"""Finding DAGs and clones by name, and showing them."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import merge
from itertools import islice

from autoclone.config.dag import Dag
from autoclone.core.future import Present
from autoclone.core.inputs import RunStatus
from autoclone.core.model import ParentStatus, RampState
from autoclone.engine.edits import Edit
from autoclone.engine.engine import Engine
from autoclone.engine.fleet import Entry, Fleet
from autoclone.engine.listing import Found, Group, Query, candidate, search
from autoclone.engine.present import present_of
from autoclone.engine.statuses import invalid_status, status_of, stored_status
from autoclone.engine.views import AutoCloneStatus, DagView
from autoclone.errors import ManagedClone, UnknownDag
from autoclone.ports import DagRecord, DagStats, JsonObject

# The nearest name is looked for among so many of those that sort nearest: comparing all takes too long.
NEIGHBOURS = 500


@dataclass(frozen=True, slots=True)
class _Invalid:
    """A DAG whose file never held a good definition."""

    source: str
    error: str


class Directory:
    """The fleet as users see it: deleted DAGs are gone, invalid ones are listed, clones stand beside DAGs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._invalid: dict[str, _Invalid] = {}

    @property
    def _fleet(self) -> Fleet:
        return self._engine.fleet

    def entry(self, name: str) -> Entry:
        """Return the DAG called `name`. Raises `UnknownDag`."""
        entry = self._fleet.entries.get(name)
        if entry is None or entry.deleted:
            raise UnknownDag(name, self._nearest(name))
        return entry

    def _nearest(self, name: str) -> str | None:
        before = list(islice(self._fleet.names_before(name), NEIGHBOURS))
        around = [*before, *islice(self._fleet.names(name), NEIGHBOURS), *self._invalid]
        return next(iter(difflib.get_close_matches(name, around, n=1)), None)

    def invalid(self, name: str) -> bool:
        """Whether it is a DAG whose file never held a good definition."""
        return name in self._invalid

    def present(self, name: str) -> Present:
        """Return where one DAG's ramp stands now. Raises `UnknownDag`."""
        now = self._engine.clock.now()
        if name in self._invalid:
            return Present(plan=self._engine.definitions.off, state=RampState(name), now=now)
        return present_of(self.entry(name), now, self._fleet)

    def presents(self) -> list[Present]:
        """Return where every DAG's ramp stands now, in no order."""
        now = self._engine.clock.now()
        return [present_of(entry, now, self._fleet) for entry in self._fleet.entries.values()]

    def edit(self, dag: Dag, document: JsonObject, stored: DagRecord | None) -> Edit:
        """Return what storing `document`, which was resolved to `dag`, would come to."""
        before = self._standing(dag.name)
        after = replace(before, plan=dag.plan, wake_at=None)
        revision = None if stored is None else stored.revision
        return Edit(before, after, revision, document, self._engine.options.confirm_deletes)

    def removal(self, name: str) -> Edit:
        """Return what deleting a DAG would come to. Raises `UnknownDag`."""
        before, entry = self.present(name), self._fleet.entries.get(name)
        after = replace(before, parent=ParentStatus.DELETED, wake_at=None)
        revision = None if entry is None else entry.revision
        return Edit(before, after, revision, None, self._engine.options.confirm_deletes)

    def _standing(self, name: str) -> Present:
        """Return where a ramp stands that there may not be yet."""
        now, entry = self._engine.clock.now(), self._fleet.entries.get(name)
        if entry is None or entry.deleted:
            return Present(
                plan=self._engine.definitions.off, state=RampState(name), now=now, taken=self._fleet
            )
        return present_of(entry, now, self._fleet)

    def refuse_clone(self, name: str) -> None:
        """Raise `ManagedClone` where `name` is a clone's."""
        parent = self._fleet.clones.get(name)
        if parent is not None and name not in self._fleet.entries:
            raise ManagedClone(name, parent)

    def report(self, name: str, source: str, error: str | None) -> None:
        """Remember what is wrong with a DAG's file."""
        self._invalid.pop(name, None)
        entry = self._fleet.entries.get(name)
        if entry is not None and not entry.deleted:
            entry.error, entry.encoded = error, None
        elif error is not None:
            self._invalid[name] = _Invalid(source, error)

    def drop_invalid(self, name: str) -> bool:
        """Forget an invalid DAG; return whether there was one."""
        return self._invalid.pop(name, None) is not None

    def status(self, name: str) -> AutoCloneStatus:
        """Return one DAG's ramp status. Raises `UnknownDag`."""
        if name in self._invalid:
            return invalid_status(name, self._invalid[name].error)
        return self._status(self.entry(name))

    def _status(self, entry: Entry) -> AutoCloneStatus:
        self._engine.project(entry)
        return status_of(entry, self._engine.clock.now(), self._engine.standing)

    def statuses(self, after: str | None) -> Iterator[AutoCloneStatus]:
        """Yield the ramp statuses in name order, past the name `after`."""
        for name in merge(self._fleet.dag_names(after), self._invalid_names(after)):
            if not self._deleted(name):
                yield self.status(name)

    def _invalid_names(self, after: str | None) -> list[str]:
        return sorted(name for name in self._invalid if name > (after or ""))

    def _deleted(self, name: str) -> bool:
        entry = self._fleet.entries.get(name)
        return entry is not None and entry.deleted and name not in self._invalid

    async def views(self, *, after: str | None, limit: int) -> Sequence[DagView]:
        """Return up to `limit` DAGs and clones in name order, past the name `after`."""
        every = merge(self._fleet.names(after), self._invalid_names(after))
        names = list(islice((name for name in every if not self._deleted(name)), limit))
        found = await self._views_of(names)
        if len(found) < len(names):  # some went away just now: a page is short only at the very end
            found += await self.views(after=names[-1], limit=limit - len(found))
        return found

    async def _views_of(self, names: Sequence[str]) -> list[DagView]:
        """Return the DAGs and clones of these names; those that just went away are left out."""
        parents = sorted({self._fleet.clones.get(name, name) for name in names})
        records = await self._engine.store.list_dags(names=parents, limit=max(1, len(parents)))
        known = {record.name: record for record in records}
        views = [await self._view(name, known.get(self._fleet.clones.get(name, name))) for name in names]
        return [view for view in views if view is not None]

    async def find(self, query: Query) -> Found:
        """Return a page of DAGs with their clones. Only the definitions on the page are read."""
        every = list(merge(self._fleet.dag_names(None), self._invalid_names(None)))
        page, total = await search(every, partial(candidate, self._fleet), query)
        shown = {one.name: one.clones[: query.clones] for one in page}
        names = [name for parent, clones in shown.items() for name in (parent, *clones)]
        views = {view.name: view for view in await self._views_of(names)}
        groups = tuple(
            Group(
                dag=views[one.name],
                clones=tuple(views[name] for name in shown[one.name] if name in views),
                more=max(0, len(one.clones) - query.clones),
            )
            for one in page
            if one.name in views
        )
        return Found(groups, total, {str(phase): count for phase, count in self._fleet.phases.items()})

    async def view(self, name: str) -> DagView:
        """Return one DAG or clone. Raises `UnknownDag`."""
        record = await self._engine.store.get_dag(self._fleet.clones.get(name, name))
        view = await self._view(name, record)
        if view is None:
            raise UnknownDag(name, self._nearest(name))
        return view

    async def _view(self, name: str, record: DagRecord | None) -> DagView | None:
        """Return the view, None where the DAG just went away. A deleted parent's clones have no record."""
        if name in self._invalid:
            bad = self._invalid[name]
            status = invalid_status(name, bad.error)
            return DagView(name, None, "invalid", 0, bad.source, None, {}, status, bad.error)
        entry = self._fleet.entries.get(name)
        parent = None if entry is not None else self._fleet.clones.get(name)
        if parent is None and (entry is None or record is None):
            return None
        return DagView(
            name=name,
            parent=parent,
            status=await self._runs(name),
            revision=record.revision if record else 0,
            source=record.source if record else "",
            updated_at=record.updated_at if record else None,
            document=record.document if record else {},
            autoclone=self._status(entry) if entry else None,
            error=entry.error if entry else None,
        )

    async def _runs(self, name: str) -> RunStatus:
        stats = await self._engine.runtime.stats(name)
        if stats is not None:
            return stats.status
        return RunStatus.CREATED if self._engine.leads else stored_status(self._fleet, name)

    async def stats(self, name: str) -> DagStats:
        """Return the live counters of one DAG or clone. Raises `UnknownDag`."""
        if name not in self._fleet.clones:
            self.entry(name)
        stats = await self._engine.runtime.stats(name)
        return stats or DagStats(name, RunStatus.CREATED, None)
