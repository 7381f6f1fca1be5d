"""Finds node types by name: the built-in ones, and those that installed packages add.

A package adds one by an entry point of the group `autoclone.nodes`, whose name is the type. It is loaded
when a DAG first uses the type, so a broken one harms nobody else. It cannot replace a built-in.
"""

import difflib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from autoclone.runtimes.nodes.aggregate import Aggregate
from autoclone.runtimes.nodes.base import Node, Sink, Source, Transform, Unusable
from autoclone.runtimes.nodes.file import FileSource
from autoclone.runtimes.nodes.filter import Filter
from autoclone.runtimes.nodes.http import HttpSink
from autoclone.runtimes.nodes.interval import IntervalSource
from autoclone.runtimes.nodes.jsonl import JsonlSink
from autoclone.runtimes.nodes.kafka.sink import KafkaSink
from autoclone.runtimes.nodes.kafka.source import KafkaSource
from autoclone.runtimes.nodes.log import LogSink
from autoclone.runtimes.nodes.python import PythonTransform
from autoclone.runtimes.nodes.topic import TopicSink, TopicSource

GROUP = "autoclone.nodes"

NodeType = type[Node[Any]]

BUILT_IN: tuple[tuple[str, NodeType], ...] = (
    ("file", FileSource),
    ("interval", IntervalSource),
    ("topic_source", TopicSource),
    ("kafka_source", KafkaSource),
    ("python", PythonTransform),
    ("filter", Filter),
    ("aggregate", Aggregate),
    ("jsonl", JsonlSink),
    ("topic_sink", TopicSink),
    ("log", LogSink),
    ("http", HttpSink),
    ("kafka_sink", KafkaSink),
)


# A type that means one where no edge leads to the node, and the other where one does.
EITHER_WAY = {"topic": ("topic_source", "topic_sink")}


def meant(name: str, *, fed: bool) -> str:
    """Return the type that `name` means for a node to which an edge leads, or does not."""
    source, sink = EITHER_WAY.get(name, (name, name))
    return sink if fed else source


class UnusableType(Unusable):
    """A node type that cannot be used."""


class Registry:
    """The node types of one runtime.

    Args:
        extensions: entry points of further types; those of the installed packages where None.
    """

    def __init__(self, extensions: Iterable[EntryPoint] | None = None) -> None:
        found = entry_points(group=GROUP) if extensions is None else extensions
        self._loaded: dict[str, NodeType] = dict(BUILT_IN)
        self._unloaded = {one.name: one for one in found if one.name not in self._loaded}
        self._broken: dict[str, UnusableType] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every type, built-in ones first."""
        return (*self._loaded, *EITHER_WAY, *sorted({*self._unloaded, *self._broken}))

    def find(self, name: str) -> NodeType:
        """Return the node type called `name`.

        Raises:
            UnusableType: there is none, or the package that adds it is broken.
        """
        if name in self._unloaded:
            self._load(self._unloaded.pop(name))
        if name in self._broken:
            raise self._broken[name]
        if name not in self._loaded:
            raise self._unknown(name)
        return self._loaded[name]

    def _unknown(self, name: str) -> UnusableType:
        nearest = difflib.get_close_matches(name, self.names, n=1)
        hint = f"Did you mean {nearest[0]!r}? " if nearest else ""
        return UnusableType("there is no such node type", f"{hint}Use one of: {', '.join(self.names)}")

    def _load(self, entry: EntryPoint) -> None:
        try:
            loaded = entry.load()
        except Exception as error:  # noqa: BLE001 - importing a foreign module may raise anything
            self._refuse(entry, f"{type(error).__name__}: {error}")
            return
        if isinstance(loaded, type) and issubclass(loaded, Source | Transform | Sink):
            self._loaded[entry.name] = loaded
        else:
            self._refuse(entry, f"{entry.value} is not a subclass of Source, Transform or Sink")

    def _refuse(self, entry: EntryPoint, why: str) -> None:
        package = entry.dist.name if entry.dist else entry.value
        self._broken[entry.name] = UnusableType(
            f"the package that adds it could not be loaded: {why}",
            f"Mend or remove {package}, then restart the server",
        )
