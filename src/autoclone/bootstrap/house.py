"""Puts the house together from the settings, and keeps it running."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from fastapi import FastAPI

from api.app import create_app
from api.streams.hub import Hub
from autoclone import __version__
from autoclone.bootstrap.electing import among, told
from autoclone.bootstrap.publishing import Nudge, brokers, described, published, shown
from autoclone.bootstrap.streaming import Streamed
from autoclone.clock import Clock, SystemClock
from autoclone.config.settings import Settings
from autoclone.config.zones import system_zone, zone
from autoclone.engine.engine import Engine, Options
from autoclone.engine.folder import DagFolder
from autoclone.engine.housekeeping import Housekeeping
from autoclone.engine.lanes import Limits
from autoclone.engine.service import Service
from autoclone.observability.logging import LogObserver
from autoclone.observability.metrics import MetricsObserver
from autoclone.observability.observers import Observers
from autoclone.persistence import open_store
from autoclone.ports import Observer, Runtime, Store
from autoclone.runtimes.embedded import EmbeddedRuntime
from autoclone.runtimes.nodes.kafka.port import Kafka


@dataclass(frozen=True, slots=True)
class House:
    """One server, put together but not yet running."""

    settings: Settings
    engine: Engine
    service: Service
    hub: Hub
    app: FastAPI
    folder: DagFolder | None


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    store: Store | None = None,
    runtime: Runtime | None = None,
    address: str | None = None,
) -> House:
    """Put a server together. Parts that are not given are made as the settings say.

    `address` is where it is reached if the settings advertise nothing else.

    Raises:
        InvalidInput: a setting is wrong.
    """
    clock = clock or SystemClock()
    store = store or open_store(settings.store)
    metrics = MetricsObserver(__version__)
    kafka = brokers(settings)
    publishing = published(settings, kafka.events, store, clock) if kafka.events else None
    hub = Hub(store, clock, most=settings.max_streams)
    metrics.watch_streams(lambda: len(hub), lambda: hub.slow)
    observers: list[Observer] = [LogObserver(), metrics, Streamed(hub)]
    if publishing is not None:
        observers.append(Nudge(publishing))
    options = _options(settings, clock, settings.advertise_url or address)
    runtime = runtime or _runtime(settings, clock, options.zone, kafka.nodes)
    observer = Observers(*observers)
    engine = Engine(store, runtime, clock, observer, options)
    unsent_retention = settings.unsent_retention if publishing else None
    keeping = Housekeeping(
        store, clock, observer, retention=settings.event_retention, unsent_retention=unsent_retention
    )
    engine.while_primary(keeping.run)
    waiting = partial(shown, publishing, clock) if publishing else None
    service = Service(engine, version=__version__, outbox=waiting)
    app = create_app(
        service,
        hub,
        metrics=metrics.render,
        max_body_bytes=settings.max_body_bytes,
        version=__version__,
        asyncapi=described(settings),
    )
    if publishing is not None:
        engine.while_primary(publishing.run)
        metrics.watch_outbox(service.outbox)
    folder = None
    if settings.dags is not None:
        folder = DagFolder(settings.dags, service, clock, max_bytes=settings.max_body_bytes)
        engine.while_primary(folder.follow)
    return House(settings, engine, service, hub, app, folder)


def _options(settings: Settings, clock: Clock, address: str | None) -> Options:
    return Options(
        zone=zone(settings.timezone) if settings.timezone else system_zone(),
        ramp_interval=settings.ramp_interval,
        server_id=settings.server_id or f"{socket.gethostname()}-{os.getpid()}",
        address=address,
        fleet_limits=settings.fleet_limits,
        limits=Limits(width=settings.concurrency, timeout=settings.command_timeout),
        drain_timeout=settings.drain_timeout,
        max_hold=settings.max_hold,
        among=among(settings, clock, address),
        confirm_deletes=settings.confirm_deletes,
    )


def _runtime(settings: Settings, clock: Clock, here: tzinfo, kafka: Kafka) -> Runtime:
    return EmbeddedRuntime(
        clock,
        default_zone=here,
        allowed_modules=settings.allowed_modules,
        data_dir=settings.data_dir,
        drain_timeout=settings.drain_timeout,
        kafka=kafka,
    )


async def _work(house: House) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(house.engine.run())
        group.create_task(house.hub.run())


@asynccontextmanager
async def running(house: House) -> AsyncIterator[asyncio.Task[None]]:
    """Open the engine and keep it going inside the block, then close it.

    Yields the task that does what this server's role asks for: it ends early only with an error.

    Raises:
        InvalidInput: a setting is wrong that only ZooKeeper, or the folder of DAGs, could tell.
    """
    if house.folder is not None:
        await house.folder.check()
    try:
        with told():
            await house.engine.open()
        work = asyncio.create_task(_work(house))
        try:
            yield work
        finally:
            work.cancel()
            await asyncio.wait((work,))
    finally:
        await house.engine.close()
