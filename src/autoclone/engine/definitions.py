"""From a stored definition to an entry of the fleet."""

from collections.abc import Mapping
from datetime import timedelta, tzinfo

from autoclone.config.dag import Dag, resolve
from autoclone.config.zones import zone
from autoclone.core.model import Plan, RampState
from autoclone.core.window import Schedule
from autoclone.engine.fleet import Entry
from autoclone.errors import InvalidInput
from autoclone.ports import DagRecord, Defaults, JsonObject

NO_CONFIG: Mapping[str, object] = {"ramp_up_time": None, "ramp_down_time": None, "ramp_count": None}


class Definitions:
    """Resolves definitions with the server's defaults. Equal plans are one object, to save memory.

    Attributes:
        off: the plan of what is not valid.
    """

    def __init__(self, here: tzinfo, ramp_interval: timedelta) -> None:
        self._zone = here
        self._ramp_interval = ramp_interval
        self.off = Plan(Schedule((), here), disabled="its stored definition is not valid any more")
        self._plans: dict[Plan, Plan] = {}
        self._configs: dict[str, Mapping[str, object]] = {}
        self._labels: dict[tuple[str, ...], tuple[str, ...]] = {}

    @property
    def defaults(self) -> Defaults:
        """What the server lends to definitions that do not say it themselves."""
        return Defaults(str(self._zone), self._ramp_interval)

    def under(self, defaults: Defaults) -> "Definitions":
        """Return what resolves definitions as a server with these defaults did.

        A zone that only another machine knew is taken for this one's: names alone depend on it.
        """
        if defaults == self.defaults:
            return self
        return Definitions(_zone(defaults.zone) or self._zone, defaults.ramp_interval)

    def plan(self, document: JsonObject) -> Plan:
        """Return what `document` asks for; that AutoClone is off where this version does not accept it."""
        try:
            return self.resolve(document).plan
        except InvalidInput:
            return self.off

    def resolve(self, document: JsonObject, name: str | None = None) -> Dag:
        """Return what `document` says. Raises `InvalidInput`, with every fault."""
        return resolve(document, zone=self._zone, name=name, default_interval=self._ramp_interval)

    def entry(self, record: DagRecord, state: RampState) -> Entry:
        """Return the entry for a stored definition.

        One that an earlier version let through and this one does not is off, with the error in its status.
        """
        entry = self.unresolved(record, state)
        self.follow(entry, record)
        return entry

    def follow(self, entry: Entry, record: DagRecord) -> None:
        """Have `entry` be what `record` says, which may be nothing that this version accepts."""
        try:
            self.update(entry, record, self.resolve(record.document))
        except InvalidInput as error:
            entry.error = str(error)

    def unresolved(self, record: DagRecord, state: RampState) -> Entry:
        """Return an entry that is off until it is updated with what its definition says."""
        return Entry(
            name=record.name,
            plan=self.off,
            config=NO_CONFIG,
            parent=record.status,
            revision=record.revision,
            source=record.source,
            updated_at=record.updated_at,
            state=state,
        )

    def update(self, entry: Entry, record: DagRecord, dag: Dag) -> None:
        """Have `entry` be what `record` and its resolved form `dag` say, and its next step look anew."""
        entry.plan = self._plans.setdefault(dag.plan, dag.plan)
        entry.config = self._configs.setdefault(repr(dag.config), dag.config)
        entry.parent = record.status
        entry.revision = record.revision
        entry.source = record.source
        entry.updated_at = record.updated_at
        entry.labels = self._labels.setdefault(dag.labels, dag.labels)
        entry.demand = entry.encoded = entry.error = None


def _zone(name: str) -> tzinfo | None:
    try:
        return zone(name)
    except InvalidInput:
        return None
