"""Bounds on waiting, by the runtime's clock."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio

from autoclone.clock import Clock
from autoclone.runtimes.together import together


@asynccontextmanager
async def within(clock: Clock, limit: timedelta) -> AsyncIterator[None]:
    """Cancel the body where it takes longer than `limit`; either way, go on after it.

    What the body raises comes out in an `ExceptionGroup`.
    """
    async with anyio.create_task_group() as group:
        group.start_soon(_cancel_after, clock, limit, group.cancel_scope)
        yield
        group.cancel_scope.cancel()


async def _cancel_after(clock: Clock, limit: timedelta, scope: anyio.CancelScope) -> None:
    await clock.sleep(limit)
    scope.cancel()


async def in_time(clock: Clock, limit: timedelta, call: Callable[[], Awaitable[object]]) -> bool:
    """Return whether `call` has ended within `limit`; it is cancelled where it has not.

    What it raises is raised as it is.
    """
    ended = False
    async with together() as group:
        group.start_soon(_cancel_after, clock, limit, group.cancel_scope)
        await call()
        ended = True
        group.cancel_scope.cancel()
    return ended
