"""What a store in memory keeps, and what is done to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from autoclone.core.model import ParentStatus, RampState
from autoclone.persistence.codec import decode_document
from autoclone.persistence.memory_history import MemoryHistory
from autoclone.persistence.memory_journal import MemoryJournal
from autoclone.ports import DagRecord, Lease


@dataclass(slots=True)
class Kept:
    """What outlives a server.

    Attributes:
        lease: who may write.
        records: the DAGs there are, tombstones included; their documents are in `documents`.
        documents: the newest definition under each name, as JSON, so that nobody can change it.
        revisions: the last revision under each name, for ever.
        versions: the version of the lease at which what is under each name was last written, for ever.
        states: the ramp states.
        journal: the events, and which of them wait to be published.
        history: what the ramps were told.
        definitions: every definition there ever was, as JSON, by its name and revision.
        written: the bare record of every revision there ever was, by its name, in order.
    """

    lease: Lease = field(default_factory=Lease)
    records: dict[str, DagRecord] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    states: dict[str, RampState] = field(default_factory=dict)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    history: MemoryHistory = field(default_factory=MemoryHistory)
    definitions: dict[tuple[str, int], str] = field(default_factory=dict)
    written: dict[str, list[DagRecord]] = field(default_factory=dict)


def present(kept: Kept, name: str) -> DagRecord | None:
    """Return the bare record of a DAG, None where there is none or it is deleted."""
    record = kept.records.get(name)
    return None if record is None or record.status is ParentStatus.DELETED else record


def read(kept: Kept, name: str) -> DagRecord:
    """Return the record with a document of the reader's own."""
    return replace(kept.records[name], document=decode_document(kept.documents[name]))


def stamp(kept: Kept, *names: str) -> None:
    """Count one write, of what is under `names`."""
    kept.lease = replace(kept.lease, version=kept.lease.version + 1)
    kept.versions.update(dict.fromkeys(names, kept.lease.version))


def set_status(kept: Kept, name: str, status: ParentStatus) -> DagRecord:
    """Change what the operator wants of the DAG, and return its record."""
    stamp(kept, name)
    kept.records[name] = replace(kept.records[name], status=status)
    return read(kept, name)


def past(names: Iterable[str], after: str | None) -> list[str]:
    """Return the names past `after`, in order."""
    return sorted(name for name in names if after is None or name > after)


def forget(kept: Kept, name: str) -> None:
    """Drop the tombstone and the state; keep those of a DAG that was stored again meanwhile."""
    if present(kept, name) is None:
        kept.records.pop(name, None)
        kept.documents.pop(name, None)
        del kept.states[name]
