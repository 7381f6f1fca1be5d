"""Clients of a real Kafka that note what members of a group are told, and what they write meanwhile."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autoclone.runtimes.nodes.kafka.libraries import Libraries
from autoclone.runtimes.nodes.kafka.librdkafka import LibrdkafkaConsumer
from autoclone.runtimes.nodes.kafka.port import Listener, Partition, Subscription
from kafka_nodes_kit import PATIENCE_SECONDS
from kafka_witness import Witness


class Observed(Witness):
    """Passes on what a group says to the listener of a node, and notes it.

    Attributes:
        file: what the DAG writes.
        windows: for each time that partitions were revoked, how many records of each partition the DAG had
            written when that began, and when the node had done what was to be done.
    """

    def __init__(self, listener: Listener, file: Path) -> None:
        super().__init__()
        self.windows: list[tuple[Counter[int], Counter[int]]] = []
        self.file = file
        self._listener = listener

    async def revoked(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        before = written(self.file)
        due = await self._listener.revoked(partitions)
        self.windows.append((before, written(self.file)))
        await super().revoked(partitions)
        return due

    def lost(self, partitions: Sequence[Partition]) -> None:
        self._listener.lost(partitions)
        super().lost(partitions)

    def assigned(self, partitions: Sequence[Partition]) -> None:
        self._listener.assigned(partitions)
        super().assigned(partitions)


class Logbook(Libraries):
    """Makes real clients, and keeps what their groups say. DAGs write files of their own name to `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._observed: dict[str, Observed] = {}

    def of(self, dag: str) -> Observed:
        return self._observed[dag]

    def consumer(
        self, properties: Mapping[str, Any], subscription: Subscription, listener: Listener
    ) -> LibrdkafkaConsumer:
        dag = subscription.client.removeprefix("autoclone-").removesuffix("-in")
        self._observed[dag] = observed = Observed(listener, self._folder / f"{dag}.jsonl")
        return super().consumer(properties, subscription, observed)


async def until_read_on(logbook: Logbook, dags: Iterable[str]) -> None:
    """Wait until each DAG has written something more of each partition that it has."""
    for observed in map(logbook.of, dags):
        before = written(observed.file)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(written(observed.file)[one.number] > before[one.number] for one in observed.ours):  # noqa: ASYNC110 - nobody sets an event for it
                await asyncio.sleep(0.02)


def rows(file: Path) -> dict[int, list[int]]:
    """Return the offsets that a DAG has written, of each partition and in its order."""
    found: dict[int, list[int]] = {}
    for line in file.read_text().splitlines() if file.exists() else []:
        place = json.loads(line)["from"]
        found.setdefault(place["partition"], []).append(place["offset"])
    return found


def written(file: Path) -> Counter[int]:
    """Return how many records of each partition a DAG has written."""
    return Counter({number: len(offsets) for number, offsets in rows(file).items()})
