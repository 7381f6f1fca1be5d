"""The status endpoint against routes that do nothing, all on the same server program in one run.

One process serves, this one asks: over a few connections kept open, with several requests under way on each,
so that the server is what limits. The three are asked in turn, several times, and the medians compared.
"""

import asyncio
import socket
import sys
import time
from statistics import median
from typing import Any

from benchmarks.table import Row

CONNECTIONS = 8
PIPELINED = 16
SECONDS = 1.0
ROUNDS = 11
PATHS = {
    "autoclone": "/api/v1/dags/orders/autoclone",
    "fastapi": "/constant/fastapi",
    "starlette": "/constant/starlette",
}


async def measure() -> list[Row]:
    """Measure requests a second."""
    port = _free_port()
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.served", str(port))
    try:
        await _answers(port)
        rates: dict[str, list[float]] = {name: [] for name in PATHS}
        for _ in range(ROUNDS):
            for name, path in PATHS.items():
                rates[name].append(await _rate(port, path))
    finally:
        server.terminate()
        await server.wait()
    return [
        _row(rates, "fastapi", "FastAPI route, constant bytes", "≥ 0.90"),
        _row(rates, "starlette", "Starlette route, constant bytes", "(for the record)"),
    ]


def _row(rates: dict[str, list[float]], peer: str, what: str, aim: str) -> Row:
    """Compare round by round, so that a noisy moment spoils one ratio and not the median."""
    ratio = median(ours / theirs for ours, theirs in zip(rates["autoclone"], rates[peer], strict=True))
    ours, theirs = median(rates["autoclone"]), median(rates[peer])
    return Row("the status endpoint", f"{ours:,.0f}/s", f"{what}: {theirs:,.0f}/s", f"{ratio:.2f}", aim)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def _answers(port: int) -> None:
    for _ in range(100):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError("the server to be measured did not start")


class _Asker(asyncio.Protocol):
    """Keeps a number of requests under way on one connection, and counts the answers."""

    def __init__(self, path: str) -> None:
        self.answers = 0
        self._request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first few."""
        self._transport = transport
        self._transport.write(self._request * PIPELINED)

    def data_received(self, data: bytes) -> None:
        """Ask one more for each answer."""
        answered = data.count(b"HTTP/1.1 200")
        self.answers += answered
        self._transport.write(self._request * answered)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def _rate(port: int, path: str) -> float:
    """Return how many requests a second were answered."""
    loop = asyncio.get_running_loop()
    askers = [
        (await loop.create_connection(lambda: _Asker(path), "127.0.0.1", port))[1] for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.3)
    before, began = sum(asker.answers for asker in askers), time.perf_counter()
    await asyncio.sleep(SECONDS)
    answered, took = sum(asker.answers for asker in askers) - before, time.perf_counter() - began
    for asker in askers:
        asker.close()
    return answered / took
