"""The house's own rules, checked on its source: what is pure, who reads the time, and how big things get."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
CORE = sorted((SRC / "autoclone" / "core").glob("*.py"))
SOURCES = sorted(SRC.rglob("*.py"))
BESIDE = [path for folder in ("benchmarks", "deploy", "scripts") for path in (ROOT / folder).rglob("*.py")]
HOUSE = [*SOURCES, *sorted(BESIDE)]

LONGEST_FILE = 300
LONGEST_FUNCTION = 60

# Part of the standard library, and yet nothing that the core may know.
IMPURE = {"asyncio", "logging", "os", "random", "secrets", "socket", "subprocess", "threading", "time"}

# Kept as they came, or made while the tests run.
NOT_OURS = re.compile(r"compose-spec|(^|/)\.coverage")

READS_TIME = re.compile(
    r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|monotonic|perf_counter|process_time)(_ns)?)\b"
)
MAY_READ_TIME = {SRC / "autoclone" / "clock.py"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relatively"
            yield node.module or ""


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_imports_only_what_is_pure(path: Path) -> None:
    foreign = {
        module
        for module in imports(path)
        if not module.startswith("autoclone.core")
        and (module.split(".")[0] not in sys.stdlib_module_names or module.split(".")[0] in IMPURE)
    }
    assert foreign == set()


def test_the_core_is_there() -> None:
    assert len(CORE) > 5


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_never_awaits_or_opens(path: Path) -> None:
    asynchronous = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]
    called = [
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert asynchronous == []
    assert not {"open", "print", "input"} & set(called)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Every dotted name in a file, with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield node.lineno, ast.unparse(node)


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{name(path)}:{line} {dotted}"
        for path in SOURCES
        if path not in MAY_READ_TIME
        for line, dotted in calls(path)
        if READS_TIME.search(dotted)
    ]
    assert found == []


def test_the_scan_for_the_time_finds_it_in_the_clock() -> None:
    (clock,) = MAY_READ_TIME
    assert sorted({dotted for _, dotted in calls(clock) if READS_TIME.search(dotted)}) == [
        "datetime.now",
        "time.monotonic",
    ]


def test_nobody_imports_the_functions_of_time_by_name() -> None:
    found = [
        name(path)
        for path in SOURCES
        if path not in MAY_READ_TIME
        and any(isinstance(one, ast.ImportFrom) and one.module == "time" for one in ast.walk(tree(path)))
    ]
    assert found == []


@pytest.mark.parametrize("path", HOUSE, ids=name)
def test_files_and_functions_fit_in_one_look(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    long = [
        f"{node.name} at line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def layers() -> list[list[str]]:
    """The layers as import-linter is told of them, top first."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (contract,) = (one for one in told["contracts"] if one["type"] == "layers")
    return [sorted(re.split(r"\s*[:|]\s*", layer)) for layer in contract["layers"]]


def drawn() -> list[list[str]]:
    """The layers as docs/architecture.md draws them, top first."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    drawing = text.split("<!-- layers -->")[1].split("```")[1]
    rows = [re.findall(r"[a-z]{3,}", line.split("│")[1]) for line in drawing.splitlines() if "│" in line]
    return [sorted(one if one == "api" else f"autoclone.{one}" for one in row) for row in rows if row]


def test_the_layers_are_the_ones_that_the_docs_draw() -> None:
    assert drawn() == layers()


def test_every_package_of_the_house_is_in_a_layer() -> None:
    known = {module for layer in layers() for module in layer}
    parts = {path for path in (SRC / "autoclone").iterdir() if path.suffix == ".py" or path.is_dir()}
    there = {f"autoclone.{path.stem}" for path in parts if not path.name.startswith("__")}
    assert there <= known


@cache
def ours() -> list[tuple[str, str]]:
    """Each text file that git tracks, or would if asked, with its text; the foreign schema left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\0")
    found = []
    for one in listed:
        path = ROOT / one
        if path.is_file() and path != Path(__file__) and not re.search(NOT_OURS, one):
            found.append((one, path.read_text("utf-8", errors="replace")))
    return found


@pytest.mark.parametrize(
    "pattern",
    [
        r"files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org|repo1?\.maven",
        r"(?m)^\s*(-i|--index-url|--extra-index-url|--find-links)\b",
        r"(?<![\w./])/(root|home/\w+|work|Users/\w+)/",
    ],
    ids=["registry hosts", "index options", "machine paths"],
)
def test_nothing_of_the_machine_it_was_made_on_is_in_it(pattern: str) -> None:
    if not ours():
        pytest.skip("this is no checkout of git")
    assert [file for file, text in ours() if re.search(pattern, text)] == []
