"""Every error AutoClone raises on purpose. Each one says whose fault it is and what to do about it."""

from dataclasses import dataclass
from datetime import timedelta


class AutoCloneError(Exception):
    """The base of all of them: catch this to catch AutoClone's own errors and nothing else."""


class Transient(AutoCloneError):
    """An adapter failed in a way that may pass: trying again is worthwhile.

    Attributes:
        retry_after: the least time to wait before the next try, where the adapter knows it; a wait longer
            than the cap of the backoff is cut to it.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Permanent(AutoCloneError):
    """An adapter failed in a way that trying again will not mend by itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what a user gave: the field, the value and the remedy.

    Attributes:
        field: where it is, as a path such as `autoclone.ramp_up_time` or `nodes[2].type`; may be empty.
        value: the value as the user wrote it, in JSON, shortened; empty where there is none.
        problem: what is wrong with it.
        remedy: what to write instead, as an imperative sentence.
    """

    field: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """One line: `field = value: problem. remedy`."""
        where = " = ".join(part for part in (self.field, self.value) if part)
        head = f"{where}: {self.problem}" if where else self.problem
        return f"{head}. {self.remedy}" if self.remedy else head


class InvalidInput(AutoCloneError):
    """What the user gave is wrong. Nothing was changed.

    Attributes:
        faults: each thing that is wrong, in document order; never empty.
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class UnknownDag(AutoCloneError):
    """No DAG of that name.

    Attributes:
        name: the name asked for.
        nearest: the closest existing name, or None.
    """

    def __init__(self, name: str, nearest: str | None = None) -> None:
        hint = f" Did you mean {nearest!r}?" if nearest else " List the names with GET /api/v1/dags."
        super().__init__(f"There is no DAG named {name!r}.{hint}")
        self.name = name
        self.nearest = nearest


class DagExists(AutoCloneError):
    """A DAG of that name exists already, or its clones are still being removed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"A DAG named {name!r} exists already. Replace it with PUT, or choose another name.")
        self.name = name


class ManagedClone(AutoCloneError):
    """A clone made by AutoClone can be viewed, never changed by hand.

    Attributes:
        name: the clone.
        parent: the DAG that it belongs to, which is the thing to change instead.
    """

    def __init__(self, name: str, parent: str) -> None:
        super().__init__(
            f"{name!r} is a clone that AutoClone manages for {parent!r}. "
            f"Change, stop or suspend {parent!r} instead."
        )
        self.name = name
        self.parent = parent


class AutoCloneOff(AutoCloneError):
    """What is asked for would do nothing: AutoClone is off for the DAG.

    Attributes:
        name: the DAG.
        cause: why it is off.
    """

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(
            f"There is no ramp of {name!r} to hold. {cause}. Give it a window and a ramp_count first."
        )
        self.name = name
        self.cause = cause


class RevisionMismatch(AutoCloneError):
    """The definition is not at the revision the caller expected.

    Attributes:
        name: the DAG.
        expected: the revision the caller had seen.
        actual: the revision that is stored, None where the DAG does not exist.
    """

    def __init__(self, name: str, expected: int, actual: int | None) -> None:
        super().__init__(
            f"{name!r} is at revision {actual}, not {expected}. Read it again, then repeat your change."
        )
        self.name = name
        self.expected = expected
        self.actual = actual


class NeedsConfirmation(AutoCloneError):
    """A write would delete more running clones than may go unasked. Nothing was changed.

    Attributes:
        name: the DAG.
        plan: the id of the plan, by which the write is confirmed.
        clones: the clones that would go, the first to go first.
    """

    def __init__(self, name: str, plan: str, clones: tuple[str, ...], *, stale: bool = False) -> None:
        since = " Things have changed since the plan that you confirmed." if stale else ""
        super().__init__(
            f"This would delete {len(clones)} running clones of {name!r}, more than may go unasked, so "
            f"nothing was changed.{since} Look at the plan with ?dry_run=true; if that is meant, repeat it "
            f"with ?confirm={plan}."
        )
        self.name = name
        self.plan = plan
        self.clones = clones


class StaleEpoch(AutoCloneError):
    """The fence: a newer primary has taken over, so this write or command was refused.

    Attributes:
        carried: the epoch that the write or command carried.
        current: the epoch in force.
    """

    def __init__(self, carried: int, current: int) -> None:
        super().__init__(f"Epoch {carried} is over: epoch {current} is in force. Nothing was written.")
        self.carried = carried
        self.current = current


class LeaseTaken(AutoCloneError):
    """The lease was not claimed: it is not as it was when the claimant looked.

    Attributes:
        owner: who has it now; empty where nobody does.
    """

    def __init__(self, owner: str) -> None:
        happened = f"Another server has claimed the lease meanwhile: {owner!r}"
        if not owner:
            happened = "The lease was released meanwhile"
        super().__init__(f"{happened}. Nothing was written.")
        self.owner = owner


class NotPrimary(AutoCloneError):
    """Only the primary changes anything, and this server is not it.

    Attributes:
        primary: the address that the primary advertises, None while none is known.
    """

    def __init__(self, primary: str | None = None) -> None:
        where = f"The primary is {primary}: send it there." if primary else "No primary is known just now."
        super().__init__(f"This server is not the primary, so nothing was changed. {where}")
        self.primary = primary


class StoreError(AutoCloneError):
    """The database cannot be used as it is (locked, full, read-only, corrupt, newer). It was not touched."""
