"""In-process topics as a source and a sink."""

from pydantic import Field

from autoclone.core.naming import NAME
from autoclone.runtimes.nodes.base import Params, Record, Sink, Source


class TopicParams(Params):
    """Parameters of `topic_source` and `topic_sink`."""

    topic: str = Field(
        pattern=rf"^{NAME.pattern}$",
        description="The topic's name: letters, digits, `_` and `-`. Every DAG of this server may share it.",
    )


class TopicSource(Source[TopicParams]):
    """Takes records from an in-process topic. Each record goes to one consumer.

    A DAG and its clones, having the same definition, divide a topic's records among them. A suspended one
    leaves them to the others. The topic never ends, and it lasts until the server stops. The type `topic`
    means this one where no edge leads to the node.
    """

    model = TopicParams

    async def run(self) -> None:
        """Take and emit, for ever."""
        topic = self.context.site.topics.named(self.params.topic)
        while True:
            await self.context.emit(await self.context.take(topic.get))


class TopicSink(Sink[TopicParams]):
    """Appends records to an in-process topic, waiting while it is full.

    The type `topic` means this one where an edge leads to the node.
    """

    model = TopicParams

    async def process(self, record: Record) -> None:
        """Append one record."""
        await self.context.site.topics.named(self.params.topic).put(record)
        self.context.wrote(1)
