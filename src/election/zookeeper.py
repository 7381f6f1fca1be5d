"""An election by ZooKeeper: who holds a lock there is elected."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta

from election.base import Clock, Misconfigured, Observation
from election.patience import Contact, Patience
from election.role import Connection, Lock
from election.waiting import Bell, at_most, reap
from election.wire import Candidacy, LinkEvent, Sight, Unreachable, Wire

logger = logging.getLogger(__name__)


class ZooKeeperElection:
    """One candidate among those that use the same path of one ensemble.

    Three tasks share its state, all on the event loop. *Pulses* have the ensemble answer, again and again,
    which proves that the session lives and shows who is first in the queue. The *campaign* waits for the
    lock, one session long. The *watch* announces what time alone changes.
    """

    def __init__(self, wire: Wire, clock: Clock, *, address: str, session_timeout: timedelta) -> None:
        """Take a connection that was not started yet.

        Args:
            wire: the way to the ensemble.
            clock: the time.
            address: what this candidate advertises.
            session_timeout: what the wire asks the ensemble for; what it grants counts, once known.
        """
        self._wire = wire
        self._clock = clock
        self._address = address
        self._contact = Contact(clock.monotonic(), Patience(session_timeout))
        self._lock = Lock.UNDECIDED
        self._sight: Sight | None = None
        self._trouble = ""
        self._refused: Misconfigured | None = None
        self._sessions = 0
        self._campaign: asyncio.Task[None] | None = None
        self._candidacy: Candidacy | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stirred = Bell()
        self._wanted = asyncio.Event()

    async def open(self) -> None:
        """Connect, join the queue, and wait until it is known who is first, or that ZooKeeper is unavailable.

        Raises:
            Misconfigured: ZooKeeper refuses a setting.
        """
        self._contact = replace(self._contact, since=self._clock.monotonic())
        self._wire.start(self._heard)
        self._begin(self._pulses())
        self._begin(self._watch())
        try:
            await self._settled()
        except BaseException:
            await self.close()
            raise

    async def _settled(self) -> None:
        seen = self.observe()
        while seen.lock is Lock.UNDECIDED:
            if self._refused:
                raise self._refused
            if seen.connection is Connection.UNAVAILABLE and seen.trouble:
                return
            seen = await self.changed(seen)

    async def close(self) -> None:
        """Resign and end the session. In a partition this takes until the connection is given up."""
        if not self._tasks:
            return
        await self.resign()
        await reap(*self._tasks)
        await self._wire.stop()

    async def resign(self) -> None:
        """Leave the queue: the next candidate has the lock as soon as ZooKeeper has told it."""
        self._lock = Lock.RESIGNED
        self._stirred.ring()
        if self._campaign:
            await reap(self._campaign)

    def observe(self) -> Observation:
        """Return how things stand now."""
        connection = self._contact.at(self._clock.monotonic())
        known = connection in {Connection.CONNECTED, Connection.SUSPENDED}
        sight = self._sight if known else None
        lock, primary = self._lock, sight.primary if sight else None
        if lock is Lock.UNDECIDED and sight and sight.primary and not sight.first:
            lock = Lock.OTHERS
        if lock is Lock.HELD and known:
            primary = self._address
        return Observation(connection, lock, primary, self._trouble)

    async def changed(self, seen: Observation) -> Observation:
        """Wait until things no longer stand as `seen`."""
        while (now := self.observe()) == seen:
            await self._stirred.wait()
        return now

    # Pulses

    async def _pulses(self) -> None:
        while True:
            self._wanted.clear()
            if self._contact.linked:
                await self._pulse()
            await at_most(self._clock, self._contact.patience.between_pulses, self._wanted.wait())

    async def _pulse(self) -> None:
        """Have the ensemble answer once. One at a time: kazoo takes a link that it writes to for alive."""
        sent, session = self._clock.monotonic(), self._sessions
        try:
            sight = await self._wire.pulse()
        except Unreachable:
            return
        except Misconfigured as refused:
            self._refuse(refused)
            return
        if session == self._sessions:
            self._answered(sent, sight)
        if self._lock is Lock.RESIGNED and sight.standing and self._candidacy:
            await self._candidacy.withdraw()  # it resigned while the ensemble was out of reach

    def _answered(self, sent: float, sight: Sight) -> None:
        self._contact = self._contact.answered(sent, sight.session)
        self._sight = sight
        if sight.standing:
            self._trouble, self._refused = "", None
        elif self._lock is Lock.HELD:
            logger.warning("This candidate's entry in ZooKeeper was removed by another hand: standing again")
            self._unseat()
        if self._campaign is None and self._lock is Lock.UNDECIDED:
            self._campaign = self._begin(self._stand())
        self._stirred.ring()

    # The campaign

    async def _stand(self) -> None:
        """Wait for the lock and hold it until cancelled."""
        self._candidacy = candidacy = self._wire.stand()
        try:
            await candidacy.elected()
            self._lock = Lock.HELD
            self._stirred.ring()
            await asyncio.Event().wait()
        except Unreachable:
            pass
        except Misconfigured as refused:
            self._refuse(refused)
        finally:
            await candidacy.withdraw()
            if self._campaign is asyncio.current_task():
                self._campaign = None

    def _unseat(self) -> None:
        """Forget the lock. The next pulse that is answered begins another campaign."""
        if self._lock is Lock.HELD:
            self._lock = Lock.UNDECIDED
        self._sight = None
        campaign, self._campaign = self._campaign, None
        if campaign:
            campaign.cancel()

    def _refuse(self, refused: Misconfigured) -> None:
        self._trouble, self._refused = str(refused), refused
        self._stirred.ring()

    # What the connection and the clock have to say

    def _heard(self, event: LinkEvent) -> None:
        match event:
            case LinkEvent.UP:
                self._contact, self._trouble = replace(self._contact, linked=True), ""
            case LinkEvent.DOWN:
                self._contact, self._trouble = replace(self._contact, linked=False), ""
            case LinkEvent.ENDED:
                self._contact = replace(self._contact, linked=False, live=False)
                self._sessions += 1
                self._unseat()
            case LinkEvent.NEWS:
                pass
        self._wanted.set()
        self._stirred.ring()

    async def _watch(self) -> None:
        """Announce what time alone changes, and say what is wrong while ZooKeeper is unavailable."""
        seen = None
        while True:
            observed = self.observe()
            if observed != seen:
                _log(observed, seen)
                seen = observed
                self._stirred.ring()
            if observed.connection is Connection.UNAVAILABLE and not (
                observed.trouble or self._contact.linked
            ):
                self._trouble = await self._wire.diagnose()
                continue
            now = self._clock.monotonic()
            due = self._contact.next_change(now) or now + self._contact.patience.session.total_seconds()
            await at_most(self._clock, timedelta(seconds=due - now), self._stirred.wait())

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _log(observed: Observation, before: Observation | None) -> None:
    if observed.trouble and (before is None or before.trouble != observed.trouble):
        logger.warning("%s", observed.trouble)
    if before is None or (before.connection, before.lock) != (observed.connection, observed.lock):
        logger.info(
            "ZooKeeper: %s, lock %s, primary %s", observed.connection, observed.lock, observed.primary
        )
