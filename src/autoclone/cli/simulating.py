"""The `simulate` command: what a ramp will do."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path

from autoclone.cli.documents import in_file, read_file
from autoclone.cli.formats import Format
from autoclone.cli.moments import moment
from autoclone.cli.output import Terminal, write_objects
from autoclone.cli.simulation_table import UNEVENTFUL, Story, show_table
from autoclone.clock import Clock, SystemClock
from autoclone.config.dag import Dag, resolve
from autoclone.config.faults import shown
from autoclone.config.settings import Settings, load_settings
from autoclone.config.zones import system_zone, zone
from autoclone.core.events import Event
from autoclone.core.wall import instant
from autoclone.errors import Fault, InvalidInput
from autoclone.simulator.render import event_json
from autoclone.simulator.simulate import simulate

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for, as written.

    Attributes:
        file: the DAG document.
        start: `--from`.
        end: `--to`.
        timezone: `--timezone`.
        ramp_interval: `--ramp-interval`.
        config: the TOML file of settings.
    """

    file: Path
    start: str | None = None
    end: str | None = None
    timezone: str | None = None
    ramp_interval: str | None = None
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What is to be simulated: a DAG from `start` to before `end`, both in UTC."""

    dag: Dag
    start: datetime
    end: datetime

    @property
    def zone(self) -> tzinfo:
        """The zone of the DAG's window, which times are shown in."""
        return self.dag.plan.schedule.zone

    @property
    def story(self) -> Story:
        """What is told of it."""
        idle = self.dag.plan.disabled or UNEVENTFUL
        return Story(name=self.dag.name, start=self.start, end=self.end, zone=self.zone, idle=idle)

    def events(self) -> Iterator[Event]:
        """Yield the events, in order."""
        return simulate(self.dag.name, self.dag.plan, self.start, self.end)


def show_simulation(request: Request, form: Format, clock: Clock | None = None) -> int:
    """Simulate and write the events; return the exit code.

    Raises:
        InvalidInput: the document, an option or a setting is wrong.
    """
    plan = prepare(request, clock or SystemClock())
    if form is Format.TABLE:
        show_table(plan.story, plan.events(), Terminal())
        return 0
    write_objects((event_json(event, plan.zone) for event in plan.events()), form)
    if plan.dag.plan.disabled:
        sys.stderr.write(f"{plan.dag.name}: {plan.dag.plan.disabled}, so nothing happens\n")
    return 0


def prepare(request: Request, clock: Clock) -> Simulation:
    """Return what `request` means.

    The zone of `--timezone` takes the place of the server's: it decides what wall times mean on the command
    line, and in a DAG that names no zone of its own.

    Raises:
        InvalidInput: something in it is wrong.
    """
    settings = load_settings(request.config, timezone=request.timezone, ramp_interval=request.ramp_interval)
    dag = _dag(request.file, settings)
    here = zone(request.timezone) if request.timezone else dag.plan.schedule.zone
    start = moment("--from", request.start, here) if request.start else _midnight(clock, here)
    end = moment("--to", request.end, here) if request.end else start + ONE_DAY
    if start >= end:
        given = request.start or start.astimezone(here).isoformat()
        problem = f"is not before --to, {shown(request.end)}"
        raise InvalidInput(Fault("--from", shown(given), problem, "Let --to be the later of the two"))
    return Simulation(dag, start, end)


def _dag(file: Path, settings: Settings) -> Dag:
    default = zone(settings.timezone) if settings.timezone else system_zone()
    try:
        document = read_file(file, settings.max_body_bytes)
        return resolve(document, zone=default, default_interval=settings.ramp_interval)
    except InvalidInput as error:
        raise in_file(file, error) from None


def _midnight(clock: Clock, here: tzinfo) -> datetime:
    today = clock.now().astimezone(here).date()
    return instant(datetime.combine(today, time()), here)
