"""The errors that every database has in common: they name the setting, its value and the remedy."""

from autoclone.errors import StoreError, Transient

SETTING = "AUTOCLONE_STORE"

# True at the start as well, where a server ends that has not come to run.
GOES_ON = "a server that runs then goes on"

DAMAGED = "the database is damaged. Restore it from a backup, or name another file"


def unusable(where: str, problem: str) -> StoreError:
    """Return the error for a database that cannot be used, naming the setting, its value and the remedy."""
    return StoreError(f"{SETTING} = {where}: {problem}.")


def busy(where: str, problem: str) -> Transient:
    """Return the error for a database that may be usable in a moment, worded as in `unusable`."""
    return Transient(f"{SETTING} = {where}: {problem}.")


def closed() -> StoreError:
    """Return the error for using a store that is not open."""
    return StoreError("The store is closed. Open it first.")


def too_busy(where: str) -> Transient:
    """Return the error for having waited long enough for the reads or writes before this one."""
    return busy(where, "the database cannot keep up. Try again shortly")
