"""Draws docs/pictures from what AutoClone really does: a simulation, and a server that runs the examples.

The server has a clock of its own, which is set to the morning of the day in the pictures and goes ten times
as fast, so that a minute of ramping takes six seconds. Takes about twenty seconds in all.
"""

import asyncio
import re
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.terminal_theme import MONOKAI

from autoclone.bootstrap.house import build, running
from autoclone.cli.simulation_table import show_table
from autoclone.cli.status_table import draw
from autoclone.config.dag import resolve
from autoclone.config.document import read_document
from autoclone.config.settings import load_settings
from autoclone.engine.encoding import status_dict
from autoclone.simulator.simulate import simulate

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
ZONE = ZoneInfo("America/New_York")
DAY = datetime(2025, 1, 25, tzinfo=ZONE)
WIDTH = 112
WIDE = 156  # with the table's last column on one line

# Rich's own template fetches its font from the network.
SUPERFLUOUS = re.compile(r"\s*@font-face \{.*?\}|\s*<!--.*?-->", re.DOTALL)


class FastClock:
    """The `Clock` port from `start` on, at `speed` times the pace of the machine's clock."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start.astimezone(UTC)
        self._speed = speed
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the time in the pictures, in UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return seconds since the start."""
        return (time.monotonic() - self._began) * self._speed

    async def sleep(self, delay: timedelta) -> None:
        """Wait for `delay` of the pictures' time."""
        await asyncio.sleep(max(0.0, delay.total_seconds() / self._speed))


def canvas(width: int) -> Console:
    """Return a console that remembers what it is shown."""
    return Console(record=True, width=width, file=StringIO(), force_terminal=True, color_system="truecolor")


def save(console: Console, name: str, title: str) -> None:
    """Write what the console was shown, as a picture that needs no network."""
    svg = console.export_svg(title=title, theme=MONOKAI, unique_id=name)
    lines = (line.rstrip() for line in SUPERFLUOUS.sub("", svg).splitlines())
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def draw_simulation() -> None:
    """Draw a day of the example with business hours."""
    dag = resolve(
        read_document((ROOT / "examples/dags/order_processing.json").read_bytes()),
        zone=ZONE,
    )
    console = canvas(WIDTH)
    end = DAY + timedelta(days=1)
    show_table(dag, simulate(dag.name, dag.plan, DAY, end), DAY.astimezone(UTC), end.astimezone(UTC), console)
    save(
        console, "simulate", "autoclone simulate examples/dags/order_processing.json --from 2025-01-25T00:00"
    )


async def draw_status(folder: str) -> None:
    """Draw how the ramps of the examples stand, two and a half minutes after business opened."""
    sys.path.insert(0, str(ROOT / "examples"))
    settings = load_settings(
        store="memory:",
        dags=ROOT / "examples" / "dags",
        data_dir=folder,
        timezone=ZONE.key,
        allowed_modules=["flights"],
    )
    clock = FastClock(DAY.replace(hour=7, minute=59, second=30), speed=10)
    house = build(settings, clock=clock)
    async with running(house):
        await clock.sleep(DAY.replace(hour=8, minute=2, second=30) - clock.now())
        statuses = [status_dict(one) for one in house.service.autoclone_statuses()]
    for one in statuses:
        one["next_event_at"] = one["next_event_at"] and one["next_event_at"].isoformat()  # type: ignore[attr-defined]
    console = canvas(WIDE)
    console.print(draw(statuses, width=WIDE))
    save(console, "status", "autoclone status")


def main() -> int:
    """Draw every picture."""
    draw_simulation()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw_status(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
