"""Files that this process may not write, whoever it runs as."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def only_readable(path: Path, *, directory: bool) -> Iterator[Path]:
    """Give a copy of a file that this process may not write; nor, with `directory`, the directory it is in.

    Root may write everything, so that root is nobody for as long.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / path.name
        copy.write_bytes(path.read_bytes())
        copy.chmod(0o444)
        copy.parent.chmod(0o555 if directory else 0o777)
        try:
            with nobody():
                yield copy
        finally:
            copy.parent.chmod(0o755)


@contextmanager
def nobody() -> Iterator[None]:
    """Do what is inside without root's rights."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(NOBODY)
    except OSError:
        pytest.skip("root may not become another user here, and may write everywhere")
    try:
        yield
    finally:
        os.seteuid(0)
