"""Ctrl-C ends a real server in good order, even where a DAG's own code never returns."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

STUCK = """
import threading

def forever(record):
    print("called", flush=True)
    threading.Event().wait()
"""
TICK = {"id": "tick", "type": "interval", "params": {"every": "100ms"}}
CALL = {"id": "call", "type": "python", "params": {"callable": "stuck:forever"}}
LOG = {"id": "log", "type": "log"}
GRACE_SECONDS = 20  # far more than it takes, far less than for ever


@pytest.fixture
def server(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A server with a DAG whose Python code never returns, once it has been called."""
    (tmp_path / "stuck.py").write_text(STUCK)
    (tmp_path / "dags").mkdir()
    dag = {"name": "stuck", "nodes": [TICK, CALL, LOG], "edges": [["tick", "call"], ["call", "log"]]}
    (tmp_path / "dags" / "stuck.json").write_text(json.dumps(dag))
    flags = ["--store", "memory:", "--port", "0", "--dags", "dags", "--allowed-modules", "stuck"]
    process = subprocess.Popen(
        [sys.executable, "-m", "autoclone", "serve", *flags, "--drain-timeout", "500ms"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "called\n"
        yield process
        process.kill()


def test_a_call_that_never_returns_does_not_keep_the_server(server: "subprocess.Popen[str]") -> None:
    server.send_signal(signal.SIGINT)
    _, errors = server.communicate(timeout=GRACE_SECONDS)
    assert server.returncode == 0
    assert "Stopped." in errors
