"""The address of a store, as the setting AUTOCLONE_STORE has it."""

import importlib.util
import json
import re
from pathlib import Path

from autoclone.errors import Fault, InvalidInput
from autoclone.persistence.failures import SETTING
from autoclone.persistence.memory import MemoryStore
from autoclone.persistence.postgres_address import EXAMPLE, AddressError, PostgresAddress
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import Store

IN_MEMORY = ("memory:", "memory://", "sqlite://", "sqlite:///:memory:", ":memory:")
FILE = "sqlite:///"
POSTGRES = ("postgresql", "postgres")
# Two letters at least, so that it is not taken for the drive in a path of Windows.
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
PASSWORD = re.compile(r"(?<=://).*(?=@)")
REMEDY = (
    f'Write "sqlite:///autoclone.db" for a file, "{EXAMPLE}" for PostgreSQL, or "memory:" to keep nothing'
)


def open_store(url: str) -> Store:
    """Return the store at `url`, which still has to be opened.

    Args:
        url: `sqlite:///` and the path of a file (`sqlite:////` for an absolute path), the path alone, or
            `postgresql://user:password@host:port/database`, or
            `memory:` for a store that lasts as long as the process; SQLite's own names for a database in
            memory mean the same.

    Raises:
        InvalidInput: it is not the address of a store that this version has. Nothing was touched.
    """
    url = url.strip()
    if url.lower() in IN_MEMORY:
        return MemoryStore()
    if url.lower().startswith(FILE):
        return SqliteStore(_path(url, url[len(FILE) :], options="?"))
    scheme = SCHEME.match(url)
    if scheme and scheme[1].lower() in POSTGRES:
        return _postgres(url)
    if scheme:
        raise _wrong(url, *_mistake(scheme[1].lower(), url))
    return SqliteStore(_path(url, url))


def _path(url: str, path: str, options: str = "") -> Path:
    if not path:
        raise _wrong(url, "names no file", REMEDY)
    if "\0" in path:
        raise _wrong(url, "holds a NUL character, which no path can", "Leave it out")
    if options and options in path:
        raise _wrong(url, "carries options, of which there are none", f"Leave out all from {options!r} on")
    return Path(path)


def _postgres(url: str) -> Store:
    if importlib.util.find_spec("asyncpg") is None:
        problem = "is an address of PostgreSQL, whose driver is not installed"
        raise _wrong(url, problem, "Install it: pip install 'autoclone[postgres]'")
    from autoclone.persistence.postgres import PostgresStore  # noqa: PLC0415 - the driver is an extra

    try:
        return PostgresStore(PostgresAddress.parse(url))
    except AddressError as error:
        raise _wrong(url, error.problem, error.remedy) from None


def _mistake(scheme: str, url: str) -> tuple[str, str]:
    """Return what is wrong with an address of another scheme, and the remedy."""
    if scheme.startswith(tuple(f"{name}+" for name in POSTGRES)):
        return "names a driver, which AutoClone chooses itself", f'Write "{EXAMPLE}"'
    if scheme == "sqlite":
        path = url.partition(":")[2].lstrip("/")
        return "has another number of slashes than three", f'Write "{FILE}{path}"'
    if scheme.startswith("sqlite+"):
        return "names a driver, which AutoClone chooses itself", f'Write "{FILE}" and the path of the file'
    return f"{scheme!r} is not a kind of store that AutoClone knows", REMEDY


def _wrong(url: str, problem: str, remedy: str) -> InvalidInput:
    """Return the error for an address; a password in it is not shown."""
    return InvalidInput(Fault(SETTING, json.dumps(PASSWORD.sub("***", url)), problem, remedy))
