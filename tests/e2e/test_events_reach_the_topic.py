"""Whatever dies, a consumer that shares no code with AutoClone finds the whole journal on the topic."""

import json
import os
import signal
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from journal_kit import JOURNAL, UNSENT, by_parent, dag, journalled, on_the_topic
from kafka_kit import Brokers
from postgres_kit import Postgres
from trio import Trio, trio
from zookeeper_kit import Ensemble

SERVER = Path(__file__).with_name("doomed_publisher.py")
COUNT = 4


def serve(folder: Path, settings: dict[str, str], boundary: str | None = None) -> int:
    """Run a server until all is done or it kills itself; return how it ended."""
    path = folder / "dag.json"
    path.write_text(json.dumps(dag(count=COUNT)))
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
    rows = journalled(tmp_path / "store.db")
    assert len(rows) >= 2 * COUNT
    assert on_the_topic(kafka.bootstrap, topic) == by_parent(rows)


async def published(three: Trio) -> bool:
    return three.sql(UNSENT) == "0"


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
        found = three.sql(f"SELECT json_agg(e) FROM ({JOURNAL}) e")  # noqa: S608 - all of it is written here
    rows = [(one["parent"], one["sequence"], one["type"], one["epoch"]) for one in json.loads(found)]
    assert {epoch for *_, epoch in rows} == {1, 2}
    assert on_the_topic(kafka.bootstrap, topic) == by_parent(rows)


async def ramped(server: object, name: str) -> bool:
    status = await server.get(f"/api/v1/dags/{name}/autoclone")  # type: ignore[attr-defined]
    return bool(status["status"] == "active")
