"""Where the ramps of a fleet stand now: what their future is worked out from."""

from collections.abc import Container
from datetime import datetime

from autoclone.core.future import Present
from autoclone.engine.fleet import Entry


def present_of(entry: Entry, now: datetime, taken: Container[str]) -> Present:
    """Return where one DAG's ramp stands at `now`, in UTC; `taken` are names that clones will not have."""
    return Present(
        plan=entry.plan,
        state=entry.state,
        now=now,
        parent=entry.parent,
        stepped_at=entry.stepped_at,
        wake_at=entry.wake_at,
        taken=taken,
        labels=entry.labels,
    )
