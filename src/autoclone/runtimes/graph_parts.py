"""Reads the entries of `nodes` and `edges` one by one, each on its own, and notes every fault."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from autoclone.config.faults import shown
from autoclone.errors import Fault
from autoclone.ports import JsonObject
from autoclone.runtimes.faults import faults_of
from autoclone.runtimes.graph_models import EdgeModel, NodeModel, pair_spelled_out
from autoclone.runtimes.nodes.base import Params, Site
from autoclone.runtimes.nodes.registry import NodeType, Registry, UnusableType, meant

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class NodePart:
    """One entry of `nodes` that has an id.

    Attributes:
        place: where it stands, such as `nodes[2]`.
        id: its id.
        model: the entry, None where it is not well-formed.
        node_type: its type, None where there is no such.
        params: its parameters, None where they are bad.
    """

    place: str
    id: str
    model: NodeModel | None
    node_type: NodeType | None
    params: Params | None


@dataclass(frozen=True, slots=True)
class EdgePart:
    """One well-formed entry of `edges`, and where it stands."""

    place: str
    source: str
    target: str


@dataclass(slots=True)
class Parts:
    """What was read, in the document's order, and all that is wrong with it so far."""

    nodes: list[NodePart] = field(default_factory=list)
    edges: list[EdgePart] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fed: frozenset[str] = frozenset()  # the ids that edges lead to


def read_parts(document: JsonObject, registry: Registry, site: Site) -> Parts:
    """Read every entry of the document's `nodes` and `edges`. Imports what `python` nodes name."""
    read = Parts()
    for place, entry in _entries(document, "edges", read.faults):
        edge = _validated(EdgeModel, pair_spelled_out(entry), place, "", read.faults)
        if edge is not None:
            read.edges.append(EdgePart(place, edge.source, edge.target))
    parts = Parts(edges=read.edges, fed=frozenset(edge.target for edge in read.edges))
    for place, entry in _entries(document, "nodes", parts.faults):
        _read_node(place, entry, parts, registry, site)
    parts.faults += read.faults
    return parts


def _entries(document: JsonObject, key: str, faults: list[Fault]) -> Iterator[tuple[str, object]]:
    entries = document.get(key, [])
    if not isinstance(entries, list):
        faults.append(Fault(key, shown(entries), "is not a list", f"Write a list, [] for no {key}"))
        return
    for index, entry in enumerate(entries):
        yield f"{key}[{index}]", entry


def _read_node(place: str, entry: object, parts: Parts, registry: Registry, site: Site) -> None:
    id_ = _text(entry, "id")
    who = "" if id_ is None else f"node {id_!r}: "
    model = _validated(NodeModel, entry, place, who, parts.faults)
    type_ = meant(_text(entry, "type") or "", fed=id_ in parts.fed)
    node_type = None if not type_ else _find(type_, f"{place}.type", who, registry, parts.faults)
    params = None
    if model is not None and node_type is not None:
        params = _read_params(model.params, node_type, f"{place}.params", who, parts.faults)
    if params is not None and node_type is not None:
        parts.faults += _check(node_type, params, f"{place}.params", who, site)
    if id_ is not None:
        parts.nodes.append(NodePart(place, id_, model, node_type, params))


def _text(entry: object, key: str) -> str | None:
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else None


def _validated(
    model: type[ModelT], entry: object, place: str, who: str, faults: list[Fault]
) -> ModelT | None:
    if not isinstance(entry, dict):
        keys = ", ".join(one.alias or name for name, one in model.model_fields.items())
        faults.append(Fault(place, shown(entry), "is not an object", f"Write an object with the keys {keys}"))
        return None
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        faults += faults_of(error, model, place, who)
        return None


def _find(type_: str, place: str, who: str, registry: Registry, faults: list[Fault]) -> NodeType | None:
    try:
        return registry.find(type_)
    except UnusableType as error:
        faults.append(Fault(place, shown(type_), f"{who}{error.problem}", error.remedy))
        return None


def _read_params(
    params: dict[str, Any], node_type: NodeType, place: str, who: str, faults: list[Fault]
) -> Params | None:
    try:
        return node_type.model.model_validate(params)
    except ValidationError as error:
        faults += faults_of(error, node_type.model, place, who)
        return None


def _check(node_type: NodeType, params: Params, place: str, who: str, site: Site) -> Iterable[Fault]:
    """Return what the type itself finds wrong, a foreign type's own failure included."""
    try:
        problems = list(node_type.check(params, site))
    except Exception as error:  # noqa: BLE001 - a foreign type's check may raise anything
        problem = f"{who}its type could not check it: {type(error).__name__}: {error}"
        return [Fault(place, "", problem, "Correct the parameters, or mend the package that adds the type")]
    return [
        Fault(
            f"{place}.{one.param}", shown(getattr(params, one.param, None)), f"{who}{one.problem}", one.remedy
        )
        for one in problems
    ]
