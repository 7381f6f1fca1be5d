"""What a page of the dashboard's list costs, and how little of that is for the DAGs that are not on it."""

import time
from datetime import UTC, datetime
from statistics import median

from httpx import ASGITransport, AsyncClient

from autoclone.bootstrap.house import House, build, running
from autoclone.config.settings import load_settings
from benchmarks.table import Row

FEW, MANY = 25, 10_000
ROUNDS = 30
# What a person may ask of the list; each is a page of 25.
ASKED = {
    "first page": "/",
    "last page": "/?page=400",
    "search": "/?q=dag_0099",
    "most clones": "/?sort=-clones",
}
# A person sees no difference between this and at once.
AT_ONCE_SECONDS = 0.1


async def measure() -> list[Row]:
    """Measure pages of a list of a few DAGs, and of one of many."""
    few = await _pages(FEW, {"first page": "/"})
    many = await _pages(MANY, ASKED)
    rows = [
        Row(
            f"the dashboard's list of {MANY:,} DAGs, {what}",
            f"{took * 1e3:.1f} ms",
            f"{AT_ONCE_SECONDS * 1e3:.0f} ms",
            f"{took / AT_ONCE_SECONDS:.2f}",
            "< 1",
        )
        for what, took in many.items()
    ]
    (page,) = few.values()
    ratio = many["first page"] / page
    rows.append(
        Row(
            f"its first page, {MANY:,} DAGs",
            f"{many['first page'] * 1e3:.1f} ms",
            f"{FEW}: {page * 1e3:.1f} ms",
            f"{ratio:.2f}",
            "(for the record)",
        )
    )
    return rows


async def _pages(count: int, asked: dict[str, str]) -> dict[str, float]:
    """Return how long each page of a fleet takes, in seconds; the median of some."""
    house = build(load_settings(store="memory:", timezone="UTC"))
    took = {}
    async with (
        running(house),
        AsyncClient(transport=ASGITransport(house.app), base_url="http://a.test") as client,
    ):
        await _fill(house, count)
        for what, path in asked.items():
            took[what] = median([await _once(client, path) for _ in range(ROUNDS)])
    return took


async def _fill(house: House, count: int) -> None:
    engine, at = house.engine, datetime.now(UTC)
    for index in range(count):
        section = {"ramp_up_time": "0900", "ramp_down_time": "0859", "ramp_count": 2 * (index % 100 == 0)}
        document = {"name": f"dag_{index:06d}", "nodes": [], "edges": [], "autoclone": section}
        record = await engine.store.put_dag(
            engine.reign().epoch, document["name"], document, source="api", at=at
        )
        await engine.admit(record, engine.definitions.resolve(document))


async def _once(client: AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await client.get(path)
    took = time.perf_counter() - began
    assert answer.status_code == 200
    return took
