"""What a user can ask without changing anything: on the primary of the engine, elsewhere of the store."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import islice

from autoclone.config.dag import Dag
from autoclone.core.future import Present
from autoclone.core.model import RampState
from autoclone.core.rations import Limit
from autoclone.core.start_gate import gated
from autoclone.engine.directory import Directory
from autoclone.engine.edits import Edit
from autoclone.engine.encoding import encode_status
from autoclone.engine.engine import Engine
from autoclone.engine.explaining import Explanation, explain
from autoclone.engine.listing import Found, Query
from autoclone.engine.past import Past
from autoclone.engine.statuses import warnings
from autoclone.engine.views import AutoCloneStatus, DagView, OutboxView, ServerView, shown_role
from autoclone.errors import DagExists
from autoclone.ports import DagStats, EventFilter, JournalEntry, JsonObject


class Reading:
    """The operations that change nothing. Every one that takes a name raises `UnknownDag`.

    What is not async answers, on a server that is not the primary, as of the last `refresh`.

    Attributes:
        past: looks back on what ramps did.
    """

    def __init__(
        self, engine: Engine, *, version: str, outbox: Callable[[], OutboxView] | None = None
    ) -> None:
        self._engine = engine
        self._directory = Directory(engine)
        self.past = Past(engine.store, engine.definitions)
        self._version = version
        self._outbox = outbox

    async def refresh(self) -> None:
        """Have what follows be as the store has it now. On the primary it always is."""
        await self._engine.refresh()

    async def get(self, name: str) -> DagView:
        """Return one DAG or clone."""
        await self.refresh()
        return await self._directory.view(name)

    async def dags(self, *, after: str | None = None, limit: int = 100) -> Sequence[DagView]:
        """Return up to `limit` DAGs and clones in name order, past the name `after`."""
        await self.refresh()
        return await self._directory.views(after=after, limit=limit)

    async def find(self, query: Query) -> Found:
        """Return a page of DAGs, each with its clones: see `Query`."""
        await self.refresh()
        return await self._directory.find(query)

    def autoclone_status(self, name: str) -> AutoCloneStatus:
        """Return one DAG's ramp status. For a clone: its parent's is meant, so `UnknownDag` is raised."""
        return self._directory.status(name)

    def status_json(self, name: str) -> bytes:
        """Return one DAG's ramp status as it is served: encoded once for each change, then kept."""
        entry = self._engine.fleet.entries.get(name)
        if entry is None or entry.deleted or not self._engine.acts or gated(entry.state, entry.plan):
            return encode_status(self._directory.status(name))
        if entry.encoded is None:
            entry.encoded = encode_status(self._directory.status(name))
        return entry.encoded

    def autoclone_statuses(
        self, *, after: str | None = None, limit: int = 100, phase: str | None = None
    ) -> Sequence[AutoCloneStatus]:
        """Return up to `limit` ramp statuses in name order, past `after`, only of `phase` where given."""
        found = (
            status for status in self._directory.statuses(after) if phase is None or status.phase == phase
        )
        return list(islice(found, limit))

    def present(self, name: str) -> Present:
        """Return where one DAG's ramp stands now, which its future follows from."""
        return self._directory.present(name)

    async def why(
        self, name: str, at: datetime | None = None, foretold: RampState | None = None
    ) -> Explanation:
        """Return why a DAG's ramp stands where it does: see `explain`."""
        await self.refresh()
        return await explain(self._engine, self._directory, name, at, foretold)

    def now(self) -> datetime:
        """Return the time, in UTC, as the engine goes by it."""
        return self._engine.clock.now()

    def limits(self) -> Sequence[Limit]:
        """Return what the DAGs may have together; none where nothing is limited."""
        return self._engine.options.fleet_limits

    def zone(self) -> tzinfo:
        """Return the zone that wall times are read in which name none."""
        return self._engine.options.zone

    def presents(self) -> Sequence[Present]:
        """Return where every DAG's ramp stands now, in no order."""
        return self._directory.presents()

    async def stats(self, name: str) -> DagStats:
        """Return the live counters of one DAG or clone: only the server that runs it has them."""
        self._engine.reign()
        return await self._directory.stats(name)

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        """Return journalled events: see `Store.events`."""
        return await self._engine.store.events(where, after=after, limit=limit, newest_first=newest_first)

    async def sourced(self, prefix: str) -> Mapping[str, str]:
        """Return the source of each DAG whose source begins with `prefix`, by name."""
        return {
            entry.name: entry.source
            for entry in self._engine.fleet.entries.values()
            if entry.source.startswith(prefix) and not entry.deleted
        }

    def outbox(self) -> OutboxView | None:
        """Return what waits to be published, None where this server publishes nothing."""
        return self._outbox() if self._outbox and self._engine.leads else None

    def server(self) -> ServerView:
        """Return this server's role and health."""
        engine, standing = self._engine, self._engine.standing
        checks = engine.health.checks()
        outbox = self.outbox()
        return ServerView(
            role=shown_role(standing),
            epoch=standing.epoch,
            primary=standing.primary,
            election=standing.election,
            warnings=warnings(standing, outbox),
            version=self._version,
            started_at=engine.started_at,
            uptime_seconds=(engine.clock.now() - engine.started_at).total_seconds(),
            dags=len(engine.fleet),
            clones=engine.fleet.live,
            ready=all(state == "ok" for state in checks.values()),
            checks=checks,
            outbox=outbox,
        )

    def _checked(self, document: JsonObject, name: str | None) -> tuple[Dag, JsonObject]:
        """Return what `document` says, and the document with its name in it. Raises `InvalidInput`."""
        dag = self._engine.definitions.resolve(document, name)
        document = document if "name" in document else {"name": dag.name, **document}
        self._engine.runtime.check(document)
        return dag, document

    def resolve(self, document: JsonObject, name: str | None = None) -> Dag:
        """Return what a document would come to here; its graph is not looked at. Raises `InvalidInput`."""
        return self._engine.definitions.resolve(document, name)

    async def plan_put(
        self,
        document: JsonObject,
        name: str | None = None,
        *,
        if_revision: int | None = None,
        if_absent: bool = False,
    ) -> Edit:
        """Return what `put` would come to, from how things stand now. Nothing is written.

        Raises:
            InvalidInput, ManagedClone, RevisionMismatch, DagExists: as `put` would.
        """
        await self.refresh()
        dag, document = self._checked(document, name)
        self._directory.refuse_clone(dag.name)
        stored = await self._engine.store.get_dag(dag.name)
        edit = self._directory.edit(dag, document, stored)
        if if_absent and stored is not None:
            raise DagExists(dag.name)
        edit.expect(if_revision)
        return edit

    async def plan_delete(self, name: str, *, if_revision: int | None = None) -> Edit:
        """Return what `delete` would come to. Nothing is written.

        Raises:
            ManagedClone, RevisionMismatch: as `delete` would.
        """
        await self.refresh()
        self._directory.refuse_clone(name)
        edit = self._directory.removal(name)
        edit.expect(if_revision)
        return edit
