"""A document's graph: its nodes in topological order and its edges, checked as a whole.

Whatever is wrong is found at once: `read_graph` raises a single `InvalidInput` with every fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from autoclone.config.faults import nearest, shown
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import JsonObject
from autoclone.runtimes.graph_models import OnError, Restart
from autoclone.runtimes.graph_parts import NodePart, Parts, read_parts
from autoclone.runtimes.nodes.base import Kind, Params, Site
from autoclone.runtimes.nodes.registry import NodeType, Registry


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node, ready to be made.

    Attributes:
        id: its name in the DAG.
        type: its type's name.
        node_type: its type.
        params: its parameters, checked.
        on_error: what a record that raises does.
        restart: what a failed run does.
        buffer: how many records may wait for it.
        targets: the ids of the nodes it passes records to, in the document's order.
    """

    id: str
    type: str
    node_type: NodeType
    params: Params
    on_error: OnError
    restart: Restart
    buffer: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph that can run: nodes in topological order, edges in the document's."""

    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()


EMPTY = Graph()


def read_graph(document: JsonObject, registry: Registry, site: Site) -> Graph:
    """Return the graph of `document`, whose absent `nodes` and `edges` are empty.

    Raises:
        InvalidInput: it could not run; every fault names the node, the value and the remedy.
    """
    if document.get("nodes", []) == document.get("edges", []) == []:
        return EMPTY
    parts = read_parts(document, registry, site)
    edges = tuple((edge.source, edge.target) for edge in parts.edges)
    faults = [*parts.faults, *_misnamed(parts), *_misplaced(parts)]
    order = _order([node.id for node in parts.nodes], edges, faults)
    if faults:
        raise InvalidInput(*faults)
    by_id = {node.id: node for node in parts.nodes}
    return Graph(tuple(_node(by_id[one], edges) for one in order), edges)


def _node(part: NodePart, edges: tuple[tuple[str, str], ...]) -> GraphNode:
    model, node_type, params = part.model, part.node_type, part.params
    if model is None or node_type is None or params is None:
        raise AssertionError(f"{part.place} has no fault and yet is not whole")
    targets = tuple(target for source, target in edges if source == part.id)
    return GraphNode(
        part.id, model.type, node_type, params, model.on_error, model.restart, model.buffer, targets
    )


def _misnamed(parts: Parts) -> Iterator[Fault]:
    """Yield the ids that stand twice, and the edges that stand twice or end nowhere."""
    places: dict[str, str] = {}
    for node in parts.nodes:
        if node.id in places:
            problem = f"node {node.id!r}: {places[node.id]} has the same id"
            yield Fault(f"{node.place}.id", shown(node.id), problem, "Give each node an id of its own")
        places.setdefault(node.id, node.place)
    seen: set[tuple[str, str]] = set()
    for edge in parts.edges:
        for key, end in (("from", edge.source), ("to", edge.target)):
            if end not in places:
                close = nearest(end, places)
                remedy = f"Did you mean {close!r}?" if close else "Name a node, or remove the edge"
                yield Fault(f"{edge.place}.{key}", shown(end), f"there is no node {end!r}", remedy)
        if (edge.source, edge.target) in seen:
            problem = f"there is an edge from {edge.source!r} to {edge.target!r} already"
            yield Fault(edge.place, "", problem, "Remove one of them")
        seen.add((edge.source, edge.target))


def _misplaced(parts: Parts) -> Iterator[Fault]:
    """Yield the nodes that stand where their kind cannot."""
    leaving = {edge.source: edge for edge in reversed(parts.edges)}
    entering = {edge.target: edge for edge in reversed(parts.edges)}
    for node in parts.nodes:
        kind = None if node.node_type is None else node.node_type.kind
        if kind is Kind.SOURCE and node.id in entering:
            problem = f"node {node.id!r}: a source takes no records in"
            place = f"{entering[node.id].place}.to"
            yield Fault(place, shown(node.id), problem, "Remove the edge, or lead it elsewhere")
        if kind is Kind.SINK and node.id in leaving:
            problem = f"node {node.id!r}: a sink passes no records on"
            place = f"{leaving[node.id].place}.from"
            yield Fault(place, shown(node.id), problem, "Lead the edge from the node before the sink")
        if kind in (Kind.TRANSFORM, Kind.SINK) and node.id not in entering:
            problem = f"node {node.id!r}: no edge leads to this {kind}, so it would never get a record"
            yield Fault(node.place, "", problem, "Add an edge to it, or remove it")


def _order(ids: list[str], edges: tuple[tuple[str, str], ...], faults: list[Fault]) -> list[str]:
    """Return the ids in topological order; note a cycle where there is one."""
    places = {id_: index for index, id_ in enumerate(ids)}
    sorter = TopologicalSorter[str](dict.fromkeys(ids, ()))
    for source, target in edges:
        if source in places and target in places:
            sorter.add(target, source)
    try:
        sorter.prepare()
    except CycleError as error:
        faults.append(_cycle(list(error.args[1])))
        return []
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda id_: places[id_])
        order += ready
        sorter.done(*ready)
    return order


def _cycle(path: list[str]) -> Fault:
    """Return the fault of a cycle whose ids come with the first again at the end."""
    first = path.index(min(path))
    around = [*path[first:-1], *path[: first + 1]] if first < len(path) - 1 else path
    return Fault(
        "edges",
        "",
        f"node {around[0]!r}: the edges lead in a circle: {' -> '.join(around)}",
        f"Remove the edge from {around[-2]!r} to {around[-1]!r}, or another of them",
    )
