"""A DAG's own time window: `start_time` to `end_time`, each day."""

from datetime import datetime, timedelta, tzinfo

from pydantic import ValidationError

from autoclone.clock import Clock
from autoclone.config.faults import faults_of
from autoclone.config.models import DagDocument
from autoclone.core.demand import Demand, demand_at
from autoclone.core.window import Schedule, Window
from autoclone.errors import InvalidInput
from autoclone.ports import DagSpec

# The wall clock may be set while a DAG waits for an edge of its window, so it looks again after this much.
LOOK_AGAIN = timedelta(seconds=30)


class Hours:
    """When a DAG of its own is active."""

    __slots__ = ("_demand", "_schedule")

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._demand: Demand | None = None

    def is_open(self, at: datetime) -> bool:
        """Return whether the DAG is active at `at`, an instant in UTC."""
        return self._at(at).target > 0

    async def until(self, clock: Clock, *, is_open: bool) -> None:
        """Wait until the window is open, or until it is not."""
        while self.is_open(now := clock.now()) is not is_open:
            edge = self._at(now).until
            await clock.sleep(LOOK_AGAIN if edge is None else min(edge - now, LOOK_AGAIN))

    def _at(self, at: datetime) -> Demand:
        if self._demand is None or not self._demand.covers(at):
            self._demand = demand_at(self._schedule, at)
        return self._demand


def read_hours(spec: DagSpec, default_zone: tzinfo) -> Hours | None:
    """Return the hours of `spec`; None where it is always active, as every clone is.

    Raises:
        InvalidInput: `start_time`, `end_time` or `timezone` is wrong.
    """
    document = spec.document
    if spec.parent is not None or not (document.get("start_time") or document.get("end_time")):
        return None
    keys = ("start_time", "end_time", "timezone")
    try:
        model = DagDocument.model_validate(
            {"name": spec.name, **{key: document[key] for key in keys if key in document}}
        )
    except ValidationError as error:
        raise InvalidInput(*faults_of(error)) from None
    if model.start_time is None or model.end_time is None:
        return None
    window = Window(model.start_time, model.end_time, 1)
    return Hours(Schedule((window,), model.timezone or default_zone))
