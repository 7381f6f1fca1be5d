"""Rules 7 and 8: what is wanted changes while the ramp is under way."""

from datetime import timedelta

from autoclone.core.commands import Action
from worlds import World, nine_to_five, plan, story, utc, window


def test_rule_7_a_window_that_closes_during_ramp_up_removes_what_there_is() -> None:
    world = World(plan(window("0900", "0903", 5)), utc("09:00"))
    world.until("09:02:59")
    world.news()
    assert world.until("09:03") == story(
        """
        09:03:00 ramp_down.started        3 ramping_down (3 remaining)
        09:03:00 clone.stopped     090000 3 ramping_down (3 remaining)
        09:03:00 clone.deleted     090000 2 ramping_down (2 remaining)
        """
    )
    assert not world.state.ramp_up_completed


def test_rule_7_a_window_that_opens_during_ramp_down_goes_up_from_what_is_left() -> None:
    world = World(plan(window("0900", "0905", 4), window("0907", "1700", 4)), utc("09:00"))
    world.until("09:06:59")
    assert world.alive == ["090200", "090300"]
    world.news()
    assert world.until("09:08") == story(
        """
        09:07:00 ramp_up.started          2 ramping_up (2/4)
        09:07:00 clone.created     090700 3 ramping_up (3/4)
        09:07:00 clone.started     090700 3 ramping_up (3/4)
        09:08:00 clone.created     090800 4 active
        09:08:00 clone.started     090800 4 active
        09:08:00 ramp_up.completed        4 active
        """
    )


def test_rule_7_a_window_that_wants_just_what_is_left_completes_the_ramp_down() -> None:
    world = World(plan(window("0900", "0905", 4), window("0907", "1700", 2)), utc("09:00"))
    world.until("09:06:59")
    world.news()
    assert world.until("12:00") == ["09:07:00 ramp_down.completed 2 active"]


def test_rule_7_with_a_delete_under_way_there_are_never_too_many() -> None:
    """What is still on its way out takes up room: the new clone waits for that, not for the pace."""
    world = World(plan(window("0900", "0905", 2), window("0906", "1700", 2)), utc("09:00"))
    world.until("09:04")
    world.obedient = False
    world.at("09:05")
    world.at("09:06")
    assert [(one.action, one.clone[-6:]) for one in world.outstanding] == [(Action.STOP, "090000")]
    assert world.wake_at == utc("17:00")

    world.obedient = True
    world.now = utc("09:06:10")
    world.succeed()
    assert world.alive == ["090100", "090610"]


def test_rule_7_at_the_opening_the_first_is_made_at_once_however_the_last_window_ended() -> None:
    """The only clone died and was not replaced before the window closed: the next owes nothing to that."""
    hourly = plan(window("0900", "0910", 1), window("0920", "1700", 1), every=timedelta(hours=1))
    world = World(hourly, utc("09:00"))
    world.until("09:05")
    world.runtime.clear()
    world.tell(look=True)
    assert world.until("09:15")[-1] == "09:10:00 ramp_down.completed 0 idle"
    world.until("09:20")
    assert world.alive == ["092000"]


def test_rule_8_a_higher_count_is_reached_at_the_same_pace() -> None:
    world = World(nine_to_five(count=2), utc("09:00"))
    world.until("12:00")
    world.news()
    assert world.edit(nine_to_five(count=4)) == story(
        """
        12:00:00 ramp_up.started          2 ramping_up (2/4)
        12:00:00 clone.created     120000 3 ramping_up (3/4)
        12:00:00 clone.started     120000 3 ramping_up (3/4)
        """
    )
    assert not world.state.ramp_up_completed
    world.until("13:00")
    assert world.alive == ["090000", "090100", "120000", "120100"]


def test_rule_8_a_lower_count_is_reached_at_the_same_pace_oldest_first() -> None:
    world = World(nine_to_five(count=4), utc("09:00"))
    world.until("12:00")
    world.news()
    assert world.edit(nine_to_five(count=2)) + world.until("13:00") == story(
        """
        12:00:00 ramp_down.started        4 ramping_down (4 remaining)
        12:00:00 clone.stopped     090000 4 ramping_down (4 remaining)
        12:00:00 clone.deleted     090000 3 ramping_down (3 remaining)
        12:01:00 clone.stopped     090100 3 ramping_down (3 remaining)
        12:01:00 clone.deleted     090100 2 active
        12:01:00 ramp_down.completed      2 active
        """
    )
    assert world.state.ramp_up_completed


def test_rule_8_an_edit_during_ramp_up_does_not_hurry_the_next_clone() -> None:
    world = World(nine_to_five(count=3), utc("09:00"))
    world.until("09:00:30")
    world.edit(nine_to_five(count=9))
    assert world.wake_at == utc("09:01")
    assert world.alive == ["090000"]


def test_rule_8_a_count_lowered_to_what_there_is_completes_the_ramp_up() -> None:
    world = World(nine_to_five(count=5), utc("09:00"))
    world.until("09:01:30")
    world.news()
    assert world.edit(nine_to_five(count=2)) == ["09:01:30 ramp_up.completed 2 active"]


def test_rule_8_a_count_lowered_while_a_clone_is_being_made_takes_back_the_oldest() -> None:
    world = World(nine_to_five(count=5), utc("09:00"))
    world.until("09:00:30")
    world.obedient = False
    world.at("09:01")
    world.edit(nine_to_five(count=1))
    actions = [(command.action, command.clone[-6:]) for command in world.outstanding]
    assert actions == [(Action.CREATE, "090100"), (Action.STOP, "090000")]
