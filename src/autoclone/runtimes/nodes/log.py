"""A sink for the server's log."""

import logging
from typing import Literal

import orjson
from pydantic import Field

from autoclone.runtimes.nodes.base import Params, Record, Sink


class LogParams(Params):
    """Parameters of `log`."""

    level: Literal["debug", "info", "warning"] = Field(default="info", description="The level to log at.")
    every: int = Field(default=1, ge=1, description="Log one record in so many, beginning with the first.")


class LogSink(Sink[LogParams]):
    """Writes records to the server's log, as JSON, on the logger `autoclone.nodes`."""

    model = LogParams

    async def open(self) -> None:
        """Get the logger."""
        self._seen = 0
        self._logger = logging.getLogger("autoclone.nodes")
        self._level = logging.getLevelNamesMapping()[self.params.level.upper()]

    async def process(self, record: Record) -> None:
        """Log one record, if it is its turn."""
        if self._seen % self.params.every == 0:
            text = orjson.dumps(record, default=str).decode()
            self._logger.log(self._level, "%s/%s: %s", self.context.dag, self.context.node, text)
            self.context.wrote(1)
        self._seen += 1
