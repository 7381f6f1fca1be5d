from datetime import UTC, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.config.dag import Dag, resolve
from autoclone.config.section import AutoCloneSection
from autoclone.core.model import Pace
from autoclone.core.window import Window
from autoclone.errors import Fault, InvalidInput

ON: dict[str, Any] = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}
MISSING = object()


def document(section: object = MISSING, **rest: object) -> dict[str, Any]:
    return {"name": "orders", **rest, **({} if section is MISSING else {"autoclone": section})}


def dag(section: object = MISSING, **rest: object) -> Dag:
    return resolve(document(section, **rest), zone=UTC)


def faults(given_document: object, **rest: object) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        resolve(given_document, zone=UTC, **rest)
    return list(caught.value.faults)


def fault(section: object = MISSING, **rest: object) -> Fault:
    (only,) = faults(document(section, **rest))
    return only


def test_the_three_keys_make_one_window_at_a_minute_a_clone() -> None:
    found = dag(ON)
    assert found.name == "orders"
    assert found.plan.disabled is None
    assert found.plan.schedule.windows == (Window(time(9), time(17), 5),)
    assert found.plan.schedule.zone is UTC
    assert found.plan.up == found.plan.down == Pace(timedelta(minutes=1))
    assert found.config == ON


def test_the_interval_is_the_documents_else_the_servers() -> None:
    assert dag({**ON, "ramp_interval": "1m30s"}).plan.down.interval == timedelta(seconds=90)
    served = resolve(document(ON), zone=UTC, default_interval=timedelta(seconds=5))
    assert served.plan.up.interval == timedelta(seconds=5)


def test_the_zone_is_the_sections_else_the_documents_else_the_servers() -> None:
    berlin, kolkata = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
    both = dag({**ON, "timezone": "Asia/Kolkata"}, timezone="Europe/Berlin")
    assert both.plan.schedule.zone == kolkata
    assert dag(ON, timezone="Europe/Berlin").plan.schedule.zone == berlin
    assert resolve(document(ON), zone=kolkata).plan.schedule.zone == kolkata


@pytest.mark.parametrize(
    ("section", "why"),
    [
        (MISSING, "the document has no autoclone section"),
        (None, "the document has no autoclone section"),
        ({}, "ramp_up_time, ramp_down_time and ramp_count are missing"),
        ({**ON, "ramp_up_time": ""}, "ramp_up_time is missing"),
        ({**ON, "ramp_down_time": None}, "ramp_down_time is missing"),
        ({**ON, "ramp_count": ""}, "ramp_count is missing"),
        ({**ON, "ramp_count": 0}, "ramp_count is 0"),
        ({**ON, "ramp_count": -3}, "ramp_count is -3"),
    ],
)
def test_what_is_incomplete_is_off_and_says_why(section: object, why: str) -> None:
    found = dag(section)
    assert found.plan.disabled == f"AutoClone is off: {why}"
    assert found.plan.schedule.windows == ()


def test_a_section_by_nearly_the_right_name_is_hinted_at() -> None:
    assert 'did you mean it by "auto_clone"?' in str(dag(auto_clone=ON).plan.disabled)


