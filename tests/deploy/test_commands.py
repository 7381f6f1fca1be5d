"""The two commands: `make test` runs every gate, and `make run` serves the examples as their DAGs need it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def recipe(target: str, *arguments: str) -> str:
    """What `make` would do for a target, had it to do everything."""
    command = ["make", "--dry-run", "--always-make", target, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_make_test_runs_every_gate() -> None:
    todo = recipe("test")
    for gate in ("ruff check", "ruff format --check", "mypy", "lint-imports", "pytest", "--cov"):
        assert gate in todo
    scripts = set(re.findall(r"scripts/(\w+\.py) --check", todo))
    assert scripts == {"docs_config.py", "docs_nodes.py", "role_tables.py", "state_diagram.py"}


@pytest.mark.parametrize("target", ["install", "run", "cluster", "test"])
def test_a_bare_clone_installs_only_what_a_lock_has_the_hash_of(target: str) -> None:
    todo = recipe(target)
    assert "-m venv .venv" in todo
    installs = [line for line in todo.splitlines() if "pip install" in line]
    assert installs
    for line in installs:
        assert "--require-hashes" in line or re.search(
            r"--no-deps --no-build-isolation\s+--editable \.$", line
        )


def test_make_run_serves_the_examples_and_hands_the_signals_to_the_server() -> None:
    todo = recipe("run")
    assert "exec .venv/bin/autoclone serve" in todo
    assert "--dags examples/dags" in todo
    assert "--host" not in todo, "AUTOCLONE_HOST and AUTOCLONE_PORT decide"
    assert "--port" not in todo


def test_the_integration_calls_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").splitlines()[-1] == "exec make test"


def test_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert targets is not None
    assert set(re.findall(r"^  make ([\w-]+)", done.stdout, re.MULTILINE)) == set(targets[1].split())


def test_make_cluster_installs_what_it_starts_and_hands_the_signals_on() -> None:
    todo = recipe("cluster", "CLUSTER_PORT=9001", "CLUSTER_DIR=elsewhere")
    assert "exec .venv/bin/python -m cluster --folder elsewhere --port 9001" in todo
    assert "dependency:copy-dependencies" in todo
    assert "scripts/install_postgres.sh" in todo
