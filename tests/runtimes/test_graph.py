"""What documents are refused for, and in what words. All of it at once."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from autoclone.ports import JsonObject
from autoclone.runtimes.graph import EMPTY, read_graph
from autoclone.runtimes.nodes.base import Kind
from autoclone.runtimes.nodes.interval import IntervalSource
from autoclone.runtimes.nodes.registry import Registry, UnusableType
from runtime_kit import chain, node, world

TICK = node("tick", "interval")
PASS = node("pass", "filter", field="n", op="exists")
LOG = node("log", "log")


async def refused(tmp_path: Path, document: JsonObject) -> list[str]:
    async with world(tmp_path) as at:
        return at.refused(document)


CASES: tuple[tuple[JsonObject, tuple[str, ...]], ...] = (
    ({"nodes": {}}, ("nodes = {}: is not a list. Write a list, [] for no nodes",)),
    ({"nodes": [], "edges": None}, ("edges = null: is not a list. Write a list, [] for no edges",)),
    ({"nodes": [5]}, ("nodes[0] = 5: is not an object", "id, type, params")),
    ({"nodes": [{"type": "interval"}]}, ("nodes[0].id", "is missing. Add it")),
    ({"nodes": [node("a b", "interval")]}, ("nodes[0].id", "node 'a b'")),
    ({"nodes": [{"id": "a"}]}, ("nodes[0].type", "node 'a': is missing")),
    ({"nodes": [node("a", "intervall")]}, ("nodes[0].type", "Did you mean 'interval'?", "topic_source")),
    ({"nodes": [node("a", "interval", evry="1s")]}, ("nodes[0].params.evry", "'a'", "Did you mean 'every'?")),
    ({"nodes": [node("a", "interval", every="soon")]}, ("nodes[0].params.every", "not a duration", '"5s"')),
    ({"nodes": [{**TICK, "bufer": 1}]}, ("nodes[0].bufer", "Did you mean 'buffer'?")),
    ({"nodes": [{**TICK, "buffer": 0}]}, ("nodes[0].buffer", "greater than or equal to 1")),
    ({"nodes": [{**TICK, "restart": "always"}]}, ("nodes[0].restart.policy", "'never' or 'on_error'")),
    ({"nodes": [{**TICK, "restart": {"limt": 1}}]}, ("nodes[0].restart.limt", "Did you mean 'limit'?")),
    ({"nodes": [TICK, TICK]}, ("nodes[1].id", "node 'tick': nodes[0] has the same id")),
    ({"nodes": [TICK], "edges": [["tick"]]}, ("edges[0]", "from, to")),
    ({"nodes": [TICK], "edges": [{"from": "tick", "to": "tock"}]}, ("edges[0].to", "Did you mean 'tick'?")),
    ({"nodes": [TICK], "edges": [{"form": "tick", "to": "log"}]}, ("edges[0].from", "is missing")),
    ({"nodes": [LOG]}, ("nodes[0]", "node 'log': no edge leads to this sink")),
    (
        {**chain(TICK, LOG), "edges": [["tick", "log"], ["tick", "log"]]},
        ("edges[1]", "an edge from 'tick' to 'log' already"),
    ),
    (
        {**chain(TICK, PASS, LOG), "edges": [["tick", "pass"], ["pass", "log"], ["log", "pass"]]},
        ("edges[2].from", "node 'log': a sink passes no records on"),
    ),
    (
        {**chain(TICK, PASS, LOG), "edges": [["tick", "pass"], ["pass", "log"], ["pass", "tick"]]},
        ("edges[2].to", "node 'tick': a source takes no records in"),
    ),
)


@pytest.mark.parametrize(("document", "words"), CASES)
async def test_a_fault_names_the_place_the_node_and_the_remedy(
    tmp_path: Path, document: JsonObject, words: tuple[str, ...]
) -> None:
    faults = await refused(tmp_path, document)
    assert any(all(word in fault for word in words) for fault in faults), faults


async def test_a_circle_is_named_with_its_nodes(tmp_path: Path) -> None:
    ids = ("a", "b", "c")
    nodes = [TICK, *(node(id_, "filter", field="n", op="exists") for id_ in ids)]
    edges = [["tick", "a"], ["a", "b"], ["b", "c"], ["c", "a"]]
    faults = await refused(tmp_path, {"nodes": nodes, "edges": edges})
    assert len(faults) == 1
    assert faults[0].startswith("edges: node 'a': the edges lead in a circle: a -> b -> c -> a.")
    assert faults[0].endswith("Remove the edge from 'c' to 'a', or another of them")


async def test_all_faults_come_at_once_in_document_order(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "nodes": [node("a", "intervl"), node("b", "log", levl="info"), {"id": "c", "type": "log"}],
        "edges": [["a", "b"], ["a", "d"]],
    }
    faults = await refused(tmp_path, document)
    assert [fault.split()[0].rstrip(":") for fault in faults] == [
        "nodes[0].type",
        "nodes[1].params.levl",
        "edges[1].to",
        "nodes[2]",
    ]


async def test_what_is_right_is_accepted(tmp_path: Path) -> None:
    for document in (
        {},
        {"nodes": []},
        {"nodes": [TICK]},
        chain(TICK, PASS, LOG),
        {**chain(TICK, LOG), "edges": [{"from": "tick", "to": "log"}]},
        {"nodes": [{**TICK, "restart": "never", "buffer": 5, "on_error": "fail"}]},
    ):
        assert await refused(tmp_path, document) == []


async def test_nodes_come_in_topological_order_and_ties_as_written(tmp_path: Path) -> None:
    nodes = [LOG, PASS, node("second", "interval"), TICK]
    edges = [["pass", "log"], ["tick", "pass"], ["second", "log"]]
    async with world(tmp_path) as at:
        graph = read_graph({"nodes": nodes, "edges": edges}, Registry(()), at.runtime._site)
        assert [one.id for one in graph.nodes] == ["second", "tick", "pass", "log"]
        assert graph.edges == (("pass", "log"), ("tick", "pass"), ("second", "log"))
        assert read_graph({}, Registry(()), at.runtime._site) is EMPTY


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, "autoclone.nodes")


def test_a_package_adds_a_type_but_replaces_none() -> None:
    registry = Registry(
        [
            entry("ticker", "autoclone.runtimes.nodes.interval:IntervalSource"),
            entry("log", "autoclone.runtimes.nodes.interval:IntervalSource"),
        ]
    )
    assert registry.find("ticker") is IntervalSource
    assert registry.find("log") is not IntervalSource
    assert "ticker" in registry.names


@pytest.mark.parametrize("value", ["no_such_module:Node", "json:dumps", "json:nothing"])
def test_a_broken_package_is_refused_where_its_type_is_used(value: str) -> None:
    registry = Registry([entry("broken", value)])
    for _ in range(2):
        with pytest.raises(UnusableType, match="could not be loaded"):
            registry.find("broken")
    assert registry.find("interval") is IntervalSource


async def test_a_type_that_cannot_check_its_parameters_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_: object) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr(IntervalSource, "check", check)
    async with world(tmp_path) as at:
        assert "its type could not check it: RuntimeError: oh" in at.refused({"nodes": [TICK]})[0]


async def test_a_topic_is_a_source_or_a_sink_by_where_it_stands(tmp_path: Path) -> None:
    nodes = [
        {"id": "in", "type": "topic", "params": {"topic": "orders"}},
        {"id": "out", "type": "topic", "params": {"topic": "done"}},
    ]
    async with world(tmp_path) as one:
        graph = read_graph({"nodes": nodes, "edges": [["in", "out"]]}, Registry(()), one.runtime._site)
    assert [node.node_type.kind for node in graph.nodes] == [Kind.SOURCE, Kind.SINK]
