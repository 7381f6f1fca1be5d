"""Every speed that AutoClone promises, as a ratio against a peer or a limit measured in the same run.

Usage: python -m benchmarks [NAME...], where a name is one of those in SUITES. Takes some minutes in all.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import uvicorn

from benchmarks import dashboard, failover, idle, kafka_example, lateness, relay, serving, streams
from benchmarks.table import Row, show

SUITES: dict[str, Callable[[], Awaitable[list[Row]]]] = {
    "idle": idle.measure,
    "lateness": lateness.measure,
    "serving": serving.measure,
    "dashboard": dashboard.measure,
    "failover": failover.measure,
    "relay": relay.measure,
    "streams": streams.measure,
    "kafka_example": kafka_example.measure,
}


async def main(names: list[str]) -> int:
    """Run the suites and print their tables; return the exit code."""
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(f"There is no suite {unknown[0]!r}: choose from {', '.join(SUITES)}", file=sys.stderr)
        return 2
    for name in names or SUITES:
        show(name, await SUITES[name]())
    return 0


if __name__ == "__main__":
    # The same event loop as `autoclone serve` has.
    with asyncio.Runner(loop_factory=uvicorn.Config("", log_config=None).get_loop_factory()) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
