"""Following a folder of DAGs while it changes, goes and comes back."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from autoclone.engine.folder import DagFolder
from autoclone.engine.folder_watch import follow
from autoclone.errors import InvalidInput, Transient
from folder_kit import ON, PATIENCE_SECONDS, Place


class Changes:
    """Changes that happen when the test says so."""

    def __init__(self) -> None:
        self.steps: asyncio.Queue[Exception | None] = asyncio.Queue()

    async def follow(self, directory: Path) -> AsyncGenerator[None, None]:
        while True:
            step = await self.steps.get()
            if step is not None:
                raise step
            yield


@asynccontextmanager
async def running(folder: DagFolder) -> AsyncGenerator[None, None]:
    task = asyncio.create_task(folder.run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_folder_may_go_and_come_back(place: Place) -> None:
    changes, target = Changes(), place.target
    place.write("a.json", "one")
    place.folder = DagFolder(place.directory, target, place.clock, changes=changes.follow)
    async with running(place.folder):
        await target.until(lambda: "one" in target.dags)
        away = place.directory.rename(place.directory.with_name("away"))
        changes.steps.put_nowait(FileNotFoundError())
        await target.until(lambda: "one" in target.errors)
        assert "no such file or directory" in target.errors["one"]
        assert target.sources == {"one": "file:a.json"}
        away.rename(place.directory)
        changes.steps.put_nowait(None)
        await target.until(lambda: not target.errors)
    assert target.revisions == {"one": 1}


async def test_a_store_that_fails_as_a_whole_does_not_end_the_following(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    changes, target = Changes(), place.target
    place.folder = DagFolder(place.directory, target, place.clock, changes=changes.follow)
    asked = asyncio.Event()

    async def fail(prefix: str) -> Mapping[str, str]:
        asked.set()
        raise failures.pop()

    async with running(place.folder):
        for failure in (Transient("locked"), ZeroDivisionError("oops")):
            failures = [failure]
            asked.clear()
            with monkeypatch.context() as patch:
                patch.setattr(target, "sourced", fail)
                changes.steps.put_nowait(None)
                with anyio.fail_after(PATIENCE_SECONDS):
                    await asked.wait()
        place.write("a.json", "one")
        changes.steps.put_nowait(None)
        await target.until(lambda: "one" in target.dags)
    assert "will be again: locked" in caplog.text
    assert "oops" in caplog.text


async def test_a_real_folder_is_followed_even_when_it_is_replaced(place: Place) -> None:
    target = place.target
    place.folder = DagFolder(place.directory, target, place.clock, changes=follow)
    async with running(place.folder):
        place.write("a.json", "one")
        await target.until(lambda: "one" in target.dags)
        (place.directory / "a.json").unlink()
        await target.until(lambda: not target.dags)
        place.directory.rmdir()
        place.directory.mkdir()
        place.write("b.json", "two")
        await target.until(lambda: "two" in target.dags)
        place.write("b.json", "two", {**ON, "ramp_count": 1})
        await target.until(lambda: target.revisions["two"] == 2)


async def test_a_missing_folder_cannot_be_followed(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        await anext(follow(tmp_path / "nowhere"))


async def test_a_folder_is_checked_before_anything_else_is_done(tmp_path: Path) -> None:
    place = Place(tmp_path / "dags")
    await place.folder.check()
    place.directory.rmdir()
    with pytest.raises(InvalidInput, match="AUTOCLONE_DAGS"):
        await place.folder.check()
    assert place.target.dags == {}
