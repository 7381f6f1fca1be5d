"""What a server does that was down: `catch_up`, with what the store remembers."""

from datetime import timedelta
from typing import Any

import pytest

from engine_world import MINUTE, NINE, SECOND, World, document

EIGHT_FIFTY_NINE = NINE - MINUTE


def late(how: str, count: int = 5) -> dict[str, Any]:
    what = document(count=count)
    what["autoclone"]["catch_up"] = how
    return what


async def stamps(world: World, how: str, outage: timedelta, then: timedelta) -> list[str]:
    """The clones of a server that was there until 08:59:10, and again after an outage."""
    async with world.server() as server:
        await server.put(late(how))
        await world.clock.advance(10 * SECOND)
    world.clock.jump(outage)
    async with world.server() as server:
        await world.clock.advance(then)
        return [name[-6:] for name in await server.clones()]


@pytest.mark.parametrize(
    ("how", "outage", "made"),
    [
        ("converge", "3m10s", ["090220", "090320"]),
        ("at_once", "3m10s", ["090220", "090221", "090222", "090300"]),
        ("skip", "3m10s", []),
        ("skip", "1m10s", ["090020", "090120"]),
    ],
)
async def test_after_an_outage_at_the_opening(how: str, outage: str, made: list[str]) -> None:
    minutes, _, seconds = outage.removesuffix("s").partition("m")
    away = timedelta(minutes=int(minutes), seconds=int(seconds))
    assert await stamps(World(EIGHT_FIFTY_NINE), how, away, MINUTE + 10 * SECOND) == made


async def test_an_outage_in_a_window_that_was_attended_misses_nothing() -> None:
    world = World(EIGHT_FIFTY_NINE)
    async with world.server() as server:
        await server.put(late("skip"))
        await world.clock.advance(2 * MINUTE)
    world.clock.jump(10 * MINUTE)
    async with world.server() as server:
        await world.clock.advance(10 * MINUTE)
        assert len(await server.clones()) == 5


async def test_what_was_missed_stays_so_over_a_restart_and_an_edit() -> None:
    world = World(NINE + 10 * MINUTE)
    async with world.server() as server:
        await server.put(late("skip"))
        await world.clock.advance(MINUTE)
        assert server.service.autoclone_status("orders").reason == "OPENING_MISSED"
    async with world.server() as server:
        await server.put(late("skip", count=7))
        await world.clock.advance(2 * MINUTE)
        assert await server.clones() == []
        assert server.status() == "idle"
