"""What every store refuses, and how a definition's status goes on: the same for all of them."""

from autoclone.core.model import ParentStatus
from autoclone.errors import DagExists, RevisionMismatch, StaleEpoch, UnknownDag


def check_epoch(carried: int, current: int) -> None:
    """Raise `StaleEpoch` unless `carried` is the epoch in force.

    One that was never claimed here is refused as well: this database is then not the one (or an older copy of
    the one) that the writer claimed it from.
    """
    if carried != current:
        raise StaleEpoch(carried, current)


def check_put(name: str, stored: int | None, *, if_revision: int | None, if_absent: bool) -> None:
    """Raise unless a definition may be stored over revision `stored`, None where there is no such DAG.

    Raises:
        DagExists: it must not exist, and does.
        RevisionMismatch: another revision is expected.
    """
    if if_absent and stored is not None:
        raise DagExists(name)
    if if_revision is not None and if_revision != stored:
        raise RevisionMismatch(name, if_revision, stored)


def check_delete(name: str, stored: int | None, *, if_revision: int | None) -> None:
    """Raise unless revision `stored` of a DAG may be deleted.

    Raises:
        UnknownDag: there is none.
        RevisionMismatch: another revision is expected.
    """
    if stored is None:
        raise UnknownDag(name)
    if if_revision is not None and if_revision != stored:
        raise RevisionMismatch(name, if_revision, stored)


def status_of_put(stored: ParentStatus | None) -> ParentStatus:
    """Return the status of a definition that replaces one with the status `stored`, None where it is new."""
    return ParentStatus.RUNNING if stored in (None, ParentStatus.DELETED) else stored
