"""Runs a cluster until Ctrl-C or SIGTERM: `make cluster`, or `PYTHONPATH=deploy python -m cluster --help`."""

import argparse
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from cluster.cluster import running
from cluster.failures import ClusterError, Interrupted
from cluster.guide import guide
from cluster.plan import EXAMPLES, FIRST_PORT, RESTART_AFTER, Plan
from cluster.server import SERVE
from cluster.watch import Watch


class Stop:
    """Whether a signal has asked for the end. It asks only once: the end itself is bounded."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def __call__(self) -> bool:
        """Tell whether it was asked for."""
        return self.asked


def main() -> int:
    """Run a cluster, and return the exit code: 0 after a signal, 1 where it could not be started."""
    plan = _plan(sys.argv[1:])
    stop = Stop()
    print(f"A cluster comes up in {plan.folder}, which takes some ten seconds.", flush=True)
    try:
        with running(plan, _say, stop) as cluster:
            _say(guide(cluster))
            Watch(cluster, _say).follow(stop)
    except Interrupted:
        pass
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(error, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    _say("Stopped. It all goes on where it is at the next start")
    return 0


def _plan(arguments: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m cluster", description=__doc__)
    add = parser.add_argument
    add("--folder", type=Path, default=Path("var/cluster"), help="home of data and logs")
    add("--port", type=int, default=FIRST_PORT, help="of the first server; all others follow")
    add("--dags", type=Path, default=EXAMPLES / "dags", help="folder of DAGs that all servers follow")
    add("--command", type=shlex.split, default=SERVE, help="what a server is started with")
    add("--restart-after", type=_seconds, default=RESTART_AFTER, help="seconds that a killed part stays down")
    given = parser.parse_args(arguments)
    return Plan(given.folder.absolute(), given.port, given.dags, given.command, given.restart_after)


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=float(text))


def _say(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone, and everything has to be stopped all the same
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
