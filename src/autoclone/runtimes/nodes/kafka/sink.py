"""A sink that writes a Kafka topic."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

import orjson

from autoclone.runtimes.nodes.base import Context, Problem, Record, Sink, Site
from autoclone.runtimes.nodes.kafka.params import KafkaSinkParams, problems
from autoclone.runtimes.nodes.kafka.port import Letter, TooLarge
from autoclone.runtimes.nodes.kafka.values import encode_key
from autoclone.runtimes.nodes.kafka.writer import Writer
from autoclone.runtimes.nodes.receipt import Receipt

# How long what has failed may lie before it is tried again, where no record comes.
MEND_EVERY = timedelta(seconds=1)


class KafkaSink(Sink[KafkaSinkParams]):
    """Writes each record to a Kafka topic, as JSON.

    A record is written once every replica that is in sync has it. Within one connection nothing is written
    twice or out of order. Where Kafka is away the node waits for it, and its state says why. Where it had to
    connect anew, what was not acknowledged is written again, and may be there twice. A record without the
    field that is to be the key, or one too large for the topic, is an error of its own.
    """

    model = KafkaSinkParams
    close_within = timedelta(seconds=5)

    def __init__(self, params: KafkaSinkParams, context: Context) -> None:
        super().__init__(params, context)
        arguments = context.site.kafka.arguments(params.bootstrap)
        self._writer = Writer(context, arguments, params.partitions)
        self._refused: TooLarge | None = None

    @classmethod
    def check(cls, params: KafkaSinkParams, site: Site) -> Iterable[Problem]:
        """Return what is wrong: no brokers, or no library."""
        return problems(params, site)

    @property
    def tick_every(self) -> timedelta:
        """How often to look whether something has failed."""
        return MEND_EVERY

    async def process(self, record: Record) -> None:
        """Hand one record over."""
        key = encode_key(record, self.params.key)
        letter = Letter(self.params.topic, key, orjson.dumps(record, default=str))
        await self._writer.write(letter, partial(self._ended, self.context.keep()))
        self._reject()

    async def tick(self) -> None:
        """Write again what has failed."""
        await self._writer.mend()
        self._reject()

    async def finish(self) -> None:
        """Wait until all is written."""
        await self._writer.flush()
        self._reject()

    async def close(self) -> None:
        """Disconnect."""
        await self._writer.close()

    def _ended(self, receipt: Receipt | None, error: TooLarge | None) -> None:
        if error is None:
            self.context.wrote(1)
        else:
            self._refused = error
            if receipt is not None:
                receipt.fail(self.context.node, error)
        if receipt is not None:
            receipt.release()

    def _reject(self) -> None:
        """Let the node's policy decide on what was refused, perhaps long after it was handed over."""
        refused, self._refused = self._refused, None
        if refused is not None:
            self.context.reject(refused)
