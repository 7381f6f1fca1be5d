"""The documentation: its examples run, its links lead somewhere, and its lists are whole."""

import doctest
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from autoclone.cli import main
from autoclone.core.events import EventType
from autoclone.observability.metrics import MetricsObserver

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.svg"))  # the others are pictures point by point
GENERATED = ["docs_config.py", "docs_nodes.py", "role_tables.py", "state_diagram.py"]

FENCE = re.compile(
    r"^(?P<indent> *)(?:<!-- file: (?P<file>\S+) -->\n(?P=indent))?```(?P<kind>\w+)\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)
LINK = re.compile(r"(?<!`)\[[^\]]*\]\((?P<target>[^)\s]+)\)")

# What a terminal of 80 columns without colours shows; outputs may leave parts out with "...".
TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1", "TZ": "UTC"}
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    page: Path
    kind: str
    text: str
    file: str | None

    @property
    def commands(self) -> Iterator[tuple[str, str]]:
        """Each command of a console block, with the output that the page shows."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def blocks(page: Path) -> list[Block]:
    found = FENCE.finditer(page.read_text("utf-8"))
    return [Block(page, one["kind"], textwrap.dedent(one["text"]), one["file"]) for one in found]


def with_block(kind: str) -> list[Path]:
    return [page for page in PAGES if any(block.kind == kind for block in blocks(page))]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to try a page's examples out in, with the examples' DAGs in it."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for key in [key for key in os.environ if key.startswith("AUTOCLONE_")]:
        monkeypatch.delenv(key)
    for key, value in TERMINAL.items():
        monkeypatch.setenv(key, value)
    return tmp_path


def lay_out(page: Path, desk: Path) -> None:
    for block in blocks(page):
        if block.file is not None:
            (desk / block.file).write_text(block.text, "utf-8")


@pytest.mark.parametrize("page", with_block("python"), ids=name)
def test_python_examples_run(page: Path, desk: Path) -> None:
    names: dict[str, object] = {"__name__": "example"}
    for block in blocks(page):
        if block.kind == "python":
            exec(compile(block.text, f"<{name(page)}>", "exec"), names)  # noqa: S102 - our own examples


def runnable(page: Path) -> list[tuple[str, str]]:
    """The commands of a page whose files the page itself shows, or the examples are."""
    shown = {block.file for block in blocks(page) if block.file}
    found = []
    for block in blocks(page):
        if block.kind == "console":
            for command, output in block.commands:
                program, *words = shlex.split(command)
                if program == "autoclone" and any(
                    word in shown or word.startswith("examples/") for word in words
                ):
                    found.append((command, output))
    return found


@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=name)
def test_commands_print_what_the_page_shows(
    page: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(page, desk)
    for command, expected in runnable(page):
        code = main(shlex.split(command)[1:])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        assert doctest.OutputChecker().check_output(expected, printed.out, LENIENT), (
            f"{command} printed\n{printed.out}"
        )


def test_the_pages_that_promise_commands_have_some() -> None:
    assert len(runnable(ROOT / "docs" / "concepts.md")) >= 4
    assert len(runnable(ROOT / "README.md")) >= 1


def test_a_command_that_prints_something_else_is_noticed() -> None:
    assert not doctest.OutputChecker().check_output("idle\n...\n", "active\nidle\n", LENIENT)


@pytest.mark.parametrize("page", with_block("sh"), ids=name)
def test_commands_for_make_and_autoclone_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for block in blocks(page):
        if block.kind == "sh":
            assert set(re.findall(r"\bmake ([a-z]+)", block.text)) <= targets
            commands = re.findall(r"\bautoclone ([a-z]+)", block.text)
            assert set(commands) <= {"serve", "validate", "simulate", "preview", "plan", "status", "events"}


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings have on the web."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in LINK.finditer(text):
        target, _, anchor = link["target"].partition("#")
        if target.startswith("https://"):
            continue
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), link["target"]
        assert not anchor or anchor in anchors(there), link["target"]


def test_the_readme_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name(page) for page in PAGES[1:] if f"({name(page)})" not in text] == []


@pytest.mark.parametrize("path", [*PAGES, *PICTURES], ids=name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"!\[[^\]]*\]\(https?:[^)]*\)", text) == []
    assert re.findall(r"(?:src|href)\s*=\s*[\"']https?:|@import|url\([\"']?https?:", text) == []


@pytest.mark.parametrize("script", GENERATED)
def test_generated_pages_are_fresh(script: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def listed(page: str, marker: str) -> set[str]:
    """The first column of the table below a marker."""
    table = (ROOT / "docs" / page).read_text("utf-8").split(f"<!-- {marker} -->")[1].split("\n\n")[0]
    return set(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE))


def test_every_event_type_is_explained() -> None:
    assert listed("events.md", "event types") == {str(kind) for kind in EventType}


def test_every_metric_of_ours_is_explained() -> None:
    text = MetricsObserver("0").render()[0].decode()
    families = re.findall(r"^# TYPE (autoclone_\w+) \w+$", text, re.MULTILINE)
    ours = {family for family in families if not family.endswith("_created")}
    assert listed("operations.md", "metrics") == ours
