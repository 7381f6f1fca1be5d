"""How many flights a second the example `carrier_totals` takes from a Kafka topic, by how many clones it has.

All of them wait for each flight as for a service elsewhere, as the example says. There are flights enough in
the topic that nobody ever waits for one.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.table import Row
from flights_kit import EXAMPLES, document, sample
from kafka_kit import brokers
from kafka_nodes_kit import PATIENCE_SECONDS, Station, station, until_divided

CLONES = (0, 1, 2, 4)
FLIGHTS = 30_000
WINDOW_SECONDS = 10


async def measure() -> list[Row]:
    """Measure each number of clones, one after the other, over the same flights."""
    sys.path.insert(0, str(EXAMPLES))
    with tempfile.TemporaryDirectory() as folder, brokers(Path(folder) / "kafka") as kafka:
        async with station(Path(folder), kafka.bootstrap, ("flights",)) as at:
            await _fill(at, kafka.bootstrap)
            rates = {clones: await _rate(at, kafka.bootstrap, clones) for clones in CLONES}
    return [
        Row(
            f"flights through carrier_totals, clones: {clones}",
            f"{rate:,.0f} flights/s",
            f"with one clone: {rates[1]:,.0f} flights/s",
            f"{rate / rates[1]:.2f}",
            "",
        )
        for clones, rate in rates.items()
    ]


async def _fill(at: Station, bootstrap: str) -> None:
    feed = document("flight_feed", bootstrap, "flights")
    sample(at.folder / "sample.csv", FLIGHTS)
    feed["nodes"][0]["params"].update(path="sample.csv", loop=False, rate=None)
    await at.run(feed, "feed")
    await at.until("to_flights", lambda one: one.emitted == FLIGHTS, "feed")


async def _rate(at: Station, bootstrap: str, clones: int) -> float:
    """Return the flights a second of a DAG and so many clones, once all of them have a share."""
    parent = f"totals{clones}"  # and so a consumer group of its own
    names = [parent, *(f"{parent}_{number}" for number in range(1, clones + 1))]
    for name in names:
        await at.run(
            document("carrier_totals", bootstrap, "flights"), name, None if name == parent else parent
        )
    await until_divided(bootstrap, f"autoclone.{parent}", len(names))
    for name in names:
        await at.until("airline", lambda one: one.emitted > 0, name)
    before, began = await _done(at, names), asyncio.get_running_loop().time()
    await asyncio.sleep(WINDOW_SECONDS)
    rate = (await _done(at, names) - before) / (asyncio.get_running_loop().time() - began)
    async with asyncio.timeout(PATIENCE_SECONDS):
        for name in names:
            await at.runtime.stop(name, 1)
    return rate


async def _done(at: Station, names: list[str]) -> int:
    return sum([(await at.node("airline", name)).emitted for name in names])
