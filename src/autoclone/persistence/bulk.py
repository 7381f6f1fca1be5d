"""One insert over many rows, faster than the driver's own loop over them."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

DIALECT = sqlite.dialect(paramstyle="qmark")

# How many rows one statement takes: as many as possible, the largest number first.
SIZES = (128, 16, 1)


class Bulk:
    """An insert, compiled once for each size, whose rows are tuples in the order of `columns`.

    The driver takes the interpreter's lock again after each statement. While the rest of the program is busy
    it may wait for that 5 ms a time, which a statement a row would make a minute for a large batch.
    """

    def __init__(self, statement: Insert, *columns: str) -> None:
        self._statements = [(size, _compiled(statement, columns, size)) for size in SIZES]

    async def run(self, connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert all of `rows`, in their order. No row at all is fine."""
        done = 0
        for size, sql in self._statements:
            starts = range(done, len(rows) - size + 1, size)
            if starts:
                packed = [tuple(chain.from_iterable(rows[at : at + size])) for at in starts]
                await connection.exec_driver_sql(sql, packed)
                done = starts[-1] + size


def _compiled(statement: Insert, columns: Sequence[str], size: int) -> str:
    compiled = statement.inline().values([dict.fromkeys(columns)] * size).compile(dialect=DIALECT)
    names = [name.removesuffix("_m0") for name in (compiled.positiontup or ())[: len(columns)]]
    if names != list(columns):
        raise ValueError(f"{columns} are not the columns in the order of their table.")
    return str(compiled)
