"""One statement over many rows, at close to the driver's own speed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

DIALECT = sqlite.dialect(paramstyle="qmark")


class Bulk:
    """An insert, compiled once, whose rows are tuples in the order of `columns`.

    SQLAlchemy would turn a dict a row into such tuples on the event loop, which takes longer than
    the database takes to store them.
    """

    def __init__(self, statement: Insert, *columns: str) -> None:
        self._columns = columns
        compiled = statement.inline().compile(dialect=DIALECT, column_keys=list(columns))
        if tuple(compiled.positiontup or ()) != columns:
            raise ValueError(f"{columns} are not the columns in the order of their table.")
        self._sql = str(compiled)

    async def run(self, connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert all of `rows`, in their order. No row at all is fine."""
        if rows:
            await connection.exec_driver_sql(self._sql, list(rows))
