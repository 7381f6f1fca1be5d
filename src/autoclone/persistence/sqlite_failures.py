"""What SQLite's own errors mean to an operator: the one place that knows their codes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from autoclone.errors import AutoCloneError, Permanent
from autoclone.persistence.codec import DamagedError
from autoclone.persistence.failures import DAMAGED, GOES_ON, SETTING, busy, unusable

LOCKED = f"another program holds a lock on the database. Close that program; {GOES_ON}"

MOVED = f"the file was moved, deleted or replaced while in use. Put it back; {GOES_ON}"
NOT_A_DATABASE = (
    "the file is not an SQLite database, or it is damaged. Restore it from a backup, or name another file"
)

# By extended code where one says more than its primary code, which is its lowest byte.
PROBLEMS = {
    sqlite3.SQLITE_FULL: f"the disk is full. Free some space there; {GOES_ON}",
    sqlite3.SQLITE_READONLY: "the database is read-only. Make the file and its directory writable by this "
    "user, or name another file",
    sqlite3.SQLITE_READONLY_DBMOVED: MOVED,
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened or made. Create its directory and make it writable "
    "by this user, or name another file",
    sqlite3.SQLITE_PERM: "this user may not use the file. Change its permissions, or name another file",
    sqlite3.SQLITE_NOTADB: NOT_A_DATABASE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_IOERR: "the disk could not be read or written. Check the disk, then start again",
}


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise every database error inside as one of AutoClone's own, naming the database as `where`."""
    try:
        yield
    except DBAPIError as error:
        raise _meaning(error, where) from error
    except DamagedError as error:
        raise unusable(where, f"{DAMAGED} ({error})") from error


def _meaning(error: DBAPIError, where: str) -> AutoCloneError:
    if isinstance(error, IntegrityError):
        return Permanent(f"{SETTING} = {where}: the database refused the data ({error.orig}).")
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return busy(where, LOCKED)
    problem = PROBLEMS.get(code) or PROBLEMS.get(primary)
    said = f"{error.orig}".rstrip(".")
    return unusable(where, problem or f"the database cannot be used: {said}. Check it, then start again")
