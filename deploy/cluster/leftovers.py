"""What a run that crashed has left behind: found for certain, and ended."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from cluster.failures import LeftOver
from cluster.plan import Plan
from cluster.process import leftover
from cluster.store import open_postgres
from cluster.waiting import until

END_WITHIN = timedelta(seconds=10)
END_BY = (signal.SIGTERM, signal.SIGKILL)


def end_leftovers(plan: Plan, say: Callable[[str], None]) -> None:
    """End whatever of a cluster still runs, the servers first, and wait until it has.

    Raises:
        LeftOver: a process does not end, or nobody knows which it is.
    """
    for home in homes(plan.folder):
        pid = leftover(home)
        if pid is not None:
            say(f"Ending {home.name}, process {pid}, that an earlier run left behind")
            _end(home, pid)
    postgres = open_postgres(plan.folder / "postgres", plan.postgres)
    if postgres.running:
        say(f"Ending PostgreSQL, process {postgres.pid}, that an earlier run left behind")
        postgres.stop()


def homes(folder: Path) -> Iterator[Path]:
    """Yield the folder of each process that was ever started in a cluster, but PostgreSQL's."""
    for pattern in ("autoclone-*/pid", "zookeeper/*/pid"):
        yield from (mark.parent for mark in sorted(folder.glob(pattern)))


def _end(home: Path, pid: int) -> None:
    for number in END_BY:
        if pid:  # none: the run ended between starting the process and writing down which it was
            os.kill(pid, number)
            os.kill(pid, signal.SIGCONT)
        if until(partial(_is_gone, home), END_WITHIN):
            return
    raise LeftOver(home.name, pid)


def _is_gone(home: Path) -> bool:
    return leftover(home) is None
