"""Candidates for tests, and how to wait for what becomes of them."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta

from autoclone.clock import SystemClock
from election.base import Election, Observation
from election.factory import zookeeper_election
from election.role import Connection, Lock
from election.settings import ZooKeeperSettings

SESSION = timedelta(seconds=2)
WITHIN = 20.0


def at_zookeeper(
    address: str, hosts: str, *, path: str = "/election", chroot: str = "", digest: str = ""
) -> Election:
    settings = ZooKeeperSettings(hosts, chroot, digest, SESSION, path)
    return zookeeper_election(settings, SystemClock(), address=address)


async def stands(stack: AsyncExitStack, election: Election) -> Election:
    """Open a candidate for as long as the stack."""
    stack.push_async_callback(election.close)
    await election.open()
    return election


async def until(
    election: Election, true: Callable[[Observation], bool], within: float = WITHIN
) -> Observation:
    """Wait until things stand so."""
    seen = election.observe()
    async with asyncio.timeout(within):
        while not true(seen):
            seen = await election.changed(seen)
    return seen


def elected(seen: Observation) -> bool:
    return (seen.connection, seen.lock) == (Connection.CONNECTED, Lock.HELD)


def follows(primary: str) -> Callable[[Observation], bool]:
    return lambda seen: seen.lock is Lock.OTHERS and seen.primary == primary


async def first_elected(*elections: Election, within: float = WITHIN) -> int:
    """Wait until one of them is elected, and return which."""
    waits = [asyncio.create_task(until(election, elected, within)) for election in elections]
    try:
        async with asyncio.timeout(within):
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    return next(i for i, wait in enumerate(waits) if not wait.cancelled() and not wait.exception())
