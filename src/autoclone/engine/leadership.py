"""Finds out again and again what this server is, and has it act accordingly.

Two tasks share the work. One follows: it judges, and begins or ends the reign at once. The other asks the
store, which may take long, to renew, claim or release the lease. The first never waits for the second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from autoclone.engine.campaign import NOBODY, Campaign
from autoclone.engine.candidate import Candidate
from autoclone.engine.gate import Gate
from autoclone.engine.reign import Means, Reign
from autoclone.engine.tenure import Tenure
from autoclone.engine.throne import Throne
from autoclone.errors import AutoCloneError, LeaseTaken, StaleEpoch
from autoclone.ports import Standing
from election.role import Connection, Lease, LeaseStep, Lock, Role, Verdict, decide

log = logging.getLogger("autoclone.engine")

AT_ONCE = timedelta()
# When to ask the store again that has failed.
AGAIN_SECONDS = 1.0


class Leadership:
    """Knows this server's role at any instant, and holds the throne while it is primary.

    Args:
        crown: returns the reign of an epoch, not yet begun.
        dethroned: called after each reign.

    Attributes:
        gate: open while this server may act.
    """

    def __init__(
        self,
        means: Means,
        candidate: Candidate,
        tenure: Tenure,
        *,
        crown: Callable[[int], Reign],
        dethroned: Callable[[], None],
    ) -> None:
        self._means = means
        self._candidate = candidate
        self._tenure = tenure
        self._throne = Throne(crown)
        self._dethroned = dethroned
        self._campaign = Campaign(candidate.stand, means.clock, candidate.pulse)
        self._tending: asyncio.Task[None] | None = None
        self._told: Standing | None = None
        self._seen = NOBODY
        self._holder = Lease.UNKNOWN
        self._tended: Verdict | None = None
        self._due = 0.0
        self._verdict = Verdict(Role.SECONDARY, LeaseStep.LEAVE)
        self.gate = Gate(means.clock, self._may_act)
        self._steps: Mapping[LeaseStep, Callable[[float], Awaitable[None]]] = {
            LeaseStep.CLAIM: self._claim,
            LeaseStep.RENEW: self._renew,
            LeaseStep.RELEASE: self._release,
            LeaseStep.LEAVE: self._look,
        }

    @property
    def reign(self) -> Reign | None:
        """The reign, where this server may act and has looked at every DAG, else None."""
        reign = self._throne.reign
        return reign if reign is not None and reign.begun.is_set() and self.gate.is_open else None

    @property
    def enthroned(self) -> bool:
        """Whether there is a reign, even if it has to pause, or is just beginning."""
        return self._throne.reign is not None

    @property
    def standing(self) -> Standing:
        """What this server is now."""
        self.gate.look()
        lease, acts = self._tenure.seen, self._verdict.role.acts
        known = lease is not None and self._holder is Lease.TAKEN
        return Standing(
            role=self._verdict.role,
            epoch=max(self._tenure.epoch, lease.epoch if lease else 0),
            election="standalone" if self._candidate.alone else self._seen.connection,
            primary=self._candidate.address if acts else lease.address if lease and known else None,
            trouble=self._seen.trouble,
        )

    async def open(self) -> None:
        """Stand, and find out what this server is. A primary has taken over when this returns.

        Raises:
            Misconfigured: the election refuses a setting.
            AutoCloneError: the store cannot be used; or, to a server that is alone: what was left could not
                be taken over.
        """
        await self._campaign.enter()
        for _ in (LeaseStep.LEAVE, LeaseStep.CLAIM):
            self.gate.look()
            with suppress(LeaseTaken):  # another was faster: it is claimed, or left to it, later on
                await self._steps[self._verdict.lease](self._now())
        await self._follow()
        await self._throne.begun()
        await self._reap()

    async def run(self) -> None:
        """Follow the election and the lease, until cancelled.

        Raises:
            StaleEpoch: another server has taken over from one that should be alone.
            AutoCloneError: the reign of one that is alone could not go on. Among several, another has a try.
        """
        try:
            while True:
                await self._follow()
                await self._news()
        finally:
            await _cancelled(self._tending)

    async def close(self, drain: timedelta) -> None:
        """Hand over: stop what runs, give the lease up, and resign. The next primary has not to wait."""
        error = await self._throne.vacate(drain)
        if error is not None:
            log.error("The clones were not managed to the end: %s", error)
        if self._tenure.holding:
            with suppress(AutoCloneError):
                await self._release(self._now())
        await self._campaign.withdraw()
        await self._throne.settled()

    # What the role is, and what follows from it

    def _may_act(self) -> bool:
        self._seen = self._campaign.observe()
        self._holder, epoch = self._tenure.at(self._now())
        self._verdict = decide(self._seen.connection, self._seen.lock, self._holder, epoch)
        return self._verdict.role.acts

    async def _follow(self) -> None:
        """Judge, begin or end the reign, and have the lease seen to."""
        self.gate.look()
        await self._reap()
        if self._verdict.role is Role.SECONDARY:
            await self._step_down()
        elif self._verdict.role.acts and self._throne.reign is None:
            self._throne.ascend(self._tenure.epoch)
        elif self._verdict.role.acts and self._throne.reign is not None:
            self._throne.reign.resume()
        self._tell()
        await self._stand_aside()

    async def _step_down(self) -> None:
        """Stop everything at once: another may be about to begin."""
        if self._throne.reign is None:
            return
        log.warning("This server is not primary any more: its clones are stopped")
        error = await self._throne.vacate(AT_ONCE)
        self._dethroned()
        if error is not None:
            log.error("The clones were not managed to the end: %s", error)
        if self._verdict.lease is not LeaseStep.RELEASE:
            self._tenure.ended()

    async def _reap(self) -> None:
        """Take in that a reign has ended by itself."""
        if self._throne.task is None or not self._throne.task.done():
            return
        self._tenure.ended()
        self.gate.look()
        error = await self._throne.vacate(AT_ONCE)
        self._dethroned()
        if error is None or (isinstance(error, StaleEpoch) and not self._candidate.alone):
            return
        if self._candidate.alone or not isinstance(error, AutoCloneError):
            raise error
        log.error("The clones cannot be managed here, so another server has a try: %s", error)
        await self._campaign.withdraw()

    def _tell(self) -> None:
        standing = self.standing
        if standing != self._told:
            self._told = standing
            self._means.observer.became(standing)

    async def _news(self) -> None:
        """Have the lease seen to, and wait for the next pulse or for something that may change the role."""
        now = self._now()
        if self._tending is None and (self._verdict != self._tended or now >= self._due):
            self._tended = self._verdict
            self._due = now + self._candidate.pulse.total_seconds()
            self._tending = asyncio.create_task(self._tend())
        pause = self._candidate.pulse if self._tending else timedelta(seconds=self._due - now)
        await self._first_of(self._means.clock.sleep(pause), self._campaign.changed(self._seen))
        if self._tending is not None and self._tending.done():
            tending, self._tending = self._tending, None
            tending.result()

    async def _first_of(self, *changes: Coroutine[Any, Any, None]) -> None:
        watched = [asyncio.ensure_future(one) for one in changes]
        work = [task for task in (self._tending, self._throne.task) if task is not None]
        try:
            await asyncio.wait([*watched, *work], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in watched:
                one.cancel()

    # The lease

    async def _tend(self) -> None:
        """See to the lease once, as the role asks for."""
        try:
            await self._steps[self._verdict.lease](self._now())
            self._means.health.lease = None
            await self._campaign.enter_again()
        except LeaseTaken as error:
            log.info("%s", error)
            self._tenure.ended()
        except StaleEpoch as error:
            self._tenure.ended()
            if self._candidate.alone:
                raise
            log.warning("%s", error)
        except AutoCloneError as error:
            await self._unanswered(error)

    async def _look(self, asked: float) -> None:
        lease = await self._means.store.lease()
        if self._tenure.holding:
            self._tenure.ended()  # it was too long ago that the store said so: what is seen now counts
        self._tenure.looked(asked, self._now(), lease)

    async def _claim(self, asked: float) -> None:
        owner, address = self._candidate.owner, self._candidate.address
        epoch = await self._means.store.claim_epoch(
            owner, self._means.clock.now(), address=address, term=self._tenure.term, seen=self._tenure.seen
        )
        self._tenure.claimed(asked, epoch)

    async def _renew(self, asked: float) -> None:
        await self._means.store.commit(self._tenure.epoch, ())
        self._tenure.confirmed(asked)

    async def _release(self, _asked: float) -> None:
        try:
            await self._means.store.release(self._tenure.epoch)
        finally:
            self._tenure.ended()

    async def _unanswered(self, error: AutoCloneError) -> None:
        """Say so, ask again soon, and stand in nobody's way meanwhile."""
        if self._means.health.lease is None:
            log.error("The store does not answer: %s", error)
        self._means.health.lease = str(error)
        self._due = min(self._due, self._now() + AGAIN_SECONDS)
        self.gate.look()
        if self._is_in_the_way:
            await self._withdraw()

    @property
    def _is_in_the_way(self) -> bool:
        """Whether this server is elected, and cannot claim what another could."""
        elected = (self._seen.connection, self._seen.lock) == (Connection.CONNECTED, Lock.HELD)
        return elected and not self._tenure.holding

    async def _stand_aside(self) -> None:
        """Let another be elected where the store does not answer this server, be it by silence."""
        unanswered = self._tending is not None or self._means.health.lease is not None
        if unanswered and self._tenure.out_of_reach(self._now()):
            await self._withdraw()

    async def _withdraw(self) -> None:
        if self._campaign.stands:
            log.warning("This server does not stand for election while it does not reach the store")
            await self._campaign.withdraw()

    def _now(self) -> float:
        return self._means.clock.monotonic()


async def _cancelled(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait((task,))
