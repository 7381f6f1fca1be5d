"""One fault test: three servers with a ramp, watched throughout, and what is left of it for the judge.

    async with fault_case(tmp_path, zookeepers, postgres) as case:
        await case.ramp(5)
        await case.clones(2)
        killed = case.now()
        (await case.three.primary()).kill()
        await case.settled()
        await case.judged([killed])

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
from evidence import Answer, Beat, Claim, Course, Evidence, Pause, Told
from judge import findings
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
# What a process that is let run again may do before it has noticed how much time has passed.
NOTICES = timedelta(milliseconds=250)
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
    """Asks every server again and again what it is.

    Attributes:
        answers: all that they said.
        last: the newest that each said, with how many clones it knows of.
    """

    def __init__(self, servers: Sequence[TrioServer]) -> None:
        self.answers: list[Answer] = []
        self.last: dict[str, dict[str, Any]] = {}
        self._servers = servers

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for server in self._servers:
                group.create_task(self._follow(server))

    def primary(self) -> dict[str, Any]:
        """Return what the primary of the newest epoch said last; nothing where nobody says that it is one."""
        acting = [told for told in self.last.values() if told.get("role") == "primary"]
        return max(acting, key=lambda told: int(told["epoch"]), default={})

    async def _follow(self, server: TrioServer) -> None:
        async with httpx.AsyncClient(base_url=server.url, timeout=1, trust_env=False, verify=False) as client:  # noqa: S501 - there is no TLS on the loopback interface
            while True:
                asked = datetime.now(UTC)
                try:
                    told = (await client.get("/api/v1/server")).raise_for_status().json()
                except httpx.HTTPError:
                    told = {}
                else:
                    answer = Answer(server.name, asked, datetime.now(UTC), told["role"], told["epoch"])
                    self.answers.append(answer)
                self.last[server.name] = told
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
        self.count = count
        primary = await self.three.primary()
        (await primary.put(f"/api/v1/dags/{PARENT}", document)).raise_for_status()

    async def status(self) -> dict[str, Any] | None:
        """Return the status of the ramp as the primary has it; None where nobody is sure of being that."""
        acting = next(
            (one for one in self.three.servers if one.url == self._watch.primary().get("primary")), None
        )
        if acting is None:
            return None
        try:
            told: dict[str, Any] = await acting.get(f"/api/v1/dags/{PARENT}/autoclone")
        except httpx.HTTPError:
            return None
        return told

    async def clones(self, count: int) -> None:
        """Wait until there are that many clones, or more."""
        await self.three.until(lambda: self._watch.primary().get("clones", 0) >= count)

    async def settled(self, within: timedelta = timedelta(seconds=40)) -> None:
        """Wait until the ramp is where it should be in the end, and all servers that run answer.

        By then the last primary has told of each clone, be it that it was made or that it was brought back.
        """
        await self.three.until(lambda: self._watch.primary().get("clones") == self.count, within)

        async def there() -> bool:
            status = await self.status()
            if status is None or status["status"] != "active" or len(status["clones"]) != self.count:
                return False
            epoch = (await self.claims())[-1].epoch
            return set(status["clones"]) <= {one.clone for one in await self.told() if one.epoch == epoch}

        await self.three.until(there, within)
        for server in self.three.servers:
            if server.running:
                await self.three.until(server.answers)

    async def claims(self) -> list[Claim]:
        """Return the epochs so far."""
        return [Claim(*row) for row in await self._asked(CLAIMS)]

    async def told(self) -> list[Told]:
        """Return the journal so far."""
        return [Told(*row) for row in await self._asked(TOLD)]

    async def taken_over(self, since: datetime, former: TrioServer, within: timedelta = FAILOVER) -> Claim:
        """Wait until another has taken over and told of something; hold it to the time that it may take."""
        claim = await self.next_claim(since)
        assert claim.owner != former.name

        async def acted() -> datetime | None:
            return next((one.at for one in await self.told() if one.epoch == claim.epoch), None)

        took = await self.three.until(acted) - since
        assert took <= within, f"{took}, with the claim after {claim.at - since}\n{self.three.logs()}"
        return claim

    async def next_claim(self, since: datetime) -> Claim:
        """Wait for the first epoch that is claimed after an instant."""

        seen = 0

        async def claimed() -> Claim | None:
            nonlocal seen
            epoch = self._watch.primary().get("epoch", 0)
            if epoch == seen:
                return None
            seen = epoch
            return next((claim for claim in await self.claims() if claim.at > since), None)

        return await self.three.until(claimed)

    async def judged(self, faults: Sequence[datetime] = (), **course: Any) -> Evidence:  # noqa: ANN401 - as `evidence` has them
        """Return the evidence, once the judge has found nothing in it. Arguments are those of `evidence`."""
        evidence = await self.evidence(faults, **course)
        wrong = findings(evidence)
        assert not wrong, "\n".join([*wrong, *_told(evidence), self.three.logs()])
        return evidence

    async def evidence(self, faults: Sequence[datetime] = (), **course: Any) -> Evidence:  # noqa: ANN401 - as Course has them
        """Return all that is known, once the ramp has settled.

        Args:
            faults: when something was hurt: from then to the first event of the next epoch nobody had to act.
            course: further fields of what the ramp should have done.
        """
        status = await self.three.until(self.status)
        since = self.now()
        await self.three.until(lambda: set(status["clones"]) <= self._alive(since))
        claims = await self.claims()
        told = await self.told()
        one = Course(PARENT, INTERVAL, self.count, **{"pauses": pauses_of(faults, told), **course})
        return Evidence(
            claims=claims,
            told=told,
            status=status["clones"],
            running=sorted(self._alive(since) - {PARENT}),
            courses=[one],
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


def _told(evidence: Evidence) -> list[str]:
    """Return what happened, a line each, in order of time."""
    found = [(one.at, f"epoch {one.epoch} claimed by {one.owner}") for one in evidence.claims]
    found += [(one.at, f"epoch {one.epoch}: {one.type} {one.clone}") for one in evidence.told]
    for course in evidence.courses:
        found += [(one.begin, f"a pause up to {one.end:%T.%f}") for one in course.pauses]
    return [f"{at:%T.%f} {line}" for at, line in sorted(found)]


def pauses_of(faults: Sequence[datetime], told: Sequence[Told]) -> list[Pause]:
    """Return the pauses that the faults excuse: each from a fault to the first event of another epoch."""
    found: list[Pause] = []
    for before, after in pairwise(told):
        if after.epoch != before.epoch:
            since = found[-1].end if found else datetime.min.replace(tzinfo=UTC)
            hurt = next((at for at in faults if since < at < after.at), None)
            if hurt is not None:
                found.append(Pause(hurt, after.at))
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
