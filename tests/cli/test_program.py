"""The program as a whole: its exit codes, its help, and what it does to pipes."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autoclone import __version__
from autoclone.cli import app, main, serving
from autoclone.cli.app import serve as serve_command
from autoclone.cli.program import ended, one_line
from autoclone.config.settings import Settings
from autoclone.errors import StoreError
from cli_orders import Write

Capture = pytest.CaptureFixture[str]

YEAR = ("--from", "2025-01-01", "--to", "2026-01-01")


def test_the_version_is_told(capsys: Capture) -> None:
    assert main(["--version"]) == 0

    assert capsys.readouterr().out == f"autoclone {__version__}\n"


def test_alone_it_shows_its_help(capsys: Capture) -> None:
    assert main([]) == 0

    assert "simulate" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "validate",
        "simulate",
        "preview",
        "plan",
        "replay",
        "status",
        "pause",
        "override",
        "resume",
        "why",
    ],
)
def test_every_command_has_help(command: str, capsys: Capture) -> None:
    assert main([command, "--help"]) == 0

    assert f"autoclone {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["simulat"], "No such command 'simulat'. Did you mean 'simulate'?"),
        (["--versio"], "No such option: --versio. Did you mean --version?"),
        (["simulate"], "Missing argument 'CONFIG.json'."),
        (["validate"], "Missing argument 'FILE|DIR...'."),
        (["simulate", "x.json", "--from"], "Option '--from' requires an argument."),
        (["status", "a", "b"], "Got unexpected extra argument(s) (b)"),
        (["serve", "--prot", "1"], "No such option: --prot. Did you mean --port?"),
    ],
)
def test_a_usage_error_is_one_line(args: list[str], expected: str, capsys: Capture) -> None:
    assert main(args) == 2

    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    assert line.startswith(f"autoclone: {expected}")
    assert line.endswith("--help")
    assert captured.out == ""


def test_typer_s_own_runner_sees_the_same() -> None:
    result = CliRunner().invoke(app, ["simulate", "none.json"])

    assert result.exit_code == 2
    assert result.stderr.startswith("autoclone: none.json: cannot be read")


def test_serve_has_a_flag_for_every_setting() -> None:
    assert set(inspect.signature(serve_command).parameters) == {*Settings.model_fields, "config"}


def test_serve_hands_on_what_it_was_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    served: list[Settings] = []
    configured: list[tuple[str, ...]] = []

    def serve(settings: Settings) -> int:
        served.append(settings)
        return 0

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setattr(serving, "configure", lambda *how: configured.append(how))
    monkeypatch.setenv("AUTOCLONE_CONCURRENCY", "3")
    (tmp_path / "a.toml").write_text('log_format = "json"\nport = 1\n')

    assert main(["serve", "--config", "a.toml", "--port", "8080", "--allowed-modules", "a,b.c"]) == 0

    (settings,) = served
    assert (settings.port, settings.concurrency, settings.allowed_modules) == (8080, 3, ("a", "b.c"))
    assert configured == [("json", "info")]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--port", "http"], '--port = "http": is not a whole number.'),
        (["--port", "70000"], '--port = "70000": is not between 0 and 65535.'),
        (["--log-format", "jsn"], '--log-format = "jsn": is none of auto, text, json.'),
        (["--timezone", "Berlin"], 'Did you mean "Europe/Berlin"?'),
    ],
)
def test_serve_refuses_a_wrong_flag_in_one_line(args: list[str], expected: str, capsys: Capture) -> None:
    assert main(["serve", *args]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert expected in line


def test_our_own_failures_are_told_from_mistakes(capsys: Capture) -> None:
    def fails() -> int:
        raise StoreError("the database is from\na newer version")

    assert ended(fails) == 1

    assert capsys.readouterr().err == "autoclone: the database is from a newer version\n"


def test_a_defect_is_not_hidden() -> None:
    def fails() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ended(fails)


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[31mred\x07", "a\u2028b\u202eb"])
def test_one_line_is_one_line_that_is_safe_to_print(text: str) -> None:
    line = one_line(text)

    assert line.isprintable()
    assert len(line.splitlines()) == 1


def run(*args: str) -> subprocess.CompletedProcess[str]:
    """Run the program as users do."""
    return subprocess.run(
        [sys.executable, "-m", "autoclone", *args], capture_output=True, text=True, check=False
    )


def test_python_m_is_the_program() -> None:
    done = run("simulate", "none.json")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("autoclone: none.json: ")


@pytest.mark.parametrize("form", ["jsonl", "json", "table"])
def test_a_reader_that_has_seen_enough_is_no_error(form: str, write: Write) -> None:
    write("orders.json")
    read, written = os.pipe()
    os.close(read)

    done = subprocess.run(
        [sys.executable, "-m", "autoclone", "simulate", "orders.json", *YEAR, "--format", form],
        stdout=written,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(written)

    assert (done.returncode, done.stderr) == (0, b"")


def test_help_needs_none_of_the_heavy_libraries() -> None:
    heavy = "{'fastapi', 'sqlalchemy', 'pydantic', 'httpx', 'structlog', 'uvicorn'}"
    script = (
        f"import sys; from autoclone.cli import main; main(['--version']); print({heavy} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "set()"
