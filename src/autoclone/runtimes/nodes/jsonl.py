"""A sink that writes files."""

from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO

import orjson
from anyio import to_thread
from pydantic import Field

from autoclone.config.fields import Duration
from autoclone.runtimes.nodes.base import Context, Params, Problem, Record, Sink, Site
from autoclone.runtimes.nodes.paths import PACKAGE, open_to_append
from autoclone.runtimes.nodes.receipt import Receipt
from autoclone.runtimes.nodes.values import fill, placeholders

KNOWN = ("dag", "parent", "node")


class JsonlParams(Params):
    """Parameters of `jsonl`."""

    path: str = Field(
        min_length=1,
        description="The file to append to, relative to the server's data folder, or absolute. `{dag}` in it "
        "becomes the DAG's or clone's name, `{parent}` the name of the DAG that a clone is of (a DAG's own "
        "for a DAG), `{node}` the node's id. A name that ends in `.gz` is compressed.",
    )
    batch: int = Field(
        default=500, ge=1, le=100_000, description="How many records to write at once, at the most."
    )
    flush_every: Duration = Field(
        default="1s",
        validate_default=True,
        description="How long records may wait for their batch to fill up.",
    )


class JsonlSink(Sink[JsonlParams]):
    """Appends each record to a file, as one line of JSON.

    Several nodes, DAGs and clones may append to one file: lines never mix. For compressed files that does
    not hold, so their path needs `{dag}`. Where writing fails, the batch is kept and tried again with the
    next record; records that come meanwhile are errors.
    """

    model = JsonlParams

    def __init__(self, params: JsonlParams, context: Context) -> None:
        super().__init__(params, context)
        self._lines: list[bytes] = []
        self._receipts: list[Receipt] = []
        self._file: BinaryIO | None = None

    @classmethod
    def check(cls, params: JsonlParams, site: Site) -> Iterable[Problem]:  # noqa: ARG003 - same on every site
        """Return what is wrong with the path."""
        for name in placeholders(params.path):
            if name not in KNOWN:
                yield Problem("path", f"{{{name}}} stands for nothing", "Use {dag}, {parent} or {node}")
        if params.path.startswith(PACKAGE):
            yield Problem("path", "an installed package is not written to", "Name a file of your own")
        if params.path.endswith(".gz") and "{dag}" not in params.path:
            yield Problem("path", "clones cannot share a compressed file", "Put {dag} into its name")

    @property
    def tick_every(self) -> timedelta:
        """The `flush_every`."""
        return self.params.flush_every

    async def process(self, record: Record) -> None:
        """Take a record into the batch, and write the batch once it is full."""
        if len(self._lines) >= self.params.batch:
            await self._flush()
        self._lines.append(orjson.dumps(record, default=str, option=orjson.OPT_APPEND_NEWLINE))
        receipt = self.context.keep()
        if receipt is not None:
            self._receipts.append(receipt)
        if len(self._lines) == self.params.batch:
            await self._flush()

    async def tick(self) -> None:
        """Write what waits."""
        await self._flush()

    async def finish(self) -> None:
        """Write what waits."""
        await self._flush()

    async def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            await to_thread.run_sync(file.close, limiter=self.context.site.disk)

    async def _flush(self) -> None:
        if self._lines:
            await to_thread.run_sync(self._write, limiter=self.context.site.disk)
            written, self._lines = len(self._lines), []
            self.context.wrote(written)
            receipts, self._receipts = self._receipts, []
            for receipt in receipts:
                receipt.release()

    def _write(self) -> None:
        if self._file is None:
            context = self.context
            names = {"dag": context.dag, "parent": context.parent or context.dag, "node": context.node}
            self._file = open_to_append(context.site.data_dir / fill(self.params.path, names))
        data = memoryview(b"".join(self._lines))
        while data:
            data = data[self._file.write(data) :]
        self._file.flush()
