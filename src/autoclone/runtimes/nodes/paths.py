"""Where files of DAGs are: relative to the data folder, absolute, or inside an installed package.

Whoever may store a DAG may read and write any file that the server's user can: paths are not confined.
"""

import gzip
import io
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, cast

from autoclone.errors import Permanent
from autoclone.runtimes.nodes.values import steps_up

PACKAGE = "package:"


def locate(path: str, data_dir: Path) -> Path:
    """Return the file that `path` means.

    `package:name/inside/file.csv` is a file of an installed package, which is not imported.

    Raises:
        Permanent: the package is not installed, or has no such file.
    """
    if not path.startswith(PACKAGE):
        return data_dir / path
    package, _, inside = path.removeprefix(PACKAGE).partition("/")
    if not inside or not package.isidentifier() or steps_up(inside):
        raise Permanent(f"{path!r} is not of the form package:name/path/in/it")
    for folder in _folders(package):
        if (folder / inside).is_file():
            return folder / inside
    raise Permanent(f"the package {package!r} has no file {inside!r}")


def _folders(package: str) -> list[Path]:
    """Return where a top-level package lies. Finding one, unlike a package inside it, imports nothing."""
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        raise Permanent(f"the package {package!r} is not installed")
    return [Path(folder) for folder in spec.submodule_search_locations]


def open_to_read(path: Path) -> BinaryIO:
    """Open a plain file, a `.gz`, or a `.zip` that holds one file, for reading."""
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if path.suffix == ".zip":
        return _only_member(path)
    return path.open("rb")


def _only_member(path: Path) -> BinaryIO:
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) != 1:
            raise Permanent(f"{path.name} holds {len(members)} files; only an archive of one can be read")
        # The member keeps the archive's file open until it is closed itself.
        return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", archive.open(members[0]))))


def open_to_append(path: Path) -> BinaryIO:
    """Open a plain file or a `.gz` for appending; its folder is made where it is missing.

    A plain one is unbuffered: each write appends as a whole, so that several nodes may share the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "ab"))
    return cast("BinaryIO", path.open("ab", buffering=0))


def plain_suffix(path: str) -> str:
    """Return the suffix that says what is in a file, below its compression: `.csv` for `a.csv.gz`."""
    name = Path(path.removesuffix(".gz").removesuffix(".zip"))
    return name.suffix.lower()
