"""An ensemble in memory, in virtual time: its sessions, its lock's queue, and a link to each candidate."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from election.base import Misconfigured
from election.wire import LinkEvent, Sight, Unreachable
from virtual_clock import VirtualClock

SESSION = timedelta(seconds=8)


class FakeEnsemble:
    """What the servers know. A session ends when they have not heard from it for its timeout."""

    def __init__(self, clock: VirtualClock, session: timedelta = SESSION) -> None:
        self.clock = clock
        self.session = session
        self.refusal: Misconfigured | None = None
        self.queue: list[FakeCandidacy] = []
        self.silent = False
        self.wires: list[FakeWire] = []

    def wire(self, address: str) -> "FakeWire":
        self.wires.append(FakeWire(self, address))
        return self.wires[-1]

    def remove(self, entry: "FakeCandidacy") -> None:
        if entry in self.queue:
            self.queue.remove(entry)
        self.tell()

    def tell(self) -> None:
        """Tell the queue's first that it is, and everybody that there is news."""
        if self.queue and not self.silent:
            self.queue[0].won.set()
        for wire in self.wires:
            if wire.up:
                wire.listener(LinkEvent.NEWS)


class FakeWire:
    """One candidate's way to the ensemble."""

    def __init__(self, ensemble: FakeEnsemble, address: str) -> None:
        self.ensemble = ensemble
        self.address = address
        self.reachable = True
        self.up = False
        self.over = False
        self.heard = 0.0
        self.answers_after = timedelta()
        self.stops_after = timedelta()
        self.candidacy: FakeCandidacy | None = None
        self._healed = asyncio.Event()

    def start(self, listener: Callable[[LinkEvent], None]) -> None:
        self.listener = listener
        self._server = asyncio.create_task(self._expire())
        if self.reachable:
            self._connect()

    async def stop(self) -> None:
        """Out of reach, the servers are not told: the session runs out by itself."""
        self.up = False
        if self.stops_after:
            await self.ensemble.clock.sleep(self.stops_after)
        if self.reachable:
            self._server.cancel()
            self._end()

    def cut(self, *, silently: bool = False) -> None:
        """Let nothing through any more. A silent cut is not noticed by the client's end of the link."""
        self.reachable, self._healed = False, asyncio.Event()
        if not silently:
            self.up = False
            self.listener(LinkEvent.DOWN)

    def heal(self) -> None:
        self.reachable = True
        self._healed.set()
        if not self.up:
            self._connect()

    def _connect(self) -> None:
        if self.over:
            self.over = False
            self.listener(LinkEvent.ENDED)
        self.up = True
        self.heard = self.ensemble.clock.monotonic()
        self.listener(LinkEvent.UP)

    async def _expire(self) -> None:
        """The servers' side of the session."""
        clock = self.ensemble.clock
        while True:
            left = self.heard + self.ensemble.session.total_seconds() - clock.monotonic()
            if left <= 0:
                self._end()
                left = self.ensemble.session.total_seconds()
            await clock.sleep(timedelta(seconds=left))

    def _end(self) -> None:
        self.over = True
        if self.candidacy:
            self.ensemble.remove(self.candidacy)

    async def pulse(self) -> Sight:
        if not self.reachable:
            if not self.up:
                raise Unreachable("down")
            await self._healed.wait()
        if self.over:
            self.up = False
            self._connect()
            raise Unreachable("the session is over")
        self.heard = self.ensemble.clock.monotonic()
        if self.ensemble.refusal:
            raise self.ensemble.refusal
        queue = self.ensemble.queue
        primary = queue[0].wire.address if queue else None
        sight = Sight(self.ensemble.session, self.candidacy in queue, queue[:1] == [self.candidacy], primary)
        if self.answers_after:
            await self.ensemble.clock.sleep(self.answers_after)
        return sight

    def stand(self) -> "FakeCandidacy":
        self.candidacy = FakeCandidacy(self)
        return self.candidacy

    async def diagnose(self) -> str:
        return "zookeeper_hosts = 'nowhere': no server answers"


class FakeCandidacy:
    """One entry in the queue."""

    def __init__(self, wire: FakeWire) -> None:
        self.wire = wire
        self.won = asyncio.Event()

    async def elected(self) -> None:
        if not self.wire.reachable:
            raise Unreachable("down")
        self.wire.ensemble.queue.append(self)
        self.wire.ensemble.tell()
        await self.won.wait()

    async def withdraw(self) -> None:
        if self.wire.reachable:
            self.wire.ensemble.remove(self)
