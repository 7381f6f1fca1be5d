"""One of three real servers, which signals itself at a boundary of a command. Only tests start it.

DOOM is a file with a boundary a line, such as `create:before:2`: which call, before or after it, and how many
times it may happen first. They come true one after the other, each of them once, in whichever server that is
and counted from when its turn has come: DOOM.1 is there once the first has. DOOM_SIGNAL is what the server
then sends to itself. Each write that the fence refuses is told of in the log.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from pathlib import Path

from autoclone.cli import main
from autoclone.errors import StaleEpoch
from autoclone.persistence import fence
from autoclone.persistence.sql import SqlStore
from autoclone.ports import Change, DagSpec
from autoclone.runtimes.embedded import EmbeddedRuntime


class Doom:
    """Counts the calls, and strikes at the first boundary that has not come true in any server yet."""

    def __init__(self, file: Path, number: signal.Signals) -> None:
        self._file = file
        self._number = number
        self._calls: Counter[tuple[int, str]] = Counter()

    def near(self, at: str) -> None:
        boundaries = self._file.read_text().splitlines() if self._file.exists() else []
        for turn, boundary in enumerate(boundaries, 1):
            mark = self._file.with_suffix(f".{turn}")
            if not mark.exists():
                self._calls[turn, at] += 1
                if boundary == f"{at}:{self._calls[turn, at]}":
                    mark.touch(exist_ok=False)
                    os.kill(os.getpid(), self._number)
                return


DOOM = Doom(Path(os.environ["DOOM"]), signal.Signals[os.environ["DOOM_SIGNAL"]])
CREATE, START, STOP, DELETE = (
    EmbeddedRuntime.create,
    EmbeddedRuntime.start,
    EmbeddedRuntime.stop,
    EmbeddedRuntime.delete,
)
COMMIT = SqlStore.commit
CHECK = fence.check_epoch


async def _at(call: str, name: str, done: Awaitable[None]) -> None:
    if "_2" not in name:  # the parent's own commands are none of this
        await done
        return
    DOOM.near(f"{call}:before")
    await done
    DOOM.near(f"{call}:after")


async def create(self: EmbeddedRuntime, spec: DagSpec, epoch: int) -> None:
    await _at("create", spec.name, CREATE(self, spec, epoch))


async def start(self: EmbeddedRuntime, name: str, epoch: int) -> None:
    await _at("start", name, START(self, name, epoch))


async def stop(self: EmbeddedRuntime, name: str, epoch: int, drain: timedelta | None = None) -> None:
    await _at("stop", name, STOP(self, name, epoch, drain))


async def delete(self: EmbeddedRuntime, name: str, epoch: int) -> None:
    await _at("delete", name, DELETE(self, name, epoch))


async def commit(self: SqlStore, epoch: int, changes: Sequence[Change]) -> None:
    news = any(change.events for change in changes)
    if news:
        DOOM.near("commit:before")
    await COMMIT(self, epoch, changes)
    if news:
        DOOM.near("commit:after")


def check_epoch(carried: int, current: int) -> None:
    """Say so where the fence refuses a write: whoever wrote may be gone by then."""
    try:
        CHECK(carried, current)
    except StaleEpoch as error:
        sys.stderr.write(f"Refused: {error}\n")
        raise


fence.check_epoch = check_epoch
for kind, calls in ((EmbeddedRuntime, (create, start, stop, delete)), (SqlStore, (commit,))):
    for changed in calls:
        setattr(kind, changed.__name__, changed)

if __name__ == "__main__":
    sys.exit(main(["serve"]))
