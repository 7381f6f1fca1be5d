"""What a folder of DAGs holds right now. Blocking: to be called in a thread."""

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autoclone.config.document import read_document
from autoclone.core.naming import NAME
from autoclone.errors import InvalidInput
from autoclone.ports import JsonObject

SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Found:
    """One file as it is now: either its document or what is wrong with it.

    Attributes:
        digest: tells one content from another; empty where it could not be read.
        document: the DAG document, None where there is none to be had.
        error: why there is none, None where there is.
    """

    digest: str
    document: JsonObject | None = field(default=None, repr=False)
    error: str | None = None

    @property
    def name(self) -> str | None:
        """The DAG's name as the document says it, None where it says none that could be one."""
        name = None if self.document is None else self.document.get("name")
        return name if isinstance(name, str) and NAME.fullmatch(name) else None


MISNAMED = Found("", error="the name of this file is not UTF-8; rename it")


def read_folder(directory: Path, known: Mapping[str, Found], max_bytes: int) -> dict[str, Found]:
    """Return the files of `directory` in name order, those whose content is in `known` unparsed.

    Only `*.json` counts, hidden files and folders do not.

    Raises:
        OSError: the directory cannot be listed.
    """
    found = {}
    for path in sorted(directory.iterdir()):
        if path.name.endswith(SUFFIX) and not path.name.startswith("."):
            name = path.name.encode(errors="replace").decode()
            one = _read(path, known.get(name), max_bytes)
            if one is not None:
                found[name] = one if name == path.name else MISNAMED
    return found


def _read(path: Path, known: Found | None, max_bytes: int) -> Found | None:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return None
        if not stat.S_ISREG(mode):  # a pipe would block whoever opens it
            return Found("", error="is not a regular file; put a JSON file in its place")
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except FileNotFoundError:
        dangling = path.is_symlink()
        return Found("", error="is a link to a file that is not there; mend the link") if dangling else None
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        return Found("", error=f"cannot be read: {problem}; let the server's user read it")
    return _parse(raw, known, max_bytes)


def _parse(raw: bytes, known: Found | None, max_bytes: int) -> Found:
    digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
    if known is not None and known.digest == digest:
        return known
    try:
        return Found(digest, read_document(raw, max_bytes=max_bytes))
    except InvalidInput as error:
        return Found(digest, error=str(error))
