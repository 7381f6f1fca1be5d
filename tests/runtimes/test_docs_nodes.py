"""docs/nodes.md is made from the node types, and its examples work."""

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from autoclone.ports import JsonObject
from autoclone.runtimes.nodes.registry import BUILT_IN, Registry
from runtime_kit import node, world

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "nodes.md"


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts" / "docs_nodes.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_page_is_up_to_date() -> None:
    assert check(ROOT).returncode == 0


def test_a_stale_page_is_found(tmp_path: Path) -> None:
    for folder in ("scripts", "docs"):
        (tmp_path / folder).mkdir()
    for script in ("docs_nodes.py", "pages.py"):
        shutil.copy(ROOT / "scripts" / script, tmp_path / "scripts")
    (tmp_path / "docs" / "nodes.md").write_text(PAGE.read_text() + "more\n")
    stale = check(tmp_path)
    assert stale.returncode == 1
    assert "docs_nodes.py" in stale.stderr


def test_every_type_and_every_parameter_is_described() -> None:
    page = PAGE.read_text()
    for name, node_type in BUILT_IN:
        assert f"### `{name}`" in page
        assert all(field.description for field in node_type.model.model_fields.values()), name


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


async def test_the_example_document_is_accepted(tmp_path: Path) -> None:
    document: JsonObject = json.loads(example("json"))
    async with world(tmp_path) as at:
        assert at.refused(document) == []


async def test_the_example_type_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "nodes.py").write_text(example("python"))
    monkeypatch.syspath_prepend(str(tmp_path))
    scale = Registry([EntryPoint("scale", "my_package.nodes:Scale", "autoclone.nodes")])
    (tmp_path / "in.jsonl").write_text('{"n": 2}\n')
    nodes = [
        node("in", "file", path="in.jsonl"),
        node("scale", "scale", field="n", factor=1.5),
        node("out", "jsonl", path="out.jsonl"),
    ]
    async with world(tmp_path) as at:
        at.runtime._registry = scale
        await at.completes({"nodes": nodes, "edges": [["in", "scale"], ["scale", "out"]]})
        assert at.lines("out.jsonl") == ['{"n":3.0}']
