"""What is read ahead of a DAG: in turns, in order, and no more than there is room for."""

import asyncio

from autoclone.runtimes.nodes.kafka.ahead import Ahead
from autoclone.runtimes.nodes.kafka.port import Arrival, Partition
from fake_kafka import AT, FIRST, SECOND


def arrivals(partition: Partition, *offsets: int) -> list[Arrival]:
    return [Arrival(partition, offset, AT, None, b"{}", ()) for offset in offsets]


async def taken(ahead: Ahead, count: int) -> list[tuple[int, int]]:
    found = [await ahead.take() for _ in range(count)]
    return [(one.partition.number, one.offset) for one in found]


async def test_partitions_take_turns_and_each_stays_in_order() -> None:
    ahead = Ahead(10)
    ahead.add(arrivals(FIRST, 0, 1, 2))
    ahead.add(arrivals(SECOND, 5, 6))
    assert await taken(ahead, 5) == [(0, 0), (1, 5), (0, 1), (1, 6), (0, 2)]


async def test_who_takes_waits_for_something_and_who_adds_for_room() -> None:
    ahead = Ahead(2)
    taking = asyncio.ensure_future(taken(ahead, 1))
    await asyncio.sleep(0)
    ahead.add(arrivals(FIRST, 0, 1, 2))
    assert await taking == [(0, 0)]
    assert ahead.full
    room = asyncio.ensure_future(ahead.room())
    await asyncio.sleep(0)
    assert not room.done()
    await ahead.take()
    await room


async def test_what_is_dropped_makes_room_and_is_never_taken() -> None:
    ahead = Ahead(2)
    ahead.add([*arrivals(FIRST, 0, 1), *arrivals(SECOND, 7)])
    room = asyncio.ensure_future(ahead.room())
    await asyncio.sleep(0)
    ahead.drop([FIRST])
    await room
    assert await taken(ahead, 1) == [(1, 7)]
    ahead.add(arrivals(FIRST, 2, 3))
    ahead.clear()
    assert not ahead.full
    ahead.add(arrivals(SECOND, 8))
    assert await taken(ahead, 1) == [(1, 8)]
