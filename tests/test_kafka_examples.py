"""The examples over Kafka work, over a real one."""

import asyncio
import json
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flights_kit import EXAMPLES, document, sample
from kafka_kit import Brokers
from kafka_nodes_kit import PATIENCE_SECONDS, Station, station, until_divided

COUNT = 3000


@pytest.fixture(autouse=True)
def example_functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(EXAMPLES)
    yield
    sys.modules.pop("flights", None)


async def done(at: Station, names: list[str]) -> int:
    """Return how many flights were looked at by all together."""
    return sum([(await at.node("airline", name)).emitted for name in names])


async def test_clones_divide_the_flights_and_their_totals_are_right(tmp_path: Path, kafka: Brokers) -> None:
    topic = f"flights-{uuid.uuid4()}"
    columns, *flown = sample(tmp_path / "sample.csv", COUNT)
    feed = document("flight_feed", kafka.bootstrap, topic)
    totals = document("carrier_totals", kafka.bootstrap, topic)
    feed["nodes"][0]["params"].update(path="sample.csv", loop=False, rate=1500)
    totals["nodes"][1]["params"]["arguments"]["wait_ms"] = 0
    async with station(tmp_path, kafka.bootstrap, ("flights",)) as at:
        names = await at.family(totals, clones=2)
        await until_divided(kafka.bootstrap, "autoclone.orders", len(names))
        await at.run(feed, "feed")
        await at.until("to_flights", lambda one: one.emitted == COUNT, "feed")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await done(at, names) < COUNT:  # noqa: ASYNC110 - nobody sets an event for it
                await asyncio.sleep(0.05)
        for name in names:
            await at.runtime.stop(name, 1)
    files = [tmp_path / "carrier_totals" / f"{name}.jsonl" for name in names]
    found = [[json.loads(line) for line in file.read_text().splitlines()] for file in files]
    assert all(found), "each had a part in it"
    flights = Counter[str]()
    for row in (row for rows in found for row in rows):
        flights[row["carrier"]] += row["flights"]
    carrier, delay = columns.index("carrier"), columns.index("dep_delay")
    assert flights == Counter(row[carrier] for row in flown if row[delay] != "NA")
