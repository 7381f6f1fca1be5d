import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from autoclone.config.dag import resolve
from autoclone.engine.folder import DagFolder
from autoclone.engine.folder_watch import follow
from autoclone.errors import InvalidInput, Transient, UnknownDag

ON = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}
PATIENCE_SECONDS = 20


class PromptClock:
    """Every wait is over at once, but lets others go first; what happens meanwhile can be told."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        return datetime(2025, 1, 25, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, delay: timedelta) -> None:
        self.meanwhile()
        await asyncio.sleep(0)


class Target:
    """A service in memory: definitions, their revisions, and what is wrong with their files."""

    def __init__(self) -> None:
        self.dags: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, str] = {}
        self.revisions: dict[str, int] = {}
        self.errors: dict[str, str] = {}
        self.failures: dict[str, Exception] = {}
        self.deleted: list[str] = []
        self.changed = asyncio.Event()

    async def put(self, document: dict[str, Any], *, source: str) -> None:
        name = resolve(document, zone=UTC).name
        if name in self.failures:
            raise self.failures[name]
        if (self.dags.get(name), self.sources.get(name)) != (document, source):
            self.revisions[name] = self.revisions.get(name, 0) + 1
        self.dags[name], self.sources[name] = document, source
        self.errors.pop(name, None)
        self.changed.set()

    async def delete(self, name: str) -> None:
        if name in self.failures:
            raise self.failures[name]
        if name not in self.dags:
            raise UnknownDag(name)
        del self.dags[name], self.sources[name]
        self.deleted.append(name)
        self.changed.set()

    async def sourced(self, prefix: str) -> Mapping[str, str]:
        return {name: source for name, source in self.sources.items() if source.startswith(prefix)}

    def report(self, name: str, source: str, error: str | None) -> None:
        if error is None:
            self.errors.pop(name, None)
        else:
            self.errors[name] = error
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        with anyio.fail_after(PATIENCE_SECONDS):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Place:
    """A folder, and what keeps a service in step with it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directory.mkdir(exist_ok=True)
        self.clock = PromptClock()
        self.target = Target()
        self.folder = self.restarted()

    def restarted(self) -> DagFolder:
        """The folder as a new process sees it, on the same store."""
        self.target.errors.clear()
        self.folder = DagFolder(self.directory, self.target, self.clock)
        return self.folder

    def write(self, file: str, name: str, section: dict[str, Any] | None = None) -> None:
        self.text(file, json.dumps({"name": name, "autoclone": section or ON}))

    def text(self, file: str, text: str) -> None:
        (self.directory / file).write_text(text)

    async def sync(self) -> dict[str, str]:
        """One pass; return the source of each DAG."""
        await self.folder.sync()
        return dict(self.target.sources)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "dags")


async def test_every_file_becomes_a_dag(place: Place) -> None:
    place.write("a.json", "one")
    place.write("b.json", "two")
    assert await place.sync() == {"one": "file:a.json", "two": "file:b.json"}
    assert place.target.errors == {}


async def test_edited_added_and_removed_files_are_followed(place: Place) -> None:
    place.write("a.json", "one")
    place.write("b.json", "two")
    await place.sync()
    place.write("a.json", "one", {**ON, "ramp_count": 7})
    (place.directory / "b.json").unlink()
    place.write("c.json", "three")
    assert await place.sync() == {"one": "file:a.json", "three": "file:c.json"}
    assert place.target.dags["one"]["autoclone"]["ramp_count"] == 7


async def test_without_a_change_there_is_no_new_revision_not_even_after_a_restart(place: Place) -> None:
    place.write("a.json", "one")
    await place.sync()
    await place.sync()
    place.restarted()
    await place.sync()
    assert place.target.revisions == {"one": 1}


async def test_a_wrong_file_keeps_the_last_good_definition_and_stops_no_other(place: Place) -> None:
    place.write("a.json", "one")
    await place.sync()
    good = place.target.dags["one"]
    place.write("a.json", "one", {**ON, "ramp_up_time": "9:00"})
    place.write("b.json", "two")
    assert await place.sync() == {"one": "file:a.json", "two": "file:b.json"}
    assert place.target.dags["one"] == good
    assert place.target.errors["one"].startswith('a.json: autoclone.ramp_up_time = "9:00": ')


async def test_a_half_written_file_heals_with_the_next_good_write(place: Place) -> None:
    place.write("orders_file.json", "orders")
    await place.sync()
    place.text("orders_file.json", '{"name": "ord')
    await place.sync()
    assert list(place.target.dags) == ["orders"]
    assert list(place.target.errors) == ["orders"]
    place.write("orders_file.json", "orders", {**ON, "ramp_count": 6})
    await place.sync()
    assert place.target.dags["orders"]["autoclone"]["ramp_count"] == 6
    assert place.target.errors == {}


async def test_a_wrong_file_that_is_put_back_heals_too(place: Place) -> None:
    place.write("a.json", "one")
    await place.sync()
    place.text("a.json", "")
    await place.sync()
    assert place.target.errors["one"].startswith("a.json: the document is empty. ")
    place.write("a.json", "one")
    await place.sync()
    assert (place.target.errors, place.target.revisions) == ({}, {"one": 1})


async def test_a_file_that_never_was_good_is_listed_under_its_own_name_until_it_goes(place: Place) -> None:
    place.text("broken.json", "{")
    assert await place.sync() == {}
    assert list(place.target.errors) == ["broken"]
    (place.directory / "broken.json").unlink()
    await place.sync()
    assert place.target.errors == {}


