"""A real ZooKeeper ensemble for the tests: on free loopback ports, quick, and gone with the test."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from cluster.ports import free_ports
from cluster.zookeeper import Ensemble, Node, Tuning, check_installed

__all__ = ["QUICK", "Ensemble", "Node", "ensemble", "free_ports"]

# Sessions of two seconds are possible with this: with the usual tick, four are the least. And no test cuts
# the power.
QUICK = Tuning(tick=timedelta(milliseconds=200), flush=False)


@contextmanager
def ensemble(folder: Path, size: int = 1) -> Iterator[Ensemble]:
    """Run an ensemble. One whose ports somebody else was quicker to take is started again on others.

    Raises:
        ClusterError: what it is started with is not there.
        AssertionError: it cannot be started; the tests that need it fail, and are never skipped.
    """
    check_installed()
    with ExitStack() as ending:
        for attempt in range(3):
            servers = Ensemble(folder / str(attempt), size, tuning=QUICK)
            ending.callback(servers.kill)
            if servers.start():
                yield servers
                return
            servers.kill()
        raise AssertionError(f"ZooKeeper does not start:\n{servers.log}")
