"""What a node is. Own node types subclass `Source`, `Transform` or `Sink` and register an entry point.

A record is a JSON object. A node's parameters are a frozen pydantic model whose fields carry descriptions:
the reference in docs/nodes.md is made from them.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import anyio
import httpx
from pydantic import BaseModel, ConfigDict

from autoclone.clock import Clock
from autoclone.runtimes.nodes.kafka.port import Kafka
from autoclone.runtimes.nodes.receipt import Receipt
from autoclone.runtimes.nodes.topics import Topics

Record = dict[str, Any]
ItemT = TypeVar("ItemT")


class Kind(StrEnum):
    """Where in a graph a node may stand."""

    SOURCE = "source"
    TRANSFORM = "transform"
    SINK = "sink"


class Params(BaseModel):
    """The base of every node's parameters: unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


ParamsT = TypeVar("ParamsT", bound=Params)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one parameter beyond what its model can tell.

    Attributes:
        param: the parameter.
        problem: what is wrong with its value.
        remedy: what to do, as an imperative sentence.
    """

    param: str
    problem: str
    remedy: str


class Unusable(Exception):
    """Something that a document names cannot be used.

    Attributes:
        problem: why not.
        remedy: what to do about it, as an imperative sentence.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}")
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Site:
    """What a runtime offers to all of its nodes.

    Attributes:
        clock: the only source of time and of timers.
        data_dir: what relative paths are relative to.
        allowed_modules: the modules, and packages of modules, that `python` nodes may call.
        topics: the in-process topics.
        disk: bounds how many threads read and write files at once.
        calls: bounds how many threads run users' blocking calls at once. Apart from `disk`, so that a call
            that never returns holds up no files.
        transport: how HTTP requests are sent; None for the network.
        kafka: where Kafka is, for nodes that name no brokers.
    """

    clock: Clock
    data_dir: Path
    allowed_modules: tuple[str, ...]
    topics: Topics
    disk: anyio.CapacityLimiter
    calls: anyio.CapacityLimiter
    transport: httpx.AsyncBaseTransport | None = None
    kafka: Kafka = field(default_factory=Kafka)


class Context(Protocol):
    """A node's view of the DAG that it is part of.

    Attributes:
        dag: the name of the DAG or clone.
        parent: the parent's name for a clone, None for a DAG of its own.
        node: the node's id.
        site: what the runtime offers.
    """

    dag: str
    parent: str | None
    node: str
    site: Site

    async def emit(self, record: Record, receipt: Receipt | None = None) -> None:
        """Pass a record on to every node downstream, waiting while a queue is full.

        A source is held here while the DAG is suspended. A record that was given to `emit` is passed on
        even if the DAG is asked to stop meanwhile.

        A source that wants to know when the DAG is through with the record gives a `receipt`, and need not
        release it. What a stage emits while it processes a record travels on that record's receipt.
        """

    def keep(self) -> Receipt | None:
        """Take over the receipt of the record in hand, for a stage that is not through with it on return.

        The stage releases it later, or fails it and then releases it. None where the record has none.
        Without this, a record counts as processed once `process` has returned.
        """

    async def take(self, call: Callable[[], Awaitable[ItemT]]) -> ItemT:
        """Return what `call` returns, as a source that must not take anything in while suspended.

        `call` is cancelled and made again later where the DAG is suspended in the middle of it.
        """

    async def sleep(self, delay: timedelta) -> None:
        """Wait by the runtime's clock."""

    def reject(self, error: Exception) -> None:
        """Count a record that cannot be used; raises `error` unless the node's policy is to skip it."""

    def wrote(self, records: int) -> None:
        """Count records that a sink has written."""

    def retrying(self, error: Exception | None) -> None:
        """Show that the node tries by itself to get over `error`; None once it has."""


# How long most nodes may take to release what they hold, even where their DAG is out of time.
CLOSE_WITHIN = timedelta(milliseconds=500)


class Node(ABC, Generic[ParamsT]):
    """A node of a running DAG. Each start makes a new one.

    Attributes:
        kind: where it may stand in a graph.
        model: the model of its parameters.
        close_within: how long `close` may take.
        params: its parameters.
        context: its view of its DAG.
    """

    kind: ClassVar[Kind]
    model: ClassVar[type[Params]]
    close_within: ClassVar[timedelta] = CLOSE_WITHIN

    def __init__(self, params: ParamsT, context: Context) -> None:
        self.params = params
        self.context = context

    @classmethod
    def check(cls, params: ParamsT, site: Site) -> Iterable[Problem]:  # noqa: ARG003 - a hook for subclasses
        """Return what is wrong with well-formed parameters at this site; nothing is started."""
        return ()

    async def open(self) -> None:
        """Get ready. Called again after each `close` where the node's policy restarts it."""

    async def close(self) -> None:
        """Release everything. What was not flushed stays for a later `open`."""


class Source(Node[ParamsT]):
    """A node that brings records in."""

    kind = Kind.SOURCE

    @abstractmethod
    async def run(self) -> None:
        """Emit records until there are none left. Cancelled at any wait where the DAG stops."""

    async def drain(self) -> None:
        """Wait for the receipts that are out. Called after `run`, when no further record will come of it.

        The nodes downstream know that by now and finish. Cancelled where the DAG is out of time.
        """


class Stage(Node[ParamsT]):
    """A node that takes records from a queue: one call at a time, so it needs no locks."""

    @property
    def tick_every(self) -> timedelta | None:
        """How often `tick` is called; None for never."""
        return None

    @abstractmethod
    async def process(self, record: Record) -> None:
        """Take one record. What it raises is handled by the node's policy."""

    async def tick(self) -> None:
        """Do what is due by the clock."""

    async def finish(self) -> None:
        """Pass on or write what is held back: no record will come any more."""


class Transform(Stage[ParamsT]):
    """A stage that passes records on."""

    kind = Kind.TRANSFORM


class Sink(Stage[ParamsT]):
    """A stage that takes records out of the DAG. It calls `context.wrote` for what it has written."""

    kind = Kind.SINK
