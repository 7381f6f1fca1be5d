"""One fault test: three servers with a ramp, watched throughout, and what is left of it for the judge.

    async with fault_case(tmp_path, zookeepers, postgres) as case:
        await case.ramp(5)
        await case.clones(2)
        killed = case.now()
        (await case.three.primary()).kill()
        await case.settled()
        assert not findings(await case.evidence(faults=[killed]))

Each DAG and clone writes a line every tenth of a second into a file of its own in its server's folder.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from cluster.server import SERVE
from judge import Answer, Beat, Claim, Course, Evidence, Pause, Told
from postgres_kit import Postgres
from trio import INTERVAL, SESSION, Trio, TrioServer, trio
from zookeeper_kit import Ensemble

PARENT = "orders"
BEATS = "beats"
NODES = [
    {"id": "beat", "type": "interval", "params": {"every": "100ms"}},
    {"id": "keep", "type": "jsonl", "params": {"path": f"{BEATS}/{{dag}}.jsonl", "batch": 1}},
]
EDGES = [["beat", "keep"]]
WATCH_SECONDS = 0.05
# What the issue promises of a failover.
FAILOVER = SESSION + timedelta(seconds=1)
CLAIMS = """
    SELECT epoch, owner, to_timestamp(claimed_at / 1e6), pg_xact_commit_timestamp(xmin)
    FROM epochs ORDER BY epoch
"""
TOLD = """
    SELECT position, sequence, parent, type, clone, epoch, to_timestamp(at / 1e6),
           pg_xact_commit_timestamp(xmin)
    FROM events ORDER BY position
