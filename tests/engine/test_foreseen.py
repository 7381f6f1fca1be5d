"""What is foreseen is what the engine journals afterwards, event for event, as long as nothing fails."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from hypothesis import given, settings
from hypothesis import strategies as st

from autoclone.core.preview import Preview
from autoclone.engine.service import Service
from autoclone.errors import Permanent
from autoclone.ports import DagSpec, EventFilter
from autoclone.runtimes.memory import MemoryRuntime
from engine_world import NINE, Server, World, document
from ensemble_world import ensemble_world


class Answering(Protocol):
    """A server of either kind of world."""

    @property
    def service(self) -> Service: ...


Line = tuple[datetime, str, str | None, str, int]
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
AHEAD = 10 * MINUTE

walls = st.sampled_from(["0859", "0900", "0902", "0904", "0907", "1000"])
sections = st.fixed_dictionaries(
    {"ramp_up_time": walls, "ramp_down_time": walls, "ramp_count": st.integers(0, 7)},
    optional={
        "ramp_interval": st.sampled_from(["1s", "7s", "1m", "5m"]),
        "ramp_down_interval": st.sampled_from(["1s", "1m"]),
        "ramp_step": st.sampled_from([1, 3, 6]),
        "order": st.sampled_from(["oldest", "newest"]),
        "timezone": st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu"]),
    },
).filter(lambda one: one["ramp_up_time"] != one["ramp_down_time"])
moments = st.integers(0, 240).map(lambda seconds: seconds * SECOND)
operations = st.sampled_from(["suspend", "resume", "stop", "start"])


def foreseen(server: Server, start: datetime, end: datetime) -> list[Line]:
    preview = Preview(server.service.present("orders"), start, end)
    return [
        (one.at, one.type, one.clone, one.status, one.clones) for events in preview.steps() for one in events
    ]


async def journal(server: Server) -> list[Line]:
    entries = await server.store.events(EventFilter(parent="orders"), limit=10_000)
    return [
        (one.event.at, one.event.type, one.event.clone, one.event.status, one.event.clones) for one in entries
    ]


class Flaky(MemoryRuntime):
    """Makes no clone while it is out of order."""

    out_of_order = False

    async def create(self, spec: DagSpec, epoch: int) -> None:
        if self.out_of_order and spec.parent is not None:
            raise Permanent("no room")
        await super().create(spec, epoch)


async def live(first: dict[str, Any], then: dict[str, Any], by_hand: str, lives: list[timedelta]) -> None:
    """A DAG begins, is edited while clones cannot be made, and operated on; from then on nothing fails."""
    world, runtime = World(NINE - MINUTE), Flaky()
    async with world.server(runtime) as server:
        await server.put({**document(), "autoclone": first})
        await world.clock.advance(lives[0])
        runtime.out_of_order = True
        await server.put({**document(), "autoclone": then})
        await world.clock.advance(lives[1])
        runtime.out_of_order = False
        await getattr(server.service, by_hand)("orders")
        before, now = len(await journal(server)), world.clock.now()
        expected = foreseen(server, now, now + AHEAD)
        await world.clock.advance(AHEAD - SECOND / 10)

        assert (await journal(server))[before:] == expected


@settings(max_examples=15)
@given(first=sections, then=sections, by_hand=operations, lives=st.tuples(moments, moments))
def test_what_is_foreseen_is_journalled(
    first: dict[str, Any], then: dict[str, Any], by_hand: str, lives: tuple[timedelta, timedelta]
) -> None:
    asyncio.run(live(first, then, by_hand, list(lives)))


async def test_a_secondary_foresees_the_same() -> None:
    async with ensemble_world("one", "two") as world:
        await world.pass_(SECOND)
        one, two = world.servers
        await one.service.put(document(closes="0904"))
        for _ in range(9):
            await world.pass_(MINUTE - 7 * SECOND)
            await two.service.refresh()
            first, second = (list(coming(server)) for server in (one, two))
            assert first == second
            edits = [await server.service.plan_put(document(count=1)) for server in (one, two)]
            assert edits[0].id == edits[1].id


def coming(server: Answering) -> Iterator[Line]:
    """What the next half hour brings, as far as a server knows."""
    present = server.service.present("orders")
    for events in Preview(present, present.now, present.now + 30 * MINUTE).steps():
        yield from ((one.at, one.type, one.clone, one.status, one.clones) for one in events)
