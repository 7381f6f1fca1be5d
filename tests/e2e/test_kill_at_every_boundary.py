"""kill -9 at every command boundary of a real server, then a restart: nothing doubled, nothing lost.

The server, its SQLite file and its embedded runtime are real; see doomed_server.py for how it is killed.
"""

import json
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

SERVER = Path(__file__).with_name("doomed_server.py")
COUNT = 3
UP = [
    f"{call}:{side}:{nth}"
    for call in ("commit", "create", "start")
    for side in ("before", "after")
    for nth in (1, 3)
]
DOWN = [
    f"{call}:{side}:{nth}"
    for call in ("commit", "stop", "delete")
    for side in ("before", "after")
    for nth in (1, 3)
]


def write_dag(folder: Path, *, is_open: bool) -> Path:
    """A DAG whose window is open for hours yet, or was a minute ago but is not any more."""
    now = datetime.now(UTC)
    opens, closes = now - timedelta(hours=2), now + timedelta(hours=2)
    if not is_open:
        opens, closes = now - timedelta(hours=4), now - timedelta(hours=2)
    section = {
        "ramp_up_time": f"{opens:%H%M}",
        "ramp_down_time": f"{closes:%H%M}",
        "ramp_count": COUNT,
        "ramp_interval": "200ms",
    }
    nodes = [{"id": "beat", "type": "interval", "params": {"every": "1s"}}]
    path = folder / "dag.json"
    dag = {"name": "orders", "nodes": nodes, "edges": [], "autoclone": section}
    path.write_bytes(orjson.dumps({**dag, "expected": COUNT if is_open else 0}))
    return path


def serve(folder: Path, boundary: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a server until the ramp is where it should be, or until it kills itself."""
    arguments = [str(folder / "store.db"), str(folder / "dag.json"), str(folder / "history")]
    return subprocess.run(
        [sys.executable, str(SERVER), *arguments, *([boundary] if boundary else [])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def killed(folder: Path, boundary: str) -> None:
    ended = serve(folder, boundary)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def clones_at_the_end(folder: Path) -> list[str]:
    ended = serve(folder)
    assert ended.returncode == 0, ended.stderr
    found: list[str] = json.loads(ended.stdout)["clones"]
    return found


def journal(folder: Path) -> list[tuple[int, str, str | None]]:
    """The events, in order: sequence, type and clone."""
    with sqlite3.connect(folder / "store.db") as database:
        return database.execute("SELECT sequence, type, clone FROM events ORDER BY position").fetchall()


def announced(folder: Path, kind: str) -> list[str]:
    return [str(clone) for _, type_, clone in journal(folder) if type_ == kind]


def assert_no_hole(folder: Path) -> None:
    sequences = [sequence for sequence, _, _ in journal(folder)]
    assert sequences == list(range(1, len(sequences) + 1))


@pytest.mark.parametrize("boundary", UP)
def test_killed_while_ramping_up(tmp_path: Path, boundary: str) -> None:
    write_dag(tmp_path, is_open=True)
    killed(tmp_path, boundary)
    clones = clones_at_the_end(tmp_path)
    created = announced(tmp_path, "clone.created")
    assert len(clones) == COUNT
    assert sorted(created) == clones  # each announced once, and none that is not there
    assert set((tmp_path / "history").read_text().split()[1::2]) == set(clones)  # none was ever orphaned
    assert_no_hole(tmp_path)


@pytest.mark.parametrize("boundary", DOWN)
def test_killed_while_ramping_down(tmp_path: Path, boundary: str) -> None:
    write_dag(tmp_path, is_open=True)
    before = clones_at_the_end(tmp_path)
    write_dag(tmp_path, is_open=False)
    killed(tmp_path, boundary)
    assert clones_at_the_end(tmp_path) == []
    assert announced(tmp_path, "clone.created") == before
    assert announced(tmp_path, "clone.deleted") == before  # oldest first, each once
    assert_no_hole(tmp_path)


def test_the_first_restart_brings_back_the_same_clones(tmp_path: Path) -> None:
    write_dag(tmp_path, is_open=True)
    before = clones_at_the_end(tmp_path)
    assert clones_at_the_end(tmp_path) == before
    assert announced(tmp_path, "clone.restored") == before
