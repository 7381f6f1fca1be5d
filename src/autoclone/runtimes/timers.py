"""Bounds on waiting, by the runtime's clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio

from autoclone.clock import Clock


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
