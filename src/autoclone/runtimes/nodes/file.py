"""A source that reads files."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import BinaryIO, Literal, TypeVar, TypeVarTuple, Unpack

from anyio import to_thread
from pydantic import Field

from autoclone.clock import Clock
from autoclone.errors import Permanent
from autoclone.runtimes.nodes.base import Context, Params, Problem, Site, Source
from autoclone.runtimes.nodes.paths import PACKAGE, locate, open_to_read, plain_suffix
from autoclone.runtimes.nodes.reading import CsvReader, Item, JsonlReader, Reader, read_chunk, skip

ResultT = TypeVar("ResultT")
ArgsT = TypeVarTuple("ArgsT")

# How many records one trip to a thread reads.
CHUNK = 500
FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}

# Sleeps shorter than this cost more than they are worth: a fast rate is kept in small bursts.
SHORTEST_SLEEP = 0.005  # seconds

# Further behind than this, a source goes on from where it is, instead of catching up in a burst.
MOST_LATE = 1.0  # seconds


class FileParams(Params):
    """Parameters of `file`."""

    path: str = Field(
        min_length=1,
        description="The file: relative to the server's data folder, absolute, or "
        "`package:name/inside/file.csv.gz` for one of an installed package. `.gz` files, and `.zip` files "
        "that hold one file, are unpacked on the way.",
    )
    format: Literal["jsonl", "csv"] | None = Field(
        default=None, description="What is in it; by default what the suffix says."
    )
    rate: float | None = Field(
        default=None,
        gt=0,
        le=1_000_000,
        description="Records a second; as fast as downstream takes if absent.",
    )
    loop: bool = Field(default=False, description="Begin again at the end of the file, for ever.")
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="CSV: what is between two fields; a comma by default, a tab for `.tsv`.",
    )
    types: dict[str, Literal["int", "float", "bool", "text"]] = Field(
        default_factory=dict,
        description="CSV: what a column's texts become, by the column's name: `int`, `float`, `bool` or "
        "`text` (the default).",
    )
    nulls: tuple[str, ...] = Field(
        default=("",), description='CSV: the texts that stand for null, such as `["", "NA"]`.'
    )

    @property
    def kind(self) -> str | None:
        """What is in the file; None where neither `format` nor the suffix tells."""
        return self.format or FORMATS.get(plain_suffix(self.path))


class FileSource(Source[FileParams]):
    """Emits the records of a JSONL or CSV file, in order.

    JSONL has one JSON object a line. CSV has the fields' names in its first row. Both are UTF-8. Lines that
    cannot be read are errors of their own. A source that is restarted goes on after the last record that it
    emitted; a DAG that is started anew begins at the first. Each clone reads the whole file for itself.
    """

    model = FileParams

    def __init__(self, params: FileParams, context: Context) -> None:
        super().__init__(params, context)
        self._taken = 0

    @classmethod
    def check(cls, params: FileParams, site: Site) -> Iterable[Problem]:
        """Return what is wrong: a format nobody knows, or a package that is not there."""
        if params.kind is None:
            yield Problem("path", "its suffix does not say what is in it", 'Set `format` to "jsonl" or "csv"')
        if params.path.startswith(PACKAGE):
            try:
                locate(params.path, site.data_dir)
            except Permanent as error:
                yield Problem("path", str(error), "Install the package, or correct the path")

    async def run(self) -> None:
        """Read and emit the file, once or for ever."""
        pacer = Pacer(self.context.site.clock, self.params.rate)
        while await self._read_through(pacer) and self.params.loop:
            self._taken = 0

    async def _read_through(self, pacer: "Pacer") -> bool:
        """Emit what is left of the file; return whether there was any record in that."""
        any_good = False
        file = await self._in_thread(self._open)
        try:
            reader = await self._in_thread(self._reader, file)
            await self._in_thread(skip, reader, self._taken)
            while chunk := await self._in_thread(read_chunk, reader, CHUNK):
                for item in chunk:
                    self._taken += 1
                    any_good = await self._pass_on(item, pacer) or any_good
        finally:
            file.close()
        return any_good

    async def _pass_on(self, item: Item, pacer: "Pacer") -> bool:
        if isinstance(item, ValueError):
            self.context.reject(item)
            return False
        delay = pacer.wait()
        if delay is not None:
            await self.context.sleep(delay)
        await self.context.emit(item)
        return True

    async def _in_thread(self, call: Callable[[Unpack[ArgsT]], ResultT], *args: *ArgsT) -> ResultT:
        return await to_thread.run_sync(call, *args, limiter=self.context.site.disk)

    def _open(self) -> BinaryIO:
        path = locate(self.params.path, self.context.site.data_dir)
        if path.exists() and not path.is_file():
            raise Permanent(f"{path} is no file")
        return open_to_read(path)

    def _reader(self, file: BinaryIO) -> Reader:
        if self.params.kind == "jsonl":
            return JsonlReader(file)
        tabbed = plain_suffix(self.params.path) == ".tsv"
        delimiter = self.params.delimiter or ("\t" if tabbed else ",")
        return CsvReader(file, delimiter, self.params.types, self.params.nulls)


class Pacer:
    """Says when each record is due, at a steady rate and without drift.

    Args:
        clock: what it goes by.
        rate: records a second; None for no pace at all.
    """

    def __init__(self, clock: Clock, rate: float | None) -> None:
        self._clock = clock
        self._gap = 1 / rate if rate else None
        self._due = clock.monotonic()

    def wait(self) -> timedelta | None:
        """Return how long to wait before the next record; None for not at all."""
        if self._gap is None:
            return None
        now = self._clock.monotonic()
        if now - self._due > MOST_LATE:
            self._due = now
        early, self._due = self._due - now, self._due + self._gap
        return timedelta(seconds=early) if early >= SHORTEST_SLEEP else None
