"""A source that ticks."""

from datetime import timedelta
from typing import Any

from pydantic import Field

from autoclone.config.fields import Duration
from autoclone.runtimes.nodes.base import Params, Source


class IntervalParams(Params):
    """Parameters of `interval`."""

    every: Duration = Field(
        default="1s", validate_default=True, description='The time between records, such as `"1s"`.'
    )
    count: int | None = Field(
        default=None, ge=1, description="How many records to emit before the source ends; endless if absent."
    )
    record: dict[str, Any] = Field(
        default_factory=dict, description="Fields that each record carries besides `sequence` and `at`."
    )


class IntervalSource(Source[IntervalParams]):
    """Emits a record at once and then one every so often: `sequence` (from 1), `at` (ISO, UTC) and yours.

    Ticks that were missed, because the DAG was suspended or downstream was full, are left out.
    """

    model = IntervalParams

    async def run(self) -> None:
        """Emit at start + k times the interval, without drift."""
        clock, every = self.context.site.clock, self.params.every.total_seconds()
        start, tick, sequence = clock.monotonic(), 0, 0
        while self.params.count is None or sequence < self.params.count:
            sequence += 1
            at = clock.now().isoformat()
            await self.context.emit({**self.params.record, "sequence": sequence, "at": at})
            elapsed = clock.monotonic() - start
            tick = max(tick, int(elapsed / every)) + 1
            await self.context.sleep(timedelta(seconds=start + tick * every - clock.monotonic()))
