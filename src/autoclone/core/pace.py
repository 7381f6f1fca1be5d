"""When things are due: the pace of the ramp, and how failures are tried again. Elapsed time throughout."""

from datetime import datetime, timedelta
from zlib import crc32

from autoclone.core.model import Backoff, Direction, Paced, Plan

# Beyond this many doublings every backoff has long met its cap.
DOUBLINGS = 20


def due(paced: Paced | None, direction: Direction, plan: Plan, now: datetime) -> datetime:
    """Return when the ramp may next move in `direction`.

    One interval after it last moved that way; at once where it did not, or moved the other way (rule 7).
    """
    if paced is None or paced.direction is not direction:
        return now
    pace = plan.up if direction is Direction.UP else plan.down
    return paced.at + pace.interval


def on_time(due_at: datetime, now: datetime, tolerance: timedelta) -> datetime:
    """Return the instant that a step counts as.

    A timer fires, and a command ends, a little after its due instant. Within `tolerance` the due instant
    itself is taken, so that the pace does not drift; beyond it the service is late (rule 5).
    """
    return due_at if due_at <= now <= due_at + tolerance else now


def retry_delay(backoff: Backoff, name: str, failures: int, retry_after: timedelta | None) -> timedelta:
    """Return how long to wait after the `failures`-th failure in a row of the clone `name` (rule 9).

    `base`, doubled each time and capped, times a factor in [0.5, 1] that the name and the number settle:
    the same for the same history, different between clones, so that they do not all return at once.
    `retry_after` is the least, within the cap: so a retry further off than the cap means that the clock
    was set back, and can be mended.
    """
    full = min(backoff.base * (1 << min(failures - 1, DOUBLINGS)), backoff.cap)
    factor = 0.5 + crc32(f"{name}:{failures}".encode()) / 0xFFFFFFFF / 2
    return max(full * factor, min(retry_after or timedelta(), backoff.cap))
