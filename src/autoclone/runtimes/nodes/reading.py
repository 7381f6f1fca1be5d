"""Reads records out of files, a chunk at a time. All of it blocks: call it in a thread."""

import csv
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol, Self

import orjson

from autoclone.runtimes.nodes.base import Record

# A line longer than this is an error: it must not fill the memory.
LONGEST_LINE = 16 * 1024 * 1024

Convert = Callable[[str], Any]
Item = Record | ValueError


class Reader(Protocol):
    """Yields each record of a file, or the error where there should have been one."""

    def __iter__(self) -> Iterator[Item]:
        """Return itself."""

    def __next__(self) -> Item:
        """Return the next one."""


def read_chunk(reader: Reader, size: int) -> list[Item]:
    """Return the next `size` records or errors; fewer at the end of the file."""
    return list(islice(reader, size))


def skip(reader: Reader, count: int) -> None:
    """Pass over the next `count` records or errors."""
    deque(islice(reader, count), maxlen=0)


class Lines:
    """The lines of a file as text.

    Unlike a generator, it goes on after it has raised: one bad line costs no more than itself.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            self._skip_the_rest()
            raise ValueError(f"is longer than {LONGEST_LINE} bytes")
        return line.decode("utf-8-sig" if self.number == 1 else "utf-8")

    def _skip_the_rest(self) -> None:
        while (more := self._file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
            pass


class JsonlReader:
    """One JSON object a line; empty lines are passed over."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = Lines(file)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Item:
        try:
            text = next(self._lines)
            while not text.strip():
                text = next(self._lines)
            record = orjson.loads(text)
        except ValueError as error:
            return ValueError(f"line {self._lines.number}: {error}")
        if not isinstance(record, dict):
            return ValueError(f"line {self._lines.number}: is no JSON object")
        return record


def _truth(text: str) -> bool:
    match text.strip().lower():
        case "true" | "t" | "yes" | "1":
            return True
        case "false" | "f" | "no" | "0":
            return False
        case _:
            raise ValueError(f"{text!r} is neither true nor false")


CONVERSIONS: Mapping[str, Convert] = MappingProxyType(
    {"int": int, "float": float, "bool": _truth, "text": str}
)


class CsvReader:
    """One record a row, its fields named by the first row.

    Args:
        file: the file, open for reading.
        delimiter: what is between two fields.
        types: what the texts of a column become, by the column's name; `text` where absent.
        nulls: the texts that stand for null, in every column.
    """

    def __init__(
        self, file: BinaryIO, delimiter: str, types: Mapping[str, str], nulls: tuple[str, ...]
    ) -> None:
        self._lines = Lines(file)
        self._rows = csv.reader(self._lines, delimiter=delimiter)
        self._nulls = frozenset(nulls)
        self._columns = next(self._rows, [])
        missing = [name for name in types if name not in self._columns] if self._columns else []
        if missing:
            raise ValueError(
                f"there is no column {missing[0]!r} for `types`; there are: {', '.join(self._columns)}"
            )
        self._converts = [CONVERSIONS[types.get(name, "text")] for name in self._columns]

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Item:
        try:
            row = next(self._rows)
            while not row:
                row = next(self._rows)
            return self._record(row)
        except (ValueError, csv.Error) as error:
            return ValueError(f"line {self._lines.number}: {error}")

    def _record(self, row: list[str]) -> Record:
        if len(row) != len(self._columns):
            raise ValueError(f"has {len(row)} fields, not {len(self._columns)}")
        return {
            name: None if text in self._nulls else convert(text)
            for name, convert, text in zip(self._columns, self._converts, row, strict=True)
        }
