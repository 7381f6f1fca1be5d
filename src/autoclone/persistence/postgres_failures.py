"""What PostgreSQL's own errors mean to an operator: the one place that knows their codes."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg  # type: ignore[import-untyped] # it carries no types
from sqlalchemy.exc import DBAPIError, StatementError

from autoclone.errors import AutoCloneError, Permanent
from autoclone.persistence.codec import DamagedError
from autoclone.persistence.failures import GOES_ON, SETTING, busy, unusable

DAMAGED = "the database is damaged. Restore it from a backup, or name another database"

# What may be raised beside SQLAlchemy's own errors, or be wrapped by one: by the driver, and by the system.
RAW = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, EOFError)

NOT_ALLOWED = (
    "its password, or pg_hba.conf on the server, does not let this user in. Correct the user and the password"
)
READ_ONLY = (
    "the database is read-only. Name the primary server of PostgreSQL, or let this user write "
    "(default_transaction_read_only)"
)
CHANGED = "its tables were changed by another program. Restore them from a backup, or name another database"

# Trying again may help. By code where one says more than its class, which is its first two letters.
PASSING = {
    "08": f"PostgreSQL cannot be reached. Start it, or correct the host and the port; {GOES_ON}",
    "40": "another transaction was in the way. Try again",
    "53": f"PostgreSQL is out of connections or memory. Close other programs, or raise its limits; {GOES_ON}",
    "55P03": "another program holds a lock on the tables. Close that program; " + GOES_ON,
    "57": f"PostgreSQL stopped the statement or the connection. See its log; {GOES_ON}",
    "57P03": f"PostgreSQL is starting or stopping. Wait for it; {GOES_ON}",
    "58": f"PostgreSQL could not read or write its disk. Check that disk; {GOES_ON}",
    "0A000": "the tables were just changed by a newer version. Try again",
    "25P03": "a transaction took too long, and PostgreSQL ended it. Try again",
    "XX": "PostgreSQL failed. See its log, then try again",
}

# Trying again does not help before somebody does something about it.
LASTING = {
    "22023": "PostgreSQL does not take one of the options. Leave it out",
    "28": NOT_ALLOWED,
    "3D000": "there is no such database. Create it with createdb, or correct its name",
    "3F": "there is no schema to make tables in. Create the schema public, or set the user's search_path",
    "25006": READ_ONLY,
    "42501": "this user may not use the database. Make it the owner (ALTER DATABASE ... OWNER TO ...)",
    "42": CHANGED,
    "53100": f"its disk is full. Free some space there; {GOES_ON}",
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}

UNREACHABLE = PASSING["08"]
HANGS = f"PostgreSQL does not answer in time. Check the server and the network; {GOES_ON}"


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise every database error inside as one of AutoClone's own, naming the database as `where`."""
    try:
        yield
    except StatementError as error:
        if not isinstance(error, DBAPIError) and not isinstance(error.orig, RAW):
            raise  # a defect of ours
        raise _meaning(error.orig or error, where) from error
    except RAW as error:
        raise _meaning(error, where) from error
    except DamagedError as error:
        raise unusable(where, f"{DAMAGED} ({error})") from error


def _meaning(error: BaseException, where: str) -> AutoCloneError:
    """Return what `error`, raised by the driver, means."""
    if isinstance(error, TimeoutError):
        return busy(where, HANGS)
    code = getattr(error, "sqlstate", None)
    if code is None:
        return busy(where, f"{UNREACHABLE} ({_said(error)})")
    if code[:2] in {"22", "23"} and code not in LASTING:
        return Permanent(f"{SETTING} = {where}: the database refused the data ({_said(error)}).")
    for key in (code, code[:2]):
        if key in LASTING:
            return unusable(where, f"{LASTING[key]} ({_said(error)})")
        if key in PASSING:
            return busy(where, f"{PASSING[key]} ({_said(error)})")
    return unusable(where, f"the database cannot be used: {_said(error)}. Check it, then start again")


def _said(error: BaseException) -> str:
    """Return the first line of what the driver says."""
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__
