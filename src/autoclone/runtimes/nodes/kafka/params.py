"""The parameters of the Kafka nodes."""

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from autoclone.config.fields import Duration
from autoclone.runtimes.nodes.base import Params, Problem, Site
from autoclone.runtimes.nodes.values import placeholders

LIBRARIES = ("aiokafka", "confluent_kafka")
KNOWN = ("dag", "parent", "node")
TopicName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
Brokers = Annotated[str, Field(pattern=r"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$")]


def _names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class KafkaParams(Params):
    """What both nodes are told."""

    bootstrap: Brokers | None = Field(
        default=None,
        description="Brokers to begin with, as `host:port`, with commas between them; by default the "
        "server's `kafka_bootstrap`. Brokers named here are spoken to without TLS and SASL, unless they are "
        "the server's.",
    )
    partitions: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="How many partitions a topic gets that is not there and has to be made: as many as there "
        "will be clones, at least. Without this the nodes make none, and wait for it.",
    )


class KafkaSourceParams(KafkaParams):
    """Parameters of `kafka_source`."""

    topic: Annotated[
        tuple[TopicName, ...],
        BeforeValidator(_names),
        WithJsonSchema({"type": "array", "items": {"type": "string"}}),
    ] = Field(min_length=1, description="The topic, or list of topics, to read.")
    group: str = Field(
        default="autoclone.{parent}",
        min_length=1,
        description="The consumer group. `{parent}` in it becomes the name of the DAG that a clone is of (a "
        "DAG's own for a DAG), `{dag}` the DAG's or clone's name, `{node}` the node's id.",
    )
    auto_offset_reset: Literal["earliest", "latest"] = Field(
        default="earliest", description="Where to begin in a partition of which the group has read nothing."
    )
    format: Literal["json", "text", "bytes"] = Field(
        default="json",
        description='What messages hold: a JSON object, which is the record; a text, as `{"value": "…"}`; '
        "or bytes, likewise, in base64.",
    )
    about: str | None = Field(
        default=None,
        min_length=1,
        description="A field that gets the message's `topic`, `partition`, `offset`, `at`, `key` and "
        "`headers`, as an object.",
    )
    on_error: Literal["dead_letter", "skip", "fail"] = Field(
        default="dead_letter",
        description="What becomes of a message that cannot be read, or whose record raises in a node of this "
        "DAG: it goes to the dead-letter topic; or it is left out; or the source fails, and its restart "
        "reads on from what was committed, the message included.",
    )
    dead_letter_topic: str = Field(
        default="{topic}.dead-letter",
        pattern=r"^([A-Za-z0-9._-]|\{topic\})+$",
        description="Where dead letters go; `{topic}` in it becomes the message's topic. It is made where "
        "it is not there.",
    )
    commit_every: Duration = Field(
        default="1s", validate_default=True, description="How often offsets are committed."
    )
    session_timeout: Duration = Field(
        default="10s",
        validate_default=True,
        description="After how long of silence the group takes a clone for dead. Brokers have bounds for it.",
    )


class KafkaSinkParams(KafkaParams):
    """Parameters of `kafka_sink`."""

    topic: TopicName = Field(description="The topic to write to.")
    key: str | None = Field(
        default=None,
        min_length=1,
        description="The field whose value is the message's key; dots lead into nested objects. Messages of "
        "one key stay in order. Without it they are spread over the partitions.",
    )


def problems(params: KafkaParams, site: Site) -> Iterable[Problem]:
    """Return what is wrong with where Kafka is."""
    missing = [] if site.kafka.clients is not None else [one for one in LIBRARIES if find_spec(one) is None]
    if missing:
        yield Problem("topic", f"Kafka needs the library {missing[0]}", "Install autoclone[kafka]")
    if params.bootstrap is None and site.kafka.bootstrap is None:
        remedy = "Name brokers here, or set AUTOCLONE_KAFKA_BOOTSTRAP for all nodes"
        yield Problem("bootstrap", "there are no brokers", remedy)


def source_problems(params: KafkaSourceParams) -> Iterable[Problem]:
    """Return what is wrong with a source's names."""
    for name in placeholders(params.group):
        if name not in KNOWN:
            yield Problem("group", f"{{{name}}} stands for nothing", "Use {dag}, {parent} or {node}")
    twice = next((one for one in params.topic if params.topic.count(one) > 1), None)
    if twice is not None:
        yield Problem("topic", f"{twice!r} stands there twice", "Name it once")
    if any(params.dead_letter_topic.replace("{topic}", one) in params.topic for one in params.topic):
        yield Problem("dead_letter_topic", "dead letters would be read again", "Name another topic")
