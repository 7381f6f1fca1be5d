"""Wait for something to become so, for a bounded time."""

import time
from collections.abc import Callable
from datetime import timedelta

POLL = timedelta(milliseconds=50)


def until(true: Callable[[], bool], within: timedelta, every: timedelta = POLL) -> bool:
    """Ask again and again, at least once, and return whether it became so in time."""
    end = time.monotonic() + within.total_seconds()
    while not true():
        if time.monotonic() >= end:
            return False
        time.sleep(every.total_seconds())
    return True
