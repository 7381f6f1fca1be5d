"""What one node counts."""

from collections import deque

from autoclone.clock import Clock

# Rates are over this many seconds.
SPAN = 5

LONGEST_ERROR = 500


class Rate:
    """Counts by the second, so that the last few can be told from the rest."""

    __slots__ = ("_began", "_clock", "_counts", "_seconds")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._seconds: deque[int] = deque(maxlen=SPAN)
        self._counts: deque[int] = deque(maxlen=SPAN)

    def add(self, number: int) -> None:
        """Count so many just now."""
        second = int(self._clock.monotonic())
        if self._seconds and self._seconds[-1] == second:
            self._counts[-1] += number
        else:
            self._seconds.append(second)
            self._counts.append(number)

    def per_second(self) -> float:
        """Return the mean over the last few seconds; at the very beginning, over one."""
        now = self._clock.monotonic()
        first = int(now) - SPAN + 1
        counted = sum(
            count for second, count in zip(self._seconds, self._counts, strict=True) if second >= first
        )
        return counted / max(1.0, min(now - first, now - self._began))


class Meter:
    """The counters of one node since its DAG was started.

    Attributes:
        status: `waiting`, `running`, `completed`, `restarting` or `failed`.
        received: records taken in.
        emitted: records passed on, or written.
        errors: records or runs that raised.
        restarts: how often the node was restarted.
        last_error: the newest error's text.
        rate_in: of the records taken in.
        rate_out: of the records passed on, or written.
    """

    __slots__ = (
        "emitted",
        "errors",
        "last_error",
        "rate_in",
        "rate_out",
        "received",
        "restarts",
        "status",
    )

    def __init__(self, clock: Clock) -> None:
        self.status = "waiting"
        self.received = self.emitted = self.errors = self.restarts = 0
        self.last_error: str | None = None
        self.rate_in, self.rate_out = Rate(clock), Rate(clock)

    def took(self) -> None:
        """Count a record taken in."""
        self.received += 1
        self.rate_in.add(1)

    def passed(self, records: int) -> None:
        """Count records passed on, or written."""
        self.emitted += records
        self.rate_out.add(records)

    def erred(self, error: Exception) -> None:
        """Count an error."""
        self.errors += 1
        self.last_error = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
