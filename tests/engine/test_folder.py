"""A folder of DAGs and what a service makes of it."""

import json
import logging
from pathlib import Path

import pytest

from autoclone.engine.folder import DagFolder
from autoclone.errors import InvalidInput, Transient
from folder_kit import ON, Place, PromptClock, Target


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
