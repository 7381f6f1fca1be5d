"""A program that kills itself with SIGKILL in the middle of writing. Only tests start it.

Usage: doomed_writer.py PATH WHERE

WHERE is `between` two commits, `inside` one, or `creating` the database, before there is anything in it.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path

from autoclone.persistence import journal, ramps
from autoclone.persistence.sqlite import SqliteStore
from store_kit import START, change, put

COMMITS = 20


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def create(path: Path) -> None:
    """Die while SQLite, not yet in WAL mode, has half of a transaction in the file."""
    database = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA cache_size=1", "BEGIN", "CREATE TABLE half (done)"):
        database.execute(statement)
    database.executemany("INSERT INTO half VALUES (?)", [("x" * 5000,)] * 200)
    die()


async def write(path: Path, where: str) -> None:
    store = SqliteStore(path)
    await store.open()
    epoch = await store.claim_epoch("doomed", START)
    await put(store, epoch)
    for number in range(1, COMMITS + 1):
        await store.commit(epoch, [change("orders", number, number)])
    if where == "inside":
        late = change("orders", COMMITS + 1, COMMITS + 5000)
        async with store._database.writing() as connection:
            await ramps.put(connection, ramps.rows(epoch, [late.state]), 0)
            await journal.append(connection, journal.rows(late.events))
            die()
    die()


if __name__ == "__main__":
    path, where = Path(sys.argv[1]), sys.argv[2]
    create(path) if where == "creating" else asyncio.run(write(path, where))
