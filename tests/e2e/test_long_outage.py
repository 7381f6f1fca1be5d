"""Ten minutes without Kafka, in virtual time: a whole server, and a real broker that is really gone."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from autoclone.bootstrap.house import House, build, running
from autoclone.config.settings import load_settings
from autoclone.core.events import EventType
from autoclone.messaging import kafka as publishing
from autoclone.messaging.kafka_settings import KafkaSettings
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import EventFilter, Message
from autoclone.runtimes.memory import MemoryRuntime
from engine_world import MINUTE, NINE, document
from journal_kit import by_parent, on_the_topic
from kafka_kit import Brokers
from messaging_kit import DELIVERY, REQUEST
from virtual_clock import VirtualClock

COUNT = 12
OUTAGE = timedelta(minutes=10)
STEP = timedelta(seconds=15)
PATIENCE_SECONDS = 60


class WatchedPublisher(publishing.KafkaPublisher):
    """The real publisher, with less patience, and with a word when it is not at work."""

    def __init__(self, settings: KafkaSettings) -> None:
        super().__init__(replace(settings, request_timeout=REQUEST, delivery_timeout=DELIVERY))
        self.idle = asyncio.Event()
        self.tries = 0

    async def open(self) -> None:
        self.tries += 1
        async with self._at_work():
            await super().open()

    async def publish(self, messages: Sequence[Message]) -> None:
        async with self._at_work():
            await super().publish(messages)

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator[None]:
        self.idle.clear()
        try:
            yield
        finally:
            self.idle.set()


class World:
    """A server whose clock is virtual, while what Kafka takes is real time: the clock waits for that."""

    publisher: WatchedPublisher

    def __init__(self, bootstrap: str) -> None:
        self.clock = VirtualClock(NINE - MINUTE)
        self.store = MemoryStore()
        self.topic = f"events-{uuid.uuid4()}"
        self._settings = load_settings(
            store="memory:", timezone="UTC", kafka_bootstrap=bootstrap, kafka_topic=self.topic
        )

    def publishes(self, settings: KafkaSettings) -> WatchedPublisher:
        self.publisher = WatchedPublisher(settings)
        return self.publisher

    def house(self) -> House:
        return build(self._settings, clock=self.clock, store=self.store, runtime=MemoryRuntime(self.clock))

    async def advance(self, by: timedelta) -> None:
        """Let time pass, a step after the other, each with all that it leads to."""
        for _ in range(by // STEP):
            await self.clock.advance(STEP)
            await self.settle()

    async def settle(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.clock.settle()
            while not self.publisher.idle.is_set():
                await self.publisher.idle.wait()
                await self.clock.settle()


async def readiness(house: House) -> dict[str, Any]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url="http://here") as client:
        told: dict[str, Any] = (await client.get("/readyz")).raise_for_status().json()
    return told


async def test_ten_minutes_without_kafka_keep_no_ramp_waiting_and_lose_no_event(
    kafka: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(kafka.bootstrap)
    monkeypatch.setattr(publishing, "KafkaPublisher", world.publishes)
    house = world.house()
    async with running(house):
        await house.service.put(document(count=COUNT))
        await world.advance(3 * MINUTE)
        assert (await readiness(house))["outbox"]["waiting"] == 0

        kafka.kill()
        tries = world.publisher.tries
        await world.advance(OUTAGE)
        told = await readiness(house)
        assert house.service.autoclone_status("orders").status == "active"
        assert told["ready"], "it does its work, but for telling of it"
        assert told["outbox"]["waiting"] == len(await world.store.unsent(1000)) > COUNT
        assert told["outbox"]["oldest_seconds"] >= (OUTAGE - MINUTE).total_seconds()
        assert "cannot be used now" in told["warnings"][0]
        assert 10 < world.publisher.tries - tries < 40, "it neither gives up nor keeps knocking"

        await asyncio.to_thread(kafka.start)
        await world.advance(MINUTE)
        told = await readiness(house)
        assert told["outbox"]["waiting"] == 0
        journal = [entry.event for entry in await world.store.events(EventFilter(), limit=1000)]
    created = [event.at for event in journal if event.type is EventType.CLONE_CREATED]
    assert created == [NINE + n * MINUTE for n in range(COUNT)]
    rows = [(one.parent, one.sequence, one.type.value, one.epoch) for one in journal]
    assert on_the_topic(kafka.bootstrap, world.topic) == by_parent(rows)
