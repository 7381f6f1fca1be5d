"""`make cluster`: the topology comes up, is looked after, and goes down, whatever became of the last run."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from cluster.failures import ClusterError
from cluster.leftovers import homes
from cluster.plan import Plan
from cluster.ports import free_port
from cluster.postgres import Postgres
from cluster.process import leftover
from cluster.store import DATABASE, open_postgres

ROOT = Path(__file__).parents[2]
STAND_IN = f"{sys.executable} {ROOT / 'tests' / 'stand_in_server.py'}"
PATH = f"{ROOT / 'deploy'}:{ROOT / 'src'}"
WITHIN_SECONDS = 60


class Run:
    """One run of the supervisor, and what it says."""

    def __init__(self, plan: Plan) -> None:
        places = ["--folder", str(plan.folder), "--port", str(plan.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cluster", *places, "--command", STAND_IN, "--restart-after", "2"],
            env={**os.environ, "PYTHONPATH": PATH, "AUTOCLONE_ZOOKEEPER_SESSION_TIMEOUT": "3s"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said += line

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until it has said something."""
        end = time.monotonic() + WITHIN_SECONDS
        while time.monotonic() < end:
            found = re.search(pattern, self.said)
            if found:
                return found
            if not self._reader.is_alive():
                break
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} was not said:\n{self.said}")

    def ended(self) -> int:
        """Wait until it has ended, and return the exit code."""
        code = self.process.wait(WITHIN_SECONDS)
        self._reader.join()
        return code

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        return self.ended()


@pytest.fixture
def plan() -> Iterator[Plan]:
    """A place that PostgreSQL's user reaches too, and ports that are free. Nothing is left there."""
    folder = Path(tempfile.mkdtemp(prefix="autoclone-cluster-"))
    folder.chmod(0o755)
    plan = Plan(folder, free_port())
    while not usable(plan):
        plan = Plan(folder, free_port())
    yield plan
    for pid in filter(None, map(leftover, homes(folder))):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if database(plan).running:
        database(plan).stop("immediate")
    shutil.rmtree(folder)


def usable(plan: Plan) -> bool:
    try:
        plan.check_ports()
    except ClusterError:
        return False
    return True


def database(plan: Plan) -> Postgres:
    return open_postgres(plan.folder / "postgres", plan.postgres)


def test_it_comes_up_brings_back_what_was_killed_and_keeps_its_data(plan: Plan) -> None:
    run = Run(plan)
    try:
        told = run.says(r"(autoclone-\d) \(pid (\d+)\): primary")
        assert sum(role(port) == "primary" for port in plan.servers) == 1
        database(plan).sql("CREATE TABLE kept (one integer)", DATABASE)
        os.kill(int(told[2]), signal.SIGKILL)
        run.says(rf"{told[1]} is down\. It is started again in 2 s")
        run.says(rf"(?!{told[1]})autoclone-\d \(pid \d+\): primary")
        run.says(rf"{told[1]} is started again")
        run.says(rf"{told[1]} \(pid (?!{told[2]})\d+\): secondary")
    finally:
        code = run.end()
    assert code == 0, run.said
    stopped = re.findall(r"^Stopping (\S+)$", run.said, re.MULTILINE)
    assert stopped == ["autoclone-1", "autoclone-2", "autoclone-3", "ZooKeeper", "PostgreSQL"]
    assert not any(map(leftover, homes(plan.folder)))
    assert not database(plan).running
    plan.check_ports()

    run = Run(plan)
    try:
        run.says("Ctrl-C")
        assert database(plan).sql("SELECT count(*) FROM kept", DATABASE) == "0"
    finally:
        run.end(signal.SIGTERM)


def role(port: int) -> str:
    return str(httpx.get(f"http://127.0.0.1:{port}/api/v1/server", timeout=10).json()["role"])


def test_what_a_killed_run_left_behind_is_ended_and_a_live_run_is_left_alone(plan: Plan) -> None:
    crashed = Run(plan)
    crashed.says("Ctrl-C")
    second = Run(plan)
    second.says(rf"The cluster runs already, as process {crashed.process.pid}\. End that first")
    assert second.ended() == 1
    assert crashed.end(signal.SIGKILL) == -signal.SIGKILL
    left = {home.name: leftover(home) for home in homes(plan.folder)}
    assert len(left) == 6
    assert all(left.values())

    third = Run(plan)
    try:
        third.says("Ctrl-C")
    finally:
        assert third.end() == 0
    for name, pid in left.items():
        assert f"Ending {name}, process {pid}, that an earlier run left behind" in third.said
    assert "Ending PostgreSQL, process" in third.said
    assert not any(map(leftover, homes(plan.folder)))


def test_a_port_that_is_taken_is_named(plan: Plan) -> None:
    with socket.create_server(("127.0.0.1", plan.postgres)):
        run = Run(plan)
        run.says(rf"Port {plan.postgres} on 127\.0\.0\.1, meant for postgres, is taken")
        assert run.ended() == 1


def test_asked_to_end_before_it_is_up_it_leaves_nothing_running(plan: Plan) -> None:
    run = Run(plan)
    run.says("A cluster comes up")
    assert run.end() == 0, run.said
    assert "Ctrl-C" not in run.said
    assert not any(map(leftover, homes(plan.folder)))
    assert not database(plan).running
