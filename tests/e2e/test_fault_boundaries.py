"""The primary dies between deciding, committing and acting: whoever comes next does what is left, once.

Two boundaries in each test, one after the other: the server that took over from the first to die may be the
second. See doomed_member.py for how it is done.
"""

import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from evidence import Pause
from fault_case import NOTICES, FaultCase, fault_case
from postgres_kit import Postgres
from zookeeper_kit import Ensemble

MEMBER = (sys.executable, str(Path(__file__).with_name("doomed_member.py")))
COUNT = 4
Doomed = Callable[..., AbstractAsyncContextManager[FaultCase]]


@pytest.fixture
def doomed(tmp_path: Path, zookeepers: Ensemble, postgres: Postgres) -> Doomed:
    """Three servers, of which whichever gets to the boundaries signals itself there."""

    @asynccontextmanager
    async def servers(number: str = "SIGKILL") -> AsyncIterator[FaultCase]:
        settings = {"DOOM": str(tmp_path / "doom"), "DOOM_SIGNAL": number}
        async with fault_case(tmp_path, zookeepers, postgres, settings=settings, command=MEMBER) as case:
            yield case

    return servers


def doom(folder: Path, *boundaries: str) -> None:
    """Have these come true from now on, one after the other."""
    (folder / "doom.new").write_text("\n".join(boundaries))
    (folder / "doom.new").rename(folder / "doom")


async def survived(case: FaultCase) -> list[datetime]:
    """See both dooms through: a second server takes over, and the third from that. Return when they were."""
    faults = []
    for left in (2, 1):

        def are_left(count: int = left) -> bool:
            return sum(one.running for one in case.three.servers) == count

        await case.three.until(are_left)
        faults.append(case.now())
    assert {one.exit_code for one in case.three.servers} == {None, -signal.SIGKILL}
    return faults


UP = [
    ("commit:before:3", "commit:after:2"),
    ("create:before:2", "create:after:3"),
    ("start:before:2", "start:after:3"),
]
DOWN = [
    ("commit:before:2", "commit:after:2"),
    ("stop:before:1", "stop:after:1"),
    ("delete:before:1", "delete:after:1"),
]


@pytest.mark.parametrize("boundaries", UP, ids=str)
async def test_killed_on_the_way_up(doomed: Doomed, tmp_path: Path, boundaries: tuple[str, str]) -> None:
    doom(tmp_path, *boundaries)
    async with doomed() as case:
        await case.ramp(COUNT)
        faults = await survived(case)
        await case.settled()
        await case.judged(faults)


@pytest.mark.parametrize("boundaries", DOWN, ids=str)
async def test_killed_on_the_way_down(doomed: Doomed, tmp_path: Path, boundaries: tuple[str, str]) -> None:
    async with doomed() as case:
        await case.ramp(COUNT)
        await case.settled()
        doom(tmp_path, *boundaries)
        with suppress(httpx.TransportError):  # of one that dies over it
            await case.ramp(1)
        faults = await survived(case)
        await case.settled()
        evidence = await case.judged(faults, kind="clone.stopped")
        deleted = [one.clone for one in evidence.told if one.type == "clone.deleted"]
        assert deleted == sorted(deleted), "oldest first"
        assert len(deleted) == COUNT - 1


async def test_a_write_that_is_late_is_refused_by_the_fence(doomed: Doomed, tmp_path: Path) -> None:
    """The primary is suspended when it has decided and is about to commit, and let run again too late."""
    doom(tmp_path, "commit:before:5")
    async with doomed("SIGSTOP") as case:
        first = await case.three.primary()
        await case.ramp(6)
        await case.three.until((tmp_path / "doom.1").exists)
        suspended = case.now()
        claim = await case.taken_over(suspended, first)
        await case.clones(3)
        resumed, written = case.now(), len(first.log)
        case.grace[claim.epoch - 1] = Pause(resumed, resumed + NOTICES)
        first.resume()
        await case.three.until(lambda: "This server is a secondary" in first.log[written:])
        assert f"Refused: Epoch {claim.epoch - 1} is over" in first.log[written:]
        await case.settled()
        assert await first.role() == "secondary"
        evidence = await case.judged([suspended])
        assert not [one for one in evidence.told if one.epoch < claim.epoch and one.committed > suspended]