async def test_a_file_that_breaks_before_a_restart_keeps_its_dag(place: Place) -> None:
    place.write("a.json", "one")
    await place.sync()
    place.text("a.json", "{")
    place.restarted()
    assert await place.sync() == {"one": "file:a.json"}
    assert list(place.target.errors) == ["one"]


async def test_files_that_went_while_the_server_was_down_take_their_dags_along(place: Place) -> None:
    place.write("a.json", "one")
    place.write("b.json", "two")
    await place.sync()
    place.target.dags["hand"], place.target.sources["hand"] = {"name": "hand"}, "api"
    (place.directory / "a.json").unlink()
    place.restarted()
    assert await place.sync() == {"two": "file:b.json", "hand": "api"}


async def test_a_renamed_file_keeps_its_dag(place: Place) -> None:
    place.write("a.json", "one")
    await place.sync()
    (place.directory / "a.json").rename(place.directory / "b.json")
    assert await place.sync() == {"one": "file:b.json"}
    assert place.target.revisions == {"one": 2}
    assert place.target.deleted == []


async def test_a_changed_name_is_a_new_dag_and_the_end_of_the_old_one(place: Place) -> None:
    place.write("a.json", "old")
    await place.sync()
    place.write("a.json", "new")
    assert await place.sync() == {"new": "file:a.json"}


async def test_a_changed_name_that_is_refused_keeps_the_old_dag(place: Place) -> None:
    place.write("a.json", "old")
    await place.sync()
    place.write("a.json", "new", {**ON, "ramp_count": "5"})
    assert await place.sync() == {"old": "file:a.json"}
    assert list(place.target.errors) == ["new"]
    place.write("a.json", "new")
    assert await place.sync() == {"new": "file:a.json"}
    assert place.target.errors == {}


async def test_of_two_files_for_one_dag_the_first_has_it_and_the_error_shows(place: Place) -> None:
    place.write("b.json", "one")
    await place.sync()
    place.write("a.json", "one", {**ON, "ramp_count": 2})
    assert await place.sync() == {"one": "file:a.json"}
    assert place.target.errors["one"].startswith("b.json: a.json has a DAG named one already")
    place.write("a.json", "one", {**ON, "ramp_count": 3})  # storing it wipes the error out
    await place.sync()
    assert place.target.errors["one"].startswith("b.json: ")
    (place.directory / "a.json").unlink()
    assert await place.sync() == {"one": "file:b.json"}
    assert place.target.errors == {}


async def test_a_file_that_vanishes_for_a_moment_keeps_its_dag(place: Place) -> None:
    place.write("a.json", "one")
    await place.sync()
    (place.directory / "a.json").unlink()
    place.clock.meanwhile = lambda: place.write("a.json", "one")
    assert await place.sync() == {"one": "file:a.json"}
    assert await place.sync() == {"one": "file:a.json"}
    assert place.target.deleted == []


async def test_a_store_that_is_busy_is_asked_again(place: Place) -> None:
    place.write("a.json", "one")
    place.write("b.json", "two")
    place.target.failures["one"] = Transient("the database is locked")
    assert await place.sync() == {"two": "file:b.json"}
    assert place.target.errors["one"] == "a.json: the database is locked"
    place.target.failures.clear()
    assert await place.sync() == {"one": "file:a.json", "two": "file:b.json"}
    assert place.target.errors == {}


async def test_a_bug_with_one_file_is_logged_and_stops_no_other(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.write("a.json", "one")
    place.write("b.json", "two")
    place.target.failures["one"] = ZeroDivisionError("oops")
    assert await place.sync() == {"two": "file:b.json"}
    assert place.target.errors["one"] == "a.json: ZeroDivisionError('oops')"
    assert "a.json failed" in caplog.text


async def test_a_delete_that_fails_is_tried_again(place: Place) -> None:
    place.write("a.json", "one")
    place.write("b.json", "two")
    await place.sync()
    for path in place.directory.iterdir():
        path.unlink()
    place.target.failures["one"] = Transient("the database is locked")
    assert await place.sync() == {"one": "file:a.json"}
    place.target.failures.clear()
    assert await place.sync() == {}


async def test_an_error_is_logged_once_not_at_each_pass(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.text("a.json", "[]")
    with caplog.at_level(logging.ERROR, "autoclone"):
        await place.sync()
        await place.sync()
    assert [record.message for record in caplog.records] == [
        'DAG folder: a.json: the document is not an object. Write a JSON object, such as {"name": "orders"}'
    ]


async def test_what_is_deleted_by_hand_comes_back_with_a_change_or_a_restart(place: Place) -> None:
    place.write("a.json", "one")
    await place.sync()
    await place.target.delete("one")
    assert await place.sync() == {}
    place.restarted()
    assert await place.sync() == {"one": "file:a.json"}


async def test_a_folder_that_is_not_there_at_the_start_is_an_error(tmp_path: Path) -> None:
    folder = DagFolder(tmp_path / "nowhere", Target(), PromptClock())
    with pytest.raises(InvalidInput) as caught:
        await folder.run()
    (found,) = caught.value.faults
    assert (found.field, found.value) == ("AUTOCLONE_DAGS", json.dumps(str(tmp_path / "nowhere")))
    assert found.problem == "cannot be listed: no such file or directory"


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
