"""Rule 11: what clones are called."""

from collections.abc import Container
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.naming import NAME, free_names
from worlds import utc

BERLIN = ZoneInfo("Europe/Berlin")


def clone_name(parent: str, at: datetime, zone: ZoneInfo, *taken: Container[str]) -> str:
    """The first name that is free."""
    return next(free_names(parent, at, zone, *taken))


def test_a_clone_is_named_for_its_parent_and_its_second() -> None:
    assert clone_name("orders", utc("09:00:07.9"), ZoneInfo("UTC"), ()) == "orders_20250125090007"


def test_the_stamp_is_wall_time_in_the_zone() -> None:
    assert clone_name("orders", utc("23:30"), BERLIN, ()) == "orders_20250126003000"


def test_a_name_that_is_taken_gives_way_to_the_next_free_second() -> None:
    taken = {"orders_20250125235959", "orders_20250126000000"}
    assert clone_name("orders", utc("23:59:59"), ZoneInfo("UTC"), taken) == "orders_20250126000001"


def test_any_of_several_sets_of_names_can_take_one() -> None:
    mine, others = {"orders_20250125090000"}, ("orders_20250125090001",)
    assert clone_name("orders", utc("09:00"), ZoneInfo("UTC"), mine, others) == "orders_20250125090002"


def test_clones_that_are_made_together_follow_one_another() -> None:
    names = free_names("q", utc("09:00"), ZoneInfo("UTC"), {"q_20250125090001"})
    assert list(islice(names, 3)) == ["q_20250125090000", "q_20250125090002", "q_20250125090003"]


@given(at=st.integers(0, 10**9), before=st.lists(st.integers(0, 20), max_size=20))
def test_a_new_name_is_valid_free_and_the_nearest_such(at: int, before: list[int]) -> None:
    moment = utc("2000-01-01") + timedelta(seconds=at)
    taken = {clone_name("orders", moment + timedelta(seconds=later), ZoneInfo("UTC"), ()) for later in before}
    name = clone_name("orders", moment, ZoneInfo("UTC"), taken)
    assert NAME.fullmatch(name)
    assert name not in taken
    first_free = min(set(range(22)) - set(before))
    assert name == clone_name("orders", moment + timedelta(seconds=first_free), ZoneInfo("UTC"), ())


@pytest.mark.parametrize("name", ["a", "9", "orders", "order-processing_2", "A" * 200])
def test_good_names(name: str) -> None:
    assert NAME.fullmatch(name)


@pytest.mark.parametrize(
    "name",
    ["", "_a", "-a", "a b", "a.b", "a/b", "ä", "٣", "a\n", "A" * 201],
)
def test_bad_names(name: str) -> None:
    assert NAME.fullmatch(name) is None
