"""What the `python` nodes of tests call."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

Record = dict[str, Any]


def add_one(record: Record, *, field: str = "n") -> Record:
    return {**record, field: record[field] + 1}


def thread_name(record: Record) -> Record:
    return {"main": threading.current_thread() is threading.main_thread()}


async def twice(record: Record) -> list[Record]:
    await asyncio.sleep(0)
    return [record, record]


def each_letter(record: Record) -> Iterator[Record]:
    yield from ({"letter": letter} for letter in record["text"])


async def each_letter_async(record: Record) -> AsyncIterator[Record]:
    for letter in record["text"]:
        yield {"letter": letter}


def drop(record: Record) -> None:
    return None


def a_number(record: Record) -> int:
    return 5


def raises_on_even(record: Record) -> Record:
    if record["n"] % 2 == 0:
        raise ValueError(f"{record['n']} is even")
    return record


def leaves(record: Record) -> Record:
    sys.exit(3)


def nest(record: Record) -> Record:
    record["mark"] = True
    return record


async def never(record: Record) -> Record:
    await asyncio.Event().wait()
    return record


NOT_CALLABLE = 5


async def slowly(record: dict[str, Any], seconds: float) -> dict[str, Any]:
    await asyncio.sleep(seconds)
    return record


def no_thirteen(record: dict[str, Any]) -> dict[str, Any]:
    if record["n"] == 13:
        raise ValueError("unlucky")
    return record
