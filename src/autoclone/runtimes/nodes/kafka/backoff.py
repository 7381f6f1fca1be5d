"""How long to wait for a Kafka that is away."""

from datetime import timedelta

FIRST = timedelta(milliseconds=250)
LONGEST = timedelta(seconds=15)


class Backoff:
    """Waits that double, until something has worked."""

    def __init__(self) -> None:
        self._next = FIRST

    def wait(self) -> timedelta:
        """Return how long to wait before the next try."""
        wait, self._next = self._next, min(2 * self._next, LONGEST)
        return wait

    def reset(self) -> None:
        """Begin anew: it has worked."""
        self._next = FIRST
