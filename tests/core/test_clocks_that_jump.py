"""A clock that jumps, either way: the ramp takes the time as it is, and never waits for one long past."""

from dataclasses import replace
from datetime import timedelta

from autoclone.core.model import Backoff, Phase
from worlds import World, nine_to_five, utc


def test_a_jump_forward_within_the_window_makes_one_clone_not_many() -> None:
    world = World(nine_to_five(count=5), utc("09:00"))
    world.until("09:00:10")
    world.at("15:00")
    assert world.alive == ["090000", "150000"]
    assert world.wake_at == utc("15:01")


def test_a_jump_forward_past_the_closing_ramps_down() -> None:
    world = World(nine_to_five(count=2), utc("09:00"))
    world.until("10:00")
    world.at("20:00")
    assert world.alive == ["090100"]
    world.until("20:01")
    assert world.alive == []


def test_a_jump_forward_over_a_whole_night_goes_on_with_what_there_is() -> None:
    world = World(nine_to_five(count=2), utc("09:00"))
    world.until("10:00")
    world.news()
    assert world.at("2025-01-26T10:00") == []
    assert world.alive == ["090000", "090100"]


def test_a_jump_back_within_the_window_does_not_stop_the_ramp() -> None:
    world = World(nine_to_five(count=3), utc("12:00"))
    world.until("12:01")
    world.at("09:30")
    assert world.wake_at == utc("09:31"), "the pace counts from where the clock is now"
    world.until("10:00")
    assert world.alive == ["120000", "120100", "093100"]


def test_a_jump_back_before_the_opening_ramps_down_at_once() -> None:
    world = World(nine_to_five(count=2), utc("09:00"))
    world.until("10:00")
    world.at("08:00")
    world.until("08:01")
    assert world.alive == []
    assert world.state.phase is Phase.IDLE
    assert world.wake_at == utc("09:00")


def test_after_a_jump_back_the_one_that_was_made_first_is_still_the_oldest() -> None:
    world = World(nine_to_five(count=2), utc("12:00"))
    world.until("12:00:30")
    world.at("09:30")
    world.until("16:59")
    assert world.alive == ["120000", "093100"]
    world.until("17:00")
    assert world.alive == ["093100"]


def test_a_jump_back_does_not_make_a_retry_wait_for_the_old_time() -> None:
    for back in (timedelta(minutes=30), timedelta(hours=2), timedelta(days=3)):
        patient = replace(nine_to_five(), backoff=Backoff(cap=timedelta(minutes=1)))
        world = World(patient, utc("2025-01-25T16:00"), obedient=False)
        world.tell()
        world.fail()
        world.now -= back
        world.tell()
        assert world.wake_at is not None
        assert world.wake_at <= world.now + timedelta(minutes=1)


def test_a_jump_back_after_a_removal_does_not_stop_the_ramp_down() -> None:
    world = World(nine_to_five(count=3), utc("09:00"))
    world.until("16:59")
    world.at("20:00")
    world.at("19:00")
    assert world.wake_at == utc("19:01")
    world.until("19:02")
    assert world.alive == []
