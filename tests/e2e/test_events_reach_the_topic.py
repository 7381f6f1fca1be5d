"""Whatever dies, a consumer that shares no code with AutoClone finds the whole journal on the topic."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from kafka_kit import Brokers
from messaging_kit import read_topic, without_doubles
from postgres_kit import Postgres
from trio import Trio, trio
from zookeeper_kit import Ensemble

SERVER = Path(__file__).with_name("doomed_publisher.py")
COUNT = 4
JOURNAL = "SELECT parent, sequence, type, epoch FROM events ORDER BY position"

Row = tuple[str, int, str, int]


def dag(name: str = "orders") -> dict[str, object]:
    """A DAG whose window is nearly always open: it joins in the middle of it."""
    section = {
        "ramp_up_time": "0001",
        "ramp_down_time": "0000",
        "ramp_count": COUNT,
        "ramp_interval": "200ms",
    }
    return {"name": name, "timezone": "UTC", "nodes": [], "edges": [], "autoclone": section}


def serve(folder: Path, settings: dict[str, str], boundary: str | None = None) -> int:
    """Run a server until all is done or it kills itself; return how it ended."""
    path = folder / "dag.json"
    path.write_text(json.dumps(dag()))
    ended = subprocess.run(
        [sys.executable, str(SERVER), str(path), *([boundary] if boundary else [])],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode


def on_the_topic(kafka: Brokers, topic: str) -> dict[str, list[Row]]:
    """What a consumer sees that drops doubles, by parent."""
    found: dict[str, list[Row]] = {}
    for parent, messages in without_doubles(read_topic(kafka.bootstrap, topic)).items():
        events = [json.loads(message.value) for message in messages]
        found[parent] = [
            (parent, int(one["sequence"]), one["type"].removeprefix("autoclone."), one["epoch"])
            for one in events
        ]
    return found


def in_the_journal(rows: list[Row]) -> dict[str, list[Row]]:
    return {parent: [row for row in rows if row[0] == parent] for parent, *_ in rows}


@pytest.mark.parametrize(
    "boundary",
    [
        f"{call}:{side}:{nth}"
        for call in ("publish", "mark")
        for side in ("before", "after")
        for nth in (1, 3)
    ],
)
def test_killed_at_each_boundary_of_the_relay(tmp_path: Path, kafka: Brokers, boundary: str) -> None:
    topic = f"events-{uuid.uuid4()}"
    settings = {"AUTOCLONE_KAFKA_BOOTSTRAP": kafka.bootstrap, "AUTOCLONE_KAFKA_TOPIC": topic}
    assert serve(tmp_path, settings, boundary) == -signal.SIGKILL
    assert serve(tmp_path, settings) == 0
    with sqlite3.connect(tmp_path / "store.db") as database:
        journalled: list[Row] = database.execute(JOURNAL).fetchall()
    assert len(journalled) >= 2 * COUNT
    assert on_the_topic(kafka, topic) == in_the_journal(journalled)


async def published(three: Trio) -> bool:
    return three.sql("SELECT count(*) FROM events WHERE published_at IS NULL") == "0"


async def test_a_failover_loses_no_event(
    tmp_path: Path, zookeepers: Ensemble, postgres: Postgres, kafka: Brokers
) -> None:
    topic = f"events-{uuid.uuid4()}"
    settings = {"AUTOCLONE_KAFKA_BOOTSTRAP": kafka.bootstrap, "AUTOCLONE_KAFKA_TOPIC": topic}
    async with trio(tmp_path, zookeepers, postgres, settings=settings) as three:
        await three.start()
        first = await three.primary(timedelta(seconds=20))
        for name in ("orders", "trades"):
            await first.put(f"/api/v1/dags/{name}", dag(name))
        first.kill()
        second = await three.until(lambda: three.acting_but(first))
        for name in ("orders", "trades"):
            await three.until(lambda name=name: ramped(second, name))
        await three.until(lambda: published(three))
        rows = three.sql(f"SELECT json_agg(e) FROM ({JOURNAL}) e")  # noqa: S608 - all of it is written here
    journalled = [(one["parent"], one["sequence"], one["type"], one["epoch"]) for one in json.loads(rows)]
    assert {epoch for *_, epoch in journalled} == {1, 2}
    assert on_the_topic(kafka, topic) == in_the_journal(journalled)


async def ramped(server: object, name: str) -> bool:
    status = await server.get(f"/api/v1/dags/{name}/autoclone")  # type: ignore[attr-defined]
    return bool(status["status"] == "active")
