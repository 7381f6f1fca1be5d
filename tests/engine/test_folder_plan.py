from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autoclone.engine.folder_plan import (
    UNSETTLED,
    Complaint,
    Keep,
    Put,
    Refuse,
    Seen,
    complaints,
    decide,
    gone,
    leftovers,
)
from autoclone.engine.folder_read import Found


def good(name: str, digest: str = "1") -> Found:
    return Found(digest, {"name": name})


def bad(digest: str = "bad") -> Found:
    return Found(digest, error="is not JSON")


def put(file: str, name: str, digest: str = "1") -> Put:
    return Put(file, name, digest, {"name": name})


def test_at_the_start_every_good_file_is_stored_in_name_order() -> None:
    found = {"b.json": good("b"), "a.json": good("a")}
    assert decide(found, {}, {"a": "file:a.json"}) == [put("a.json", "a"), put("b.json", "b")]


def test_only_what_changed_is_stored_again() -> None:
    found = {"a.json": good("a"), "b.json": good("b", "2")}
    seen = {"a.json": Seen("1", "a"), "b.json": Seen("1", "b")}
    assert decide(found, seen, {}) == [Keep("a.json"), put("b.json", "b", "2")]


def test_a_file_that_was_refused_is_left_alone_until_it_changes() -> None:
    seen = {"a.json": Seen("1", "a", "a.json: wrong")}
    assert decide({"a.json": good("a")}, seen, {}) == [Keep("a.json")]
    assert decide({"a.json": good("a", "2")}, seen, {}) == [put("a.json", "a", "2")]


def test_what_failed_otherwise_is_tried_again() -> None:
    seen = {"a.json": Seen(UNSETTLED, "a", "a.json: the database is locked")}
    assert decide({"a.json": good("a")}, seen, {}) == [put("a.json", "a")]


def test_a_malformed_file_is_about_the_dag_that_came_from_it_else_about_its_own_name() -> None:
    def name(sources: dict[str, str], seen: dict[str, Seen]) -> str:
        (action,) = decide({"a.json": bad()}, seen, sources)
        assert isinstance(action, Refuse)
        assert action.error == "a.json: is not JSON"
        return action.name

    assert name({"orders": "file:a.json", "other": "file:b.json"}, {}) == "orders"
    assert name({}, {"a.json": Seen("1", "seen")}) == "seen"
    assert name({}, {}) == "a"


def test_a_malformed_file_keeps_its_dag() -> None:
    found = {"a.json": bad()}
    assert leftovers(found, {}, {"orders": "file:a.json"}) == []


def test_a_refused_file_keeps_the_dag_that_came_from_it_even_under_another_name() -> None:
    found = {"a.json": good("renamed", "2")}
    seen = {"a.json": Seen("2", "renamed", "a.json: wrong")}
    assert leftovers(found, seen, {"orders": "file:a.json"}) == []


def test_a_dag_that_changed_its_name_leaves_the_old_one_behind() -> None:
    found = {"a.json": good("new", "2")}
    sources = {"old": "file:a.json", "new": "file:a.json"}
    assert decide(found, {"a.json": Seen("1", "old")}, sources) == [put("a.json", "new", "2")]
    assert leftovers(found, {"a.json": Seen("2", "new")}, sources) == ["old"]


def test_a_removed_file_takes_its_dag_along_even_if_nobody_saw_it_go() -> None:
    found = {"a.json": good("a")}
    sources = {"a": "file:a.json", "b": "file:b.json", "c": "file:c.json"}
    assert leftovers(found, {"a.json": Seen("1", "a")}, sources) == ["b", "c"]


def test_a_renamed_file_keeps_its_dag_and_gives_it_a_new_source() -> None:
    found, seen = {"new.json": good("a")}, {"old.json": Seen("1", "a")}
    sources = {"a": "file:old.json"}
    assert decide(found, seen, sources) == [put("new.json", "a")]
    assert leftovers(found, seen, sources) == []
    assert gone(found, seen) == ["old.json"]


def test_of_two_files_for_one_dag_the_first_by_name_has_it() -> None:
    found = {"b.json": good("x"), "a.json": good("x")}
    first, second = decide(found, {"b.json": Seen("1", "x")}, {"x": "file:b.json"})
    assert first == put("a.json", "x")
    assert isinstance(second, Refuse)
    assert second.error == (
        "b.json: a.json has a DAG named x already; choose another name, or remove one file"
    )
    assert leftovers(found, {}, {"x": "file:b.json"}) == []


def test_the_second_gets_its_turn_when_the_first_goes() -> None:
    found = {"a.json": good("x"), "b.json": good("x")}
    _, second = decide(found, {}, {})
    assert isinstance(second, Refuse)
    seen = {"b.json": Seen(second.digest, second.name, second.error)}
    assert decide({"b.json": good("x")}, seen, {"x": "file:a.json"}) == [put("b.json", "x")]


def test_a_document_that_says_no_name_is_for_the_service_to_refuse() -> None:
    nameless = Found("1", {"nodes": []})
    (action,) = decide({"a.json": nameless, "b.json": good("a")}, {}, {})[:1]
    assert action == Put("a.json", "a", "1", {"nodes": []})


def test_what_is_shown_is_the_first_error_of_each_dag() -> None:
    seen = {
        "b.json": Seen("", "x", "b.json: second"),
        "a.json": Seen("1", "x", "a.json: first"),
        "c.json": Seen("1", "y"),
    }
    assert complaints(seen) == {"x": Complaint("file:a.json", "a.json: first")}


FILES = st.sampled_from(["a.json", "b.json", "c.json"])
NAMES = st.sampled_from(["x", "y", "z"])
FOUND = st.dictionaries(FILES, st.builds(good, NAMES, st.sampled_from("12")) | st.just(bad()))
SEEN = st.dictionaries(
    FILES, st.builds(Seen, st.sampled_from(["1", "2", "bad", ""]), NAMES, st.none() | st.just("wrong"))
)
SOURCES = st.dictionaries(NAMES, FILES.map("file:{}".format))


@given(FOUND, SEEN, SOURCES)
def test_each_file_gets_one_action_and_each_dag_one_file(
    found: dict[str, Found], seen: dict[str, Seen], sources: dict[str, Any]
) -> None:
    actions = decide(found, seen, sources)
    assert [action.file for action in actions] == sorted(found)
    puts = [action.name for action in actions if isinstance(action, Put)]
    assert len(puts) == len(set(puts))


@given(FOUND, SEEN, SOURCES)
def test_nothing_is_deleted_that_a_file_names_or_a_broken_file_gave(
    found: dict[str, Found], seen: dict[str, Seen], sources: dict[str, Any]
) -> None:
    doomed = leftovers(found, seen, sources)
    assert not {one.name for one in found.values()} & set(doomed)
    assert not {name for name in doomed if sources[name].removeprefix("file:") in found} & {
        name for name, source in sources.items() if found.get(source.removeprefix("file:")) == bad()
    }
