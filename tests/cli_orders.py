"""The DAG that the tests of the command line are about, and how they get it into a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

ORDERS: dict[str, Any] = {
    "name": "orders",
    "start_time": "0900",
    "end_time": "1700",
    "nodes": [],
    "edges": [],
    "autoclone": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5},
}

# `write("orders.json")`, or `write("x.json", {...})`, or raw bytes: returns the path.
Write = Callable[..., Path]