def test_what_was_written_is_echoed_none_where_missing() -> None:
    assert dag({"ramp_up_time": "", "ramp_count": 0}).config == {
        "ramp_up_time": "",
        "ramp_down_time": None,
        "ramp_count": 0,
    }
    assert set(dag().config.values()) == {None}


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("9:00", 'Write "0900"'),
        ("09:00", 'Write "0900"'),
        ("09:00:00", 'Write "0900"'),
        ("900", 'Write "0900"'),
        (900, 'Write "0900"'),
        (1730, 'Write "1730"'),
        ("5:30 pm", 'Write "1730"'),
        ("12:15 AM", 'Write "0015"'),
        ("2400", 'Write "0000"'),
        ("2560", 'Write four digits on the 24-hour clock, such as "0900" or "1730"'),
        ("noon", 'Write four digits on the 24-hour clock, such as "0900" or "1730"'),
        (" ", 'Write four digits on the 24-hour clock, such as "0900" or "1730"'),
        (True, 'Write four digits on the 24-hour clock, such as "0900" or "1730"'),
        (9.0, 'Write four digits on the 24-hour clock, such as "0900" or "1730"'),
        (["0900"], 'Write four digits on the 24-hour clock, such as "0900" or "1730"'),
        ("٠٩٠٠", 'Write four digits on the 24-hour clock, such as "0900" or "1730"'),
        ("0900\n", 'Write "0900"'),
    ],
)
def test_a_malformed_time_says_how_to_write_it(written: object, remedy: str) -> None:
    found = fault({**ON, "ramp_up_time": written})
    assert found.field == "autoclone.ramp_up_time"
    assert found.problem == "is not a time of four digits"
    assert found.remedy == remedy


@given(st.times())
def test_every_minute_of_the_day_is_a_time(at: time) -> None:
    found = dag(
        {**ON, "ramp_up_time": f"{at:%H%M}", "ramp_down_time": f"{at.hour:02}{(at.minute + 1) % 60:02}"}
    )
    assert found.plan.schedule.windows[0].opens == at.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("written", "value", "remedy"),
    [
        (True, "true", "Write a number such as 5, without quotes or a decimal point"),
        (5.0, "5.0", "Write 5, without quotes or a decimal point"),
        (2.5, "2.5", "Write a number such as 5, without quotes or a decimal point"),
        ("5", '"5"', "Write 5, without quotes or a decimal point"),
        ([5], "[5]", "Write a number such as 5, without quotes or a decimal point"),
        (10_001, "10001", "Write 10000 at most"),
        (10**30, "1" + "0" * 30, "Write 10000 at most"),
    ],
)
def test_a_malformed_count_says_what_to_write(written: object, value: str, remedy: str) -> None:
    found = fault({**ON, "ramp_count": written})
    assert (found.field, found.value, found.remedy) == ("autoclone.ramp_count", value, remedy)


def test_a_malformed_value_is_an_error_even_where_another_is_missing() -> None:
    assert fault({"ramp_up_time": "9:00"}).field == "autoclone.ramp_up_time"
    assert fault({**ON, "ramp_count": 0, "ramp_down_time": "0900"}).problem == "is the same as ramp_up_time"


def test_equal_times_are_an_error() -> None:
    found = fault({**ON, "ramp_down_time": "0900"})
    assert (found.field, found.value) == ("autoclone.ramp_down_time", '"0900"')


@pytest.mark.parametrize("written", ["", "1 minute", "50ms", "2d", "999999999d999999999d", 5, True, "5"])
def test_a_malformed_interval_is_an_error(written: object) -> None:
    found = fault({**ON, "ramp_interval": written})
    assert found.field == "autoclone.ramp_interval"
    assert '"' in found.remedy


@pytest.mark.parametrize("written", ["100ms", "1d"])
def test_the_shortest_and_the_longest_interval_are_accepted(written: str) -> None:
    assert dag({**ON, "ramp_interval": written}).plan.disabled is None


@pytest.mark.parametrize(
    "written", ["", "Mars/Base", "../etc", "/etc/localtime", "America", 5, "\x00", "é" * 5000]
)
def test_an_unknown_zone_is_an_error_in_either_place(written: object) -> None:
    assert fault({**ON, "timezone": written}).field == "autoclone.timezone"
    assert fault(ON, timezone=written).problem == "is not a time zone"


def test_an_unknown_key_names_the_nearest() -> None:
    found = fault({**ON, "ramp_cuont": 5})
    assert found.field == "autoclone.ramp_cuont"
    assert found.remedy == "Did you mean ramp_count?"
    assert fault({**ON, "zzz": 1}).remedy == f"Write one of {', '.join(AutoCloneSection.model_fields)}"


