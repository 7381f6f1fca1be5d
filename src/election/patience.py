"""How long silence may last before it means something, counted on this machine's clock alone.

The ensemble ends a session when it has not heard from the client for the session's timeout. The client cannot
know when it was last heard, but it knows when it sent the last request that was answered, which was earlier.
What is due a part of the timeout after that instant is due before the session can be over on the servers.

The rest, a quarter of the timeout, is the margin: the clocks of two machines do not run alike, and the server
that the client talks to tells the leader of the ensemble only every half tick whom it has heard, which is a
quarter of the shortest session that a server grants by itself, and less of any other.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from election.role import Connection

# Parts of the session's timeout. Between the last two, a successor is elected and claims the lease in the
# store, so that a server which is cut off from a healthy ensemble finds it taken.
BETWEEN_PULSES = 1 / 8
SUSPENDED_AFTER = 3 / 8
LOST_AFTER = 3 / 4
UNAVAILABLE_AFTER = 3 / 2


@dataclass(frozen=True, slots=True)
class Patience:
    """The deadlines that follow from a session's timeout.

    Attributes:
        session: the timeout as the ensemble granted it, which may be less or more than was asked for.
    """

    session: timedelta

    @property
    def between_pulses(self) -> timedelta:
        """How often the ensemble is asked for a sign of life."""
        return self.session * BETWEEN_PULSES

    def after(self, part: float) -> float:
        """Return a part of the session's timeout, in seconds."""
        return self.session.total_seconds() * part


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of the session.

    Attributes:
        since: when the last request that was answered was sent, or when the first was about to be, in
            monotonic seconds.
        live: whether the ensemble has answered in this session, and has not said that it is over.
        linked: whether the connection stands.
        patience: the deadlines.
    """

    since: float
    patience: Patience
    live: bool = False
    linked: bool = False

    def answered(self, sent: float, session: timedelta) -> "Contact":
        """Return what is known after the answer to a request that was sent at `sent`."""
        return replace(self, since=max(sent, self.since), live=True, patience=Patience(session))

    def at(self, now: float) -> Connection:
        """Return how things stand at `now`."""
        silence = now - self.since
        if self.live and silence < self.patience.after(LOST_AFTER):
            heard = self.linked and silence < self.patience.after(SUSPENDED_AFTER)
            return Connection.CONNECTED if heard else Connection.SUSPENDED
        tolerable = silence < self.patience.after(UNAVAILABLE_AFTER)
        return Connection.LOST if tolerable else Connection.UNAVAILABLE

    def next_change(self, now: float) -> float | None:
        """Return when `at` may next say something else if nothing is heard, in monotonic seconds."""
        parts = (SUSPENDED_AFTER, LOST_AFTER, UNAVAILABLE_AFTER)
        due = (self.since + self.patience.after(part) for part in parts)
        return min((instant for instant in due if instant > now), default=None)
