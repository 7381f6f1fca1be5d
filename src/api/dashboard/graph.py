"""Draws a DAG's graph: nodes in layers from left to right, edges that go around what lies between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fast_sugiyama import from_edges

from autoclone.ports import JsonObject

# All in the units of the drawing.
WIDTH, HEIGHT = 150, 46
BETWEEN_LAYERS, BETWEEN_NODES = 70, 22
MARGIN = 12
# How far apart the layout puts layers, and nodes of one layer.
LAYER, PLACE = 72.0, 36.0
# Wider graphs are for programs: a person sees nothing in them, and a layout takes long.
MOST_NODES = 300

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """One node, by its upper left corner."""

    id: str
    type: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph as it is drawn.

    Attributes:
        width: of all of it.
        height: of all of it.
        boxes: the nodes.
        lines: the edges, as SVG writes a path.
        omitted: how many nodes are not drawn, since there are too many.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    omitted: int = 0


def drawing_of(document: JsonObject) -> Drawing:
    """Return the drawing of a definition's graph. Parts that are no nodes or edges are left out."""
    nodes = {
        str(one["id"]): str(one.get("type", ""))
        for one in _each(document.get("nodes"))
        if isinstance(one, dict) and "id" in one
    }
    edges = [
        (str(one[0]), str(one[1]))
        for one in _each(document.get("edges"))
        if isinstance(one, list) and len(one) == len(("from", "to"))
    ]
    return drawn(nodes, [(of, to) for of, to in edges if of in nodes and to in nodes and of != to])


def _each(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def drawn(nodes: Mapping[str, str], edges: Sequence[tuple[str, str]]) -> Drawing:
    """Return the drawing of `nodes`, types by id, and `edges` between them."""
    if len(nodes) > MOST_NODES:
        return Drawing(0, 0, (), (), omitted=len(nodes))
    centres, ways = _laid_out(list(nodes), edges)
    boxes = tuple(
        Box(node, kind, centres[node][0] - WIDTH / 2, centres[node][1] - HEIGHT / 2)
        for node, kind in nodes.items()
    )
    width = max((box.x + WIDTH for box in boxes), default=0) + MARGIN
    height = max((box.y + HEIGHT for box in boxes), default=0) + MARGIN
    return Drawing(width, height, boxes, tuple(_path(way) for way in ways))


def _laid_out(
    names: Sequence[str], edges: Sequence[tuple[str, str]]
) -> tuple[Mapping[str, Point], Sequence[Sequence[Point]]]:
    """Return the centre of each node, and the points that each edge goes through; parts are stacked."""
    number = {name: place for place, name in enumerate(names)}
    centres: dict[str, Point] = {}
    ways: list[Sequence[Point]] = []
    top = float(MARGIN)
    parts = from_edges([(number[of], number[to]) for of, to in edges]) if edges else ()
    for positions, _, tall, links in parts:
        points = {int(one): _point(place, tall, top) for one, place in positions}
        centres |= {names[one]: point for one, point in points.items() if one < len(names)}
        pairs = [(int(of), int(to)) for of, to in links or ()]
        ways += [[points[one] for one in way] for way in _ways(pairs, len(names))]
        top = max(y for _, y in points.values()) + HEIGHT / 2 + BETWEEN_NODES
    for name in names:
        if name not in centres:
            centres[name] = (MARGIN + WIDTH / 2, top + HEIGHT / 2)
            top += HEIGHT + BETWEEN_NODES
    return centres, ways


def _point(place: Point, tall: float, top: float) -> Point:
    """Turn the layout, which goes downwards from its highest point, to the right."""
    across, up = place
    x = MARGIN + WIDTH / 2 + (tall - up) / LAYER * (WIDTH + BETWEEN_LAYERS)
    return x, top + HEIGHT / 2 + across / PLACE * (HEIGHT + BETWEEN_NODES) / 2


def _ways(links: Sequence[tuple[int, int]], real: int) -> Sequence[Sequence[int]]:
    """Return each edge from node to node. Those across layers come in pieces, joined by points of no node."""
    onward = {of: to for of, to in links if of >= real}
    found = []
    for of, to in links:
        if of < real:
            way = [of, to]
            while way[-1] >= real:
                way.append(onward[way[-1]])
            found.append(way)
    return found


def _path(way: Sequence[Point]) -> str:
    """Return a smooth line from the right side of the first box to the left side of the last."""
    (x, y), *_ = way
    x += WIDTH / 2
    words = [f"M{x:.1f} {y:.1f}"]
    for place, (then_x, then_y) in enumerate(way[1:], 1):
        # A point in between is passed straight, over the width of a box.
        enter, leave = then_x - WIDTH / 2, then_x + WIDTH / 2
        half = (enter - x) / 2
        words.append(f"C{x + half:.1f} {y:.1f} {enter - half:.1f} {then_y:.1f} {enter:.1f} {then_y:.1f}")
        if place < len(way) - 1:
            words.append(f"L{leave:.1f} {then_y:.1f}")
        x, y = leave, then_y
    return " ".join(words)