def test_a_dags_own_key_in_the_section_says_where_it_belongs() -> None:
    remedy = fault({**ON, "start_time": "0900"}).remedy
    assert remedy == "Write ramp_up_time, or move start_time out of autoclone for the DAG's own time window"


@pytest.mark.parametrize("section", ["on", 5, [], True, [ON]])
def test_a_section_that_is_no_object_is_an_error(section: object) -> None:
    found = fault(section)
    assert (found.field, found.problem) == ("autoclone", "is not an object")


@pytest.mark.parametrize("written", ["", "-a", "_a", "a b", "a/b", "a\n", "é", "a" * 201, None, 5])
def test_a_malformed_name_is_an_error(written: object) -> None:
    (found,) = faults({"name": written})
    assert (found.field, found.problem) == ("name", "is not a name")


def test_a_malformed_name_comes_with_one_that_is_not() -> None:
    (found,) = faults({"name": "my orders!"})
    assert found.remedy.endswith(': "my_orders"')


def test_the_name_in_the_address_must_be_the_documents() -> None:
    assert resolve(document(), zone=UTC, name="orders").name == "orders"
    (found,) = faults(document(), name="other")
    assert (found.field, found.value, found.remedy) == ("name", '"orders"', 'Write "other"')


def test_a_document_without_a_name_takes_the_one_in_the_address() -> None:
    bare = {"nodes": []}
    assert resolve(bare, zone=UTC, name="orders").name == "orders"
    assert bare == {"nodes": []}
    (found,) = faults(bare)
    assert (found.field, found.problem) == ("name", "is missing")
    (found,) = faults(bare, name="no name")
    assert found.problem == "is not a name"


def test_the_own_window_is_checked_too() -> None:
    assert dag(start_time="2200", end_time="0600").plan.disabled is not None
    assert dag(start_time="", end_time=None).name == "orders"
    assert fault(start_time="9:00", end_time="1700").field == "start_time"
    assert fault(start_time="0900", end_time="0900").problem == "is the same as start_time"
    assert fault(start_time="0900").remedy == "Add end_time, or remove start_time"
    assert fault(end_time="0900").remedy == "Add start_time, or remove end_time"


def test_further_keys_are_welcome_and_nothing_is_changed() -> None:
    given_document = document(dict(ON), owner={"team": "a"}, nodes="the runtime's to check")
    before = {**given_document, "autoclone": dict(ON)}
    resolve(given_document, zone=UTC)
    assert given_document == before


def test_every_fault_is_reported_in_document_order() -> None:
    written = {
        "autoclone": {"what": 1, "ramp_count": "5", "ramp_up_time": 900},
        "start_time": "9:00",
        "end_time": "1700",
        "timezone": "Nowhere",
        "name": "a b",
    }
    assert [one.field for one in faults(written)] == [
        "autoclone.what",
        "autoclone.ramp_count",
        "autoclone.ramp_up_time",
        "start_time",
        "timezone",
        "name",
    ]


@pytest.mark.parametrize("written", [[], None, "orders", 5])
def test_what_is_no_object_is_an_error(written: object) -> None:
    (found,) = faults(written)
    assert found.problem == "the document is not an object"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = [*AutoCloneSection.model_fields, "start_time", "other"]
SECTIONS = st.dictionaries(st.sampled_from(KEYS), JSON) | JSON
TOP = st.fixed_dictionaries(
    {"name": JSON | st.just("orders")},
    optional={"autoclone": SECTIONS, "timezone": JSON, "start_time": JSON, "end_time": JSON, "nodes": JSON},
)


@given(TOP)
def test_any_document_is_a_dag_or_invalid_input(written: dict[str, Any]) -> None:
    outcome = attempt(written)
    if isinstance(outcome, InvalidInput):
        assert all(one.field and one.problem and one.remedy for one in outcome.faults)
    else:
        assert outcome.name == written["name"]


def attempt(written: dict[str, Any]) -> Dag | InvalidInput:
    try:
        return resolve(written, zone=UTC)
    except InvalidInput as error:
        return error
