"""Reads DAG documents from files. What is wrong is told with the file's name."""

import sys
from pathlib import Path

from autoclone.config.document import read_document
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import JsonObject

STANDARD_INPUT = Path("-")


def read_file(path: Path, max_bytes: int) -> JsonObject:
    """Return the document in a file, or on standard input where the path is `-`.

    Raises:
        InvalidInput: it cannot be read, or is not a JSON object.
    """
    return read_document(_bytes(path, max_bytes + 1), max_bytes=max_bytes)


def _bytes(path: Path, at_most: int) -> bytes:
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(at_most)
        with path.open("rb") as file:
            return file.read(at_most)
    except (OSError, ValueError) as error:  # a ValueError where the path holds a zero byte
        reason = getattr(error, "strerror", None) or str(error)
        problem = f"cannot be read: {reason.lower()}"
        raise InvalidInput(Fault("", "", problem, "Name a file that exists and may be read")) from None


def in_file(path: Path, error: InvalidInput) -> InvalidInput:
    """Return the same faults, each with the file's name before it."""
    return InvalidInput(
        *(
            Fault(f"{path}: {one.field}" if one.field else str(path), one.value, one.problem, one.remedy)
            for one in error.faults
        )
    )
