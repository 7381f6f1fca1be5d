"""The journal of a server, and what a consumer that shares no code with it finds on the topic."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from messaging_kit import read_topic, without_doubles

JOURNAL = "SELECT parent, sequence, type, epoch FROM events ORDER BY position"
UNSENT = "SELECT count(*) FROM events WHERE published_at IS NULL"

Row = tuple[str, int, str, int]


def dag(name: str = "orders", count: int = 4, interval: str = "200ms") -> dict[str, object]:
    """A DAG whose window is nearly always open: it joins in the middle of it."""
    section = {
        "ramp_up_time": "0001",
        "ramp_down_time": "0000",
        "ramp_count": count,
        "ramp_interval": interval,
    }
    return {"name": name, "timezone": "UTC", "nodes": [], "edges": [], "autoclone": section}


def on_the_topic(bootstrap: str, topic: str) -> dict[str, list[Row]]:
    """What a consumer sees that drops doubles, by parent."""
    found: dict[str, list[Row]] = {}
    for parent, messages in without_doubles(read_topic(bootstrap, topic)).items():
        events = [json.loads(message.value) for message in messages]
        found[parent] = [
            (parent, int(one["sequence"]), one["type"].removeprefix("autoclone."), one["epoch"])
            for one in events
        ]
    return found


def by_parent(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The journal as `on_the_topic` has it, once it is certain that its numbers have no hole."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    for parent, of_it in found.items():
        assert [number for _, number, *_ in of_it] == list(range(1, len(of_it) + 1)), parent
    return found


def journalled(store: Path) -> list[Row]:
    """The journal in a file of SQLite, also of one that a server has open."""
    with closing(sqlite3.connect(store)) as database:
        return database.execute(JOURNAL).fetchall()


def unsent(store: Path) -> int:
    """How many events in a file of SQLite are not published yet."""
    with closing(sqlite3.connect(store)) as database:
        return int(database.execute(UNSENT).fetchone()[0])
