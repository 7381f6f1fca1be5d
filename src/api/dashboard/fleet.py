"""The clones of all DAGs together in the time to come, on one chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from types import MappingProxyType

from api.dashboard.chart import Chart, Course, chart_of
from api.dashboard.timeline import Reach
from api.fleet_previews import FleetWait, thin, waits_of
from api.foresight import Foresight, Span
from autoclone.core.crowd import AGES_AGO, Level
from autoclone.engine.service import Service

# How much time a row stands for.
STEPS: Mapping[Reach, timedelta] = MappingProxyType(
    {Reach.DAY: timedelta(minutes=5), Reach.WEEK: timedelta(minutes=30)}
)
MOST_ROWS = 350


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetChart:
    """What is drawn and told.

    Attributes:
        reach: how much time is shown.
        clones: how many there are now.
        peak: the most there will be, and when that is first so.
        step: how much time one row of the table stands for.
        rows: the most in each, where that changes.
        left_out: how many rows are not shown.
        chart: how many clones there will be.
        waits: who will wait for a place, where the fleet is limited; the first of them.
    """

    reach: Reach
    clones: int
    peak: Level
    step: timedelta
    rows: Sequence[Level]
    left_out: int
    chart: Chart
    waits: Sequence[FleetWait]


async def fleet_chart(service: Service, foresight: Foresight, reach: Reach, zone: tzinfo) -> FleetChart:
    """Return the chart from now on.

    Raises:
        InvalidInput: it takes too long to work out.
    """
    await service.refresh()
    start = service.now()
    span = Span(start, start + reach.days)
    look = await foresight.fleet(service.presents(), span, service.limits())
    step = STEPS[reach]
    even = Span(start - (start - AGES_AGO) % step, span.end)  # so that rows begin on the hour
    rows = [Level(one.at.astimezone(zone), one.clones) for one in thin(look.clones, look.levels, even, step)]
    steps = [(one.at, one.clones) for one in look.levels]
    peak = Level(look.peak.at.astimezone(zone), look.peak.clones)
    return FleetChart(
        reach=reach,
        clones=look.clones,
        peak=peak,
        step=step,
        rows=rows[:MOST_ROWS],
        left_out=max(0, len(rows) - MOST_ROWS),
        waits=[_local(wait, zone) for wait in waits_of(look)[:MOST_ROWS]],
        chart=chart_of([Course("coming", "Clones to come", look.clones, steps)], span, zone, span.end),
    )


def _local(wait: FleetWait, zone: tzinfo) -> FleetWait:
    times = {"since": wait.since.astimezone(zone), "until": wait.until.astimezone(zone)}
    return wait.model_copy(update=times)
