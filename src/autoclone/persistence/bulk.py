"""One insert over many rows, faster than the drivers' own loops over them."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import ARRAY, Insert, Table, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

SQLITE = sqlite.dialect(paramstyle="qmark")

# How many rows one statement of SQLite takes: as many as possible, the largest number first.
SIZES = (128, 16, 1)

Rows = Sequence[tuple[Any, ...]]


class Bulk:
    """An insert into `columns` of `table`, whose rows are tuples in that order.

    Args:
        columns: their names, in the order that they have in the table.
        key: the column by which a row replaces the one that is there; without it there may be none.
    """

    def __init__(self, table: Table, columns: Sequence[str], key: str | None = None) -> None:
        self._columns = columns
        statement = _sqlite_insert(table, columns, key)
        self._packed = [(size, _compiled(statement, columns, size)) for size in SIZES]
        self._unnested = _postgres_insert(table, columns, key)

    async def run(self, connection: AsyncConnection, rows: Rows) -> None:
        """Insert all of `rows`, in their order; no two have one key. No row at all is fine."""
        if connection.dialect.name == "sqlite":
            await self._pack(connection, rows)
        elif rows:
            values = dict(zip(self._columns, map(list, zip(*rows, strict=True)), strict=True))
            await connection.execute(self._unnested, values)

    async def _pack(self, connection: AsyncConnection, rows: Rows) -> None:
        """Insert many rows a statement.

        The driver takes the interpreter's lock again after each statement. While the rest of the program is
        busy it may wait for that 5 ms a time, which a statement a row would make a minute for a large batch.
        """
        done = 0
        for size, sql in self._packed:
            starts = range(done, len(rows) - size + 1, size)
            if starts:
                packed = [tuple(chain.from_iterable(rows[at : at + size])) for at in starts]
                await connection.exec_driver_sql(sql, packed)
                done = starts[-1] + size


def _sqlite_insert(table: Table, columns: Sequence[str], key: str | None) -> Insert:
    inserting = sqlite.insert(table)
    if key is None:
        return inserting
    replaced = {name: inserting.excluded[name] for name in columns if name != key}
    return inserting.on_conflict_do_update(index_elements=[key], set_=replaced)


def _compiled(statement: Insert, columns: Sequence[str], size: int) -> str:
    compiled = statement.inline().values([dict.fromkeys(columns)] * size).compile(dialect=SQLITE)
    names = [name.removesuffix("_m0") for name in (compiled.positiontup or ())[: len(columns)]]
    if names != list(columns):
        raise ValueError(f"{columns} are not the columns in the order of their table.")
    return str(compiled)


def _postgres_insert(table: Table, columns: Sequence[str], key: str | None) -> Insert:
    """Return the statement that takes a list of values for each column, so that one round trip does it."""
    types = [ARRAY(table.c[name].type) for name in columns]
    lists = [cast(bindparam(name), kind) for name, kind in zip(columns, types, strict=True)]
    given = (
        func.unnest(*lists)
        .table_valued(*(column(name) for name in columns), with_ordinality="place")
        .render_derived()
    )
    # The order is that of the numbers which the journal gives to its rows.
    ordered = select(*(given.c[name] for name in columns)).order_by(given.c.place)
    inserting = postgresql.insert(table).from_select(list(columns), ordered)
    if key is None:
        return inserting
    replaced = {name: inserting.excluded[name] for name in columns if name != key}
    return inserting.on_conflict_do_update(index_elements=[key], set_=replaced)