"""


class Watch:
    """Asks every server again and again what it is."""

    def __init__(self, servers: Sequence[TrioServer]) -> None:
        self.answers: list[Answer] = []
        self._servers = servers

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for server in self._servers:
                group.create_task(self._follow(server))

    async def _follow(self, server: TrioServer) -> None:
        async with httpx.AsyncClient(base_url=server.url, timeout=1, trust_env=False, verify=False) as client:  # noqa: S501 - loopback, without TLS
            while True:
                asked = datetime.now(UTC)
                try:
                    told = (await client.get("/api/v1/server")).raise_for_status().json()
                except httpx.HTTPError:
                    pass
                else:
                    answer = Answer(server.name, asked, datetime.now(UTC), told["role"], told["epoch"])
                    self.answers.append(answer)
                await asyncio.sleep(WATCH_SECONDS)


class FaultCase:
    """A trio, the ramp that it makes, and the evidence."""

    def __init__(self, three: Trio, folder: Path, watch: Watch) -> None:
        self.three = three
        self.count = 0
        self.grace: dict[int, Pause] = {}
        self._folder = folder
        self._watch = watch

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    async def ramp(self, count: int, **section: Any) -> None:  # noqa: ANN401 - whatever a section has
        """Put the DAG, which is within its window, and have it ramp to `count`; again to change that."""
        opens, closes = (self.now() + timedelta(hours=hours) for hours in (-2, 2))
        window = {"ramp_up_time": f"{opens:%H%M}", "ramp_down_time": f"{closes:%H%M}"}
        document = {
            "name": PARENT,
            "nodes": NODES,
            "edges": EDGES,
            "autoclone": {**window, "ramp_count": count, **section},
        }
        primary = await self.three.primary()
        (await primary.put(f"/api/v1/dags/{PARENT}", document)).raise_for_status()
        self.count = count

    async def status(self) -> dict[str, Any] | None:
        """Return the status of the ramp as the primary has it; None where nobody is sure of being that."""
        acting = await self.three.acting()
        if len(acting) != 1:
            return None
        try:
            told: dict[str, Any] = await acting[0].get(f"/api/v1/dags/{PARENT}/autoclone")
        except httpx.HTTPError:
            return None
        return told

    async def clones(self, count: int) -> None:
        """Wait until there are that many clones, or more."""

        async def so_many() -> bool:
            status = await self.status()
            return status is not None and len(status["clones"]) >= count

        await self.three.until(so_many)

    async def settled(self, within: timedelta = timedelta(seconds=40)) -> None:
        """Wait until the ramp is where it should be in the end, and all servers that run answer."""

        async def there() -> bool:
            status = await self.status()
            return status is not None and status["status"] == "active" and len(status["clones"]) == self.count

        await self.three.until(there, within)
        for server in self.three.servers:
            if server.running:
                await self.three.until(server.answers)

    async def claims(self) -> list[Claim]:
        """Return the epochs so far."""
        return [Claim(*row) for row in await self._asked(CLAIMS)]

    async def next_claim(self, since: datetime) -> Claim:
        """Wait for the first epoch that is claimed after an instant."""

        async def claimed() -> Claim | None:
            return next((claim for claim in await self.claims() if claim.at > since), None)

        return await self.three.until(claimed)

    async def evidence(
        self,
        faults: Sequence[datetime] = (),
        courses: Sequence[Course] | None = None,
        **course: Any,  # noqa: ANN401 - as Course has them
    ) -> Evidence:
        """Return all that is known, once the ramp has settled.

        Args:
            faults: when something was hurt: from then to the next claim nobody had to act.
            courses: what the ramps should have done; by default the one ramp, with these pauses.
            course: further fields of that one.
        """
        status = await self.three.until(self.status)
        since = self.now()
        await self.three.until(lambda: set(status["clones"]) <= self._alive(since))
        claims = await self.claims()
        pauses = tuple(pauses_of(faults, claims))
        one = Course(PARENT, INTERVAL, self.count, **{"pauses": pauses, **course})
        return Evidence(
            claims=claims,
            told=[Told(*row) for row in await self._asked(TOLD)],
            status=status["clones"],
            running=sorted(self._alive(since) - {PARENT}),
            courses=[one] if courses is None else courses,
            beats=self.beats(),
            answers=self._watch.answers,
            grace=self.grace,
        )

    def beats(self) -> list[Beat]:
        """Return every sign of life so far, in order of time."""
        found = []
        for server in self.three.servers:
            for file in sorted((self._folder / server.name / BEATS).glob("*.jsonl")):
                for line in file.read_text().splitlines():
                    at = datetime.fromisoformat(json.loads(line)["at"])
                    found.append(Beat(server.name, file.stem, at))
        return sorted(found, key=lambda beat: beat.at)

    def _alive(self, since: datetime) -> set[str]:
        return {beat.clone for beat in self.beats() if beat.at > since}

    async def _asked(self, statement: str) -> list[Any]:
        connection = await asyncpg.connect(self.three.postgres.address(self.three.database))
        try:
            found: list[Any] = await connection.fetch(statement)
        finally:
            await connection.close()
        return found


def pauses_of(faults: Sequence[datetime], claims: Sequence[Claim]) -> list[Pause]:
    """Return a pause for each claim but the first: from the last fault before it."""
    found = []
    for before, claim in pairwise(claims):
        hurt = [at for at in faults if at < claim.at]
        if hurt:
            found.append(Pause(max(hurt[-1], before.at), claim.at))
    return found


def restored(zookeepers: Ensemble, postgres: Postgres) -> None:
    """Start what an earlier test has left down. It blocks."""
    if not zookeepers.serves():
        assert zookeepers.start(), zookeepers.log
    if not postgres.running:
        postgres.start()


@asynccontextmanager
async def fault_case(
    folder: Path,
    zookeepers: Ensemble,
    postgres: Postgres,
    *,
    settings: dict[str, str] | None = None,
    command: Sequence[str] = SERVE,
    start: bool = True,
) -> AsyncIterator[FaultCase]:
    """Make three servers, started unless told otherwise, and watch them."""
    async with trio(folder, zookeepers, postgres, settings=settings, command=command) as three:
        if start:
            await three.start()
        watch = Watch(three.servers)
        watching = asyncio.create_task(watch.run())
        try:
            yield FaultCase(three, folder, watch)
        finally:
            watching.cancel()
            await asyncio.wait((watching,))
        if not watching.cancelled():
            watching.result()
