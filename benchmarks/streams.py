"""What a thousand open streams cost the ticker in a large opening, and how soon readers know.

Rounds with and without readers take turns. Each has a server of its own in a process of its own; the readers
are in this one, on the other core if there is one.
"""

import asyncio
import json
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from benchmarks.streamed import EVENTS
from benchmarks.table import Row, ms, quantile

DAGS = 1_000
STREAMS = 1_000
ROUNDS = 5
MARK = b'\ndata: {"name"'
AT_ONCE = 50
LONGEST_SECONDS = 120
LONGEST_LINE = 16 * 1024 * 1024


class Reader(asyncio.Protocol):
    """Reads one stream, and notes when how many events had come."""

    def __init__(self) -> None:
        self.noted: list[tuple[float, int]] = []
        self.count = 0
        self.begun = asyncio.Event()
        self._rest = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        self._transport = transport
        self._transport.write(b"GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        """Count the events, also one whose mark comes in two pieces."""
        data = self._rest + data
        self._rest = data[1 - len(MARK) :]
        self.count += data.count(MARK)
        self.noted.append((time.monotonic(), self.count))
        if b"retry: " in data:
            self.begun.set()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


@dataclass(frozen=True, slots=True)
class Round:
    """What one round showed, in seconds.

    Attributes:
        late: how late each clone was created.
        busy: how much processor time the server had in the meantime.
        delays: how long events took to readers.
    """

    late: list[float]
    busy: list[float]
    delays: list[float]


async def measure() -> list[Row]:
    """Measure both, in turns."""
    alone: list[Round] = []
    beside: list[Round] = []
    for _ in range(ROUNDS):
        alone.append(await _round(0))
        beside.append(await _round(STREAMS))
    what = f"of a create, {DAGS:,} DAGs opening at once, {STREAMS:,} streams"
    return [
        _row(f"mean lateness {what}", alone, beside, lambda one: mean(one.late)),
        _row(f"p99 lateness {what}", alone, beside, lambda one: quantile(one.late, 0.99)),
        _row(f"mean processor time before it {what}", alone, beside, lambda one: mean(one.busy)),
        Row(
            f"from commit to reader, {DAGS * EVENTS:,} events to each of {STREAMS:,} streams",
            f"p50 {ms(median(quantile(one.delays, 0.5) for one in beside))}",
            f"p99 {ms(median(quantile(one.delays, 0.99) for one in beside))}",
            "",
            "",
        ),
    ]


def _row(what: str, alone: list[Round], beside: list[Round], of: Callable[[Round], float]) -> Row:
    """Compare round by round, so that a busy moment spoils one ratio and not the median."""
    ours, theirs = list(map(of, beside)), list(map(of, alone))
    ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
    return Row(what, ms(median(ours)), f"without streams: {ms(median(theirs))}", f"{ratio:.2f}", "≤ 1.5")


async def _round(streams: int) -> Round:
    """Return what one round with so many streams shows."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ("-m", "benchmarks.streamed", folder, str(DAGS), str(streams))
        server = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
        )
        try:
            readers = await _opened(await _heard(server), streams)
            _tell(server)
            noted = await _heard(server)
            await _all_read(readers)
            _tell(server)
        finally:
            server.terminate()
            await server.wait()
    for reader in readers:
        reader.close()
    return Round(noted["late"], noted["busy"], _delays(readers, noted["durable"]))


async def _heard(server: Process) -> Any:  # noqa: ANN401 - whatever it says
    assert server.stdout is not None
    return json.loads(await server.stdout.readline())


def _tell(server: Process) -> None:
    assert server.stdin is not None
    server.stdin.write(b"\n")


async def _opened(port: int, streams: int) -> list[Reader]:
    loop = asyncio.get_running_loop()
    readers: list[Reader] = []
    for first in range(0, streams, AT_ONCE):
        some = range(first, min(streams, first + AT_ONCE))
        opening = [loop.create_connection(Reader, "127.0.0.1", port) for _ in some]
        fresh = [reader for _, reader in await asyncio.gather(*opening)]
        await asyncio.gather(*(reader.begun.wait() for reader in fresh))
        readers += fresh
    return readers


async def _all_read(readers: list[Reader]) -> None:
    async with asyncio.timeout(LONGEST_SECONDS):
        while any(reader.count < DAGS * EVENTS for reader in readers):
            await asyncio.sleep(0.2)


def _delays(readers: list[Reader], durable: list[float]) -> list[float]:
    """Return how long each event took to every tenth reader, in seconds."""
    found: list[float] = []
    for reader in readers[::10]:
        before = 0
        for at, count in reader.noted:
            found += [at - durable[position] for position in range(before, count)]
            before = count
    return found
