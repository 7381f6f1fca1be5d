"""What a user can ask of AutoClone. The HTTP API, the command line and programs all come through here."""

from collections.abc import Sequence

from autoclone.engine.views import AutoCloneStatus, DagView, ServerView
from autoclone.ports import DagStats, EventFilter, JournalEntry, JsonObject


class Service:
    """The operations. Every method that takes a name raises `UnknownDag` (with the nearest name)."""

    async def put(
        self,
        document: JsonObject,
        *,
        name: str | None = None,
        if_revision: int | None = None,
        if_absent: bool = False,
        source: str = "api",
    ) -> tuple[DagView, bool]:
        """Check and store a definition; return it, and whether it is new.

        Args:
            document: the whole definition.
            name: the name it must have, where the address says one.
            if_revision: the revision it must replace.
            if_absent: refuse to replace.
            source: where it came from.

        Raises:
            InvalidInput: the definition is wrong; the old one stays.
            ManagedClone: the name is a clone's.
            RevisionMismatch: another revision is stored.
            DagExists: `if_absent` and there is one.
        """
        raise NotImplementedError

    async def delete(self, name: str, *, if_revision: int | None = None) -> None:
        """Delete a DAG; its clones are stopped and deleted at once.

        Raises:
            ManagedClone: the name is a clone's.
            RevisionMismatch: another revision is stored.
        """
        raise NotImplementedError

    async def start(self, name: str) -> DagView:
        """Run a DAG that was stopped. Raises `ManagedClone`."""
        raise NotImplementedError

    async def stop(self, name: str) -> DagView:
        """Stop a DAG; its clones are stopped and deleted at once. Raises `ManagedClone`."""
        raise NotImplementedError

    async def suspend(self, name: str) -> DagView:
        """Suspend a DAG and its clones; the ramp is frozen. Raises `ManagedClone`."""
        raise NotImplementedError

    async def resume(self, name: str) -> DagView:
        """Let a suspended DAG and its clones go on. Raises `ManagedClone`."""
        raise NotImplementedError

    async def clone(self, name: str, new_name: str | None = None) -> DagView:
        """Copy a DAG by hand into a new, independent one; `{name}_copy` by default. Raises `ManagedClone`."""
        raise NotImplementedError

    async def get(self, name: str) -> DagView:
        """Return one DAG or clone."""
        raise NotImplementedError

    async def dags(self, *, after: str | None = None, limit: int = 100) -> Sequence[DagView]:
        """Return up to `limit` DAGs and clones in name order, past the name `after`."""
        raise NotImplementedError

    def autoclone_status(self, name: str) -> AutoCloneStatus:
        """Return one DAG's ramp status. For a clone: its parent's is meant, so `UnknownDag` is raised."""
        raise NotImplementedError

    def autoclone_statuses(
        self, *, after: str | None = None, limit: int = 100, phase: str | None = None
    ) -> Sequence[AutoCloneStatus]:
        """Return up to `limit` ramp statuses in name order, past `after`, only of `phase` where given."""
        raise NotImplementedError

    async def stats(self, name: str) -> DagStats:
        """Return the live counters of one DAG or clone."""
        raise NotImplementedError

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        """Return journalled events: see `Store.events`."""
        raise NotImplementedError

    def server(self) -> ServerView:
        """Return this server's role and health."""
        raise NotImplementedError
