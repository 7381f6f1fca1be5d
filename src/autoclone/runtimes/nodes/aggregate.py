"""A transform that sums up."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from autoclone.config.fields import Duration
from autoclone.runtimes.nodes.base import Context, Params, Record, Transform
from autoclone.runtimes.nodes.values import MISSING, lookup


def _names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Metric(Params):
    """One figure of a summary."""

    op: Literal["count", "sum", "min", "max", "avg"] = Field(description="What to compute.")
    field: str | None = Field(default=None, min_length=1, description="The field to compute it from.")

    @model_validator(mode="after")
    def _has_a_field(self) -> Self:
        if self.op != "count" and self.field is None:
            raise PydanticCustomError("field", "`field` is missing: only `count` goes without")
        return self


class AggregateParams(Params):
    """Parameters of `aggregate`."""

    group_by: Annotated[
        tuple[str, ...],
        BeforeValidator(_names),
        WithJsonSchema({"type": "array", "items": {"type": "string"}}),
    ] = Field(default=(), description="The field, or list of fields, to group by; all records if absent.")
    metrics: dict[str, Metric] = Field(
        min_length=1,
        description="The figures, by the name they get in the summary: each has an `op` of `count`, `sum`, "
        "`min`, `max` or `avg`, and a `field` (which `count` may leave out).",
    )
    every: int | None = Field(default=None, ge=1, description="Emit the summary every so many records.")
    interval: Duration | None = Field(
        default=None, description='Emit the summary every so often, such as `"10s"`.'
    )
    running: bool = Field(
        default=False, description="Keep the totals after a summary, instead of beginning anew."
    )
    max_groups: int = Field(
        default=10_000, ge=1, description="The most groups to hold; a record of one more is an error."
    )

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        if self.every is not None and self.interval is not None:
            raise PydanticCustomError("every", "`every` and `interval` exclude each other")
        clash = next((name for name in self.metrics if name in self.group_by), None)
        if clash is not None:
            raise PydanticCustomError("metrics", "{name} is a group and a metric", {"name": repr(clash)})
        return self


@dataclass(slots=True)
class Tally:
    """One metric's figures of one group."""

    count: int = 0
    total: float = 0
    least: float | None = None
    most: float | None = None

    def add(self, number: float) -> None:
        """Take one value in."""
        self.count += 1
        self.total += number
        self.least = number if self.least is None else min(self.least, number)
        self.most = number if self.most is None else max(self.most, number)

    def result(self, op: str) -> float | None:
        """Return the figure that `op` asks for; None where it has seen no value."""
        match op:
            case "count":
                return self.count
            case "sum":
                return self.total
            case "min":
                return self.least
            case "max":
                return self.most
            case _:
                return self.total / self.count if self.count else None


class Aggregate(Transform[AggregateParams]):
    """Groups records and emits one summary row a group: the group's fields and the metrics.

    Without `every` and `interval` there is one summary, at the end. What is held when the DAG stops is
    summed up as well. Absent and null values do not count; others that are no numbers are errors.
    """

    model = AggregateParams

    def __init__(self, params: AggregateParams, context: Context) -> None:
        super().__init__(params, context)
        self._groups: dict[tuple[Any, ...], list[Tally]] = {}
        self._taken = 0
        self._changed = False

    @property
    def tick_every(self) -> timedelta | None:
        """The `interval`."""
        return self.params.interval

    async def process(self, record: Record) -> None:
        """Take a record in, and emit if it is the last of a lot."""
        values = [self._value(record, metric) for metric in self.params.metrics.values()]
        for tally, value in zip(self._group(record), values, strict=True):
            if value is not None:
                tally.add(value)
        self._taken, self._changed = self._taken + 1, True
        if self._taken == self.params.every:
            await self.tick()

    async def tick(self) -> None:
        """Emit the summary, if there is anything new in it."""
        if not self._changed:
            return
        rows = [self._row(key, tallies) for key, tallies in self._groups.items()]
        self._taken, self._changed = 0, False
        if not self.params.running:
            self._groups = {}
        for row in rows:
            await self.context.emit(row)

    async def finish(self) -> None:
        """Emit what is left."""
        await self.tick()

    def _group(self, record: Record) -> list[Tally]:
        found = (lookup(record, name) for name in self.params.group_by)
        key = tuple(None if value is MISSING else value for value in found)
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) >= self.params.max_groups:
                raise ValueError(f"more than max_groups = {self.params.max_groups} groups")
            group = self._groups[key] = [Tally() for _ in self.params.metrics]
        return group

    @staticmethod
    def _value(record: Record, metric: Metric) -> float | None:
        if metric.field is None:
            return 1
        value = lookup(record, metric.field)
        if value is MISSING or value is None:
            return None
        if metric.op == "count":
            return 1
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{metric.field} = {value!r} is no number")
        return value

    def _row(self, key: tuple[Any, ...], tallies: list[Tally]) -> Record:
        row: Record = dict(zip(self.params.group_by, key, strict=True))
        for (name, metric), tally in zip(self.params.metrics.items(), tallies, strict=True):
            row[name] = tally.result(metric.op)
        return row
