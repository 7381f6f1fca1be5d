"""What to make of a folder of DAGs. Pure: told what is there, it says what to do.

The store remembers which file each DAG came from, so this works alike for a change seen live and for one
made while the server was down:

* A file *claims* the DAG that its document names. Where two do, the first by file name has it, and the
  other is in error.
* A file in error (unreadable, half-written, malformed, refused, second to claim a name) changes nothing: the
  DAGs that came from it stay as they were.
* A DAG that came from a file is deleted once no file claims it and its own file is not in error.
* A good file is stored when it changed since it was last looked at, and at the start. So what an operator
  deletes or edits by hand stays so until the file changes or the server starts again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from autoclone.engine.folder_read import Found
from autoclone.ports import JsonObject

PREFIX = "file:"

# A digest that no content has: the file is looked at anew the next time, whether it changed or not.
UNSETTLED = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was made of a file when it was last looked at.

    Attributes:
        digest: its content then.
        name: the DAG that it was about, whatever came of it.
        error: what was wrong with it, None if nothing.
    """

    digest: str
    name: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Store this file's document."""

    file: str
    name: str
    digest: str
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Refuse:
    """Leave everything as it is, and say what is wrong with this file."""

    file: str
    name: str
    digest: str
    error: str


@dataclass(frozen=True, slots=True)
class Keep:
    """This file is as it was, good or refused."""

    file: str


Action = Put | Refuse | Keep


def source_of(file: str) -> str:
    """Return the source of the DAGs that come from `file`."""
    return PREFIX + file


def decide(found: Mapping[str, Found], seen: Mapping[str, Seen], sources: Mapping[str, str]) -> list[Action]:
    """Return what to do about each file that is there, in name order.

    Args:
        found: what the directory holds now, by file name.
        seen: what was made of each file the last time; empty at the start.
        sources: the source of each DAG in the store that came from a file, by DAG name.
    """
    owners = _owners(found)
    return [_decide(file, found[file], owners, seen.get(file), sources) for file in sorted(found)]


def _owners(found: Mapping[str, Found]) -> dict[str, str]:
    """Return which file has each DAG name: the first that claims it."""
    owners: dict[str, str] = {}
    for file in sorted(found):
        name = found[file].name
        if name is not None:
            owners.setdefault(name, file)
    return owners


def _decide(
    file: str, one: Found, owners: Mapping[str, str], last: Seen | None, sources: Mapping[str, str]
) -> Action:
    name = one.name or _last_name(file, last, sources)
    if one.document is None:
        return Refuse(file, name, one.digest, f"{file}: {one.error}")
    owner = owners.get(name, file) if one.name else file
    if owner != file:
        error = f"{file}: {owner} has a DAG named {name} already; choose another name, or remove one file"
        return Refuse(file, name, UNSETTLED, error)
    if last is not None and last.digest == one.digest:
        return Keep(file)
    return Put(file, name, one.digest, one.document)


def _last_name(file: str, last: Seen | None, sources: Mapping[str, str]) -> str:
    """Return which DAG a file without a name is about: what it held last, else what it is called."""
    held = sorted(name for name, source in sources.items() if source == source_of(file))
    if held:
        return held[0]
    return last.name if last is not None else PurePath(file).stem


def leftovers(found: Mapping[str, Found], seen: Mapping[str, Seen], sources: Mapping[str, str]) -> list[str]:
    """Return the DAGs to delete, in name order.

    Args:
        found: what the directory holds now, by file name.
        seen: what was made of each file when it was last looked at.
        sources: the source of each DAG in the store that came from a file, by DAG name.
    """
    claimed = {one.name for one in found.values()}
    in_error = {source_of(file) for file, one in found.items() if one.document is None}
    in_error |= {source_of(file) for file in found if file in seen and seen[file].error is not None}
    return sorted(name for name, source in sources.items() if name not in claimed and source not in in_error)


def gone(found: Collection[str], seen: Mapping[str, Seen]) -> list[str]:
    """Return the files that were there the last time and are not any more, in name order."""
    return sorted(file for file in seen if file not in found)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with the file of one DAG."""

    source: str
    error: str


def complaints(seen: Mapping[str, Seen]) -> dict[str, Complaint]:
    """Return what is to be shown of each DAG that a file in error is about: the first by file name."""
    shown: dict[str, Complaint] = {}
    for file in sorted(seen):
        last = seen[file]
        if last.error is not None:
            shown.setdefault(last.name, Complaint(source_of(file), last.error))
    return shown
