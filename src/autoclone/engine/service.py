"""What a user can ask of AutoClone. The HTTP API, the command line and programs all come through here."""

import asyncio
import json

from autoclone.core.inputs import Release
from autoclone.core.model import ParentStatus
from autoclone.engine.holds import HoldRequest, hold_of, ordered
from autoclone.engine.reading import Reading
from autoclone.engine.reign import Reign
from autoclone.engine.views import AutoCloneStatus, DagView
from autoclone.errors import AutoCloneOff
from autoclone.ports import DagRecord, JsonObject

# How long a change by hand waits for the runtime before it answers with how far that has come.
PATIENCE_SECONDS = 5.0


class Service(Reading):
    """The operations. Every method that takes a name raises `UnknownDag` (with the nearest name).

    Those that change anything, and `stats`, raise `NotPrimary` on a server that is not the primary. The
    others answer from the store there; what is not async does so as of the last `refresh`.
    """

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
        """Check and store a definition; return it, and whether it is new.

        The very definition that is stored already changes nothing.

        Args:
            document: the whole definition.
            name: the name it must have, where the address says one.
            if_revision: the revision it must replace.
            if_absent: refuse to replace.
            source: where it came from.
            confirm: the id of the plan that was looked at: see `plan_put`.

        Raises:
            InvalidInput: the definition is wrong; the old one stays.
            ManagedClone: the name is a clone's.
            RevisionMismatch: another revision is stored.
            DagExists: `if_absent` and there is one.
            NeedsConfirmation: it would delete more running clones than may go unasked.
        """
        engine = self._engine
        dag, document = self._checked(document, name)
        reign = engine.reign()
        self._directory.refuse_clone(dag.name)
        stored = await engine.store.get_dag(dag.name)
        unchanged = stored is not None and stored.source == source and _same(stored.document, document)
        if stored is None or not unchanged or if_absent or if_revision not in (None, stored.revision):
            self._directory.edit(dag, document, stored).check(confirm)
            record = await engine.store.put_dag(
                reign.epoch,
                dag.name,
                document,
                source=source,
                at=engine.clock.now(),
                if_revision=if_revision or (stored.revision if stored and confirm else None),
                if_absent=if_absent,
            )
            await engine.admit(record, dag)
            await self._converged(reign, dag.name, record)
        self._directory.report(dag.name, source, None)
        return await self._directory.view(dag.name), stored is None

    async def delete(self, name: str, *, if_revision: int | None = None, confirm: str | None = None) -> None:
        """Delete a DAG; its clones are stopped and deleted at once.

        Raises:
            ManagedClone: the name is a clone's.
            RevisionMismatch: another revision is stored.
            NeedsConfirmation: more running clones would go than may unasked.
        """
        reign = self._engine.reign()
        self._directory.refuse_clone(name)
        if self._directory.drop_invalid(name):
            return
        entry = self._directory.entry(name)
        self._directory.removal(name).check(confirm)
        await self._engine.store.delete_dag(
            reign.epoch, name, at=self._engine.clock.now(), if_revision=if_revision
        )
        entry.parent = ParentStatus.DELETED
        await self._converged(reign, name)

    async def start(self, name: str) -> DagView:
        """Run a DAG that was stopped. Raises `ManagedClone`."""
        return await self._set(name, ParentStatus.RUNNING)

    async def stop(self, name: str) -> DagView:
        """Stop a DAG; its clones are stopped and deleted at once. Raises `ManagedClone`."""
        return await self._set(name, ParentStatus.STOPPED)

    async def suspend(self, name: str) -> DagView:
        """Suspend a DAG and its clones; the ramp is frozen. Raises `ManagedClone`."""
        return await self._set(name, ParentStatus.SUSPENDED)

    async def resume(self, name: str) -> DagView:
        """Let a suspended DAG and its clones go on. Raises `ManagedClone`."""
        return await self._set(name, ParentStatus.RUNNING)

    async def _set(self, name: str, status: ParentStatus) -> DagView:
        reign = self._engine.reign()
        self._directory.refuse_clone(name)
        entry = self._directory.entry(name)
        await self._engine.store.set_status(reign.epoch, name, status)
        entry.parent = status
        await self._converged(reign, name)
        return await self._directory.view(name)

    async def _converged(self, reign: Reign, name: str, record: DagRecord | None = None) -> None:
        """Have the ramp and the runtime follow what is stored, and wait a little for both."""
        entry = self._engine.fleet.entries.get(name)
        if entry is not None:
            entry.encoded = None
        await asyncio.wait(reign.follow(name, record), timeout=PATIENCE_SECONDS)

    async def hold(self, name: str, asked: HoldRequest) -> AutoCloneStatus:
        """Pause a DAG's ramp or override its number, instead of any hold there is; return how it stands.

        It is durable once this returns.

        Raises:
            InvalidInput: the hold has no end, or one that is past or too far away, or a value is wrong.
            AutoCloneOff: AutoClone is off for the DAG, so there is nothing to hold.
            ManagedClone: the name is a clone's.
        """
        reign = self._engine.reign()
        self._directory.refuse_clone(name)
        entry = self._directory.entry(name)
        order = hold_of(asked, self._engine.clock.now(), self._engine.options.max_hold)
        if entry.plan.disabled is not None:
            raise AutoCloneOff(name, entry.plan.disabled)
        await ordered(reign, name, order, PATIENCE_SECONDS)
        return self._directory.status(name)

    async def release(self, name: str) -> AutoCloneStatus:
        """Have a DAG's ramp follow its schedule again, if it is held; return how it stands.

        Raises:
            ManagedClone: the name is a clone's.
        """
        reign = self._engine.reign()
        self._directory.refuse_clone(name)
        self._directory.entry(name)
        await ordered(reign, name, Release(), PATIENCE_SECONDS)
        return self._directory.status(name)

    async def clone(self, name: str, new_name: str | None = None) -> DagView:
        """Copy a DAG by hand into a new, independent one; `{name}_copy` by default. Raises `ManagedClone`."""
        self._engine.reign()
        self._directory.refuse_clone(name)
        self._directory.entry(name)
        original = await self._directory.view(name)
        copy = {**original.document, "name": new_name or f"{name}_copy"}
        view, _ = await self.put(copy, if_absent=True)
        return view

    def report(self, name: str, source: str, error: str | None) -> None:
        """Show what is wrong with the file `source` of a DAG in its status; None: nothing is any more.

        A DAG that never had a good definition is listed as invalid.
        """
        self._directory.report(name, source, error)


def _same(one: JsonObject, other: JsonObject) -> bool:
    """Whether two documents are written alike: for Python's `==`, 1 and true and 1.0 are the same."""
    return json.dumps(one) == json.dumps(other)
