"""Which clones go first, several at a time, and a pace for each way."""

from dataclasses import replace
from datetime import timedelta

from autoclone.core.commands import Action
from autoclone.core.model import Order, Pace
from worlds import World, nine_to_five, story, utc

NEWEST = replace(nine_to_five(count=3), order=Order.NEWEST)


def test_the_newest_goes_first_where_that_is_the_order() -> None:
    world = World(NEWEST, utc("09:00"))
    world.until("16:59:59")
    world.news()
    assert world.until("18:00") == story(
        """
        17:00:00 ramp_down.started        3 ramping_down (3 remaining)
        17:00:00 clone.stopped     090200 3 ramping_down (3 remaining)
        17:00:00 clone.deleted     090200 2 ramping_down (2 remaining)
        17:01:00 clone.stopped     090100 2 ramping_down (2 remaining)
        17:01:00 clone.deleted     090100 1 ramping_down (1 remaining)
        17:02:00 clone.stopped     090000 1 ramping_down (1 remaining)
        17:02:00 clone.deleted     090000 0 idle
        17:02:00 ramp_down.completed      0 idle
        """
    )


def test_a_count_that_is_edited_down_leaves_the_oldest_where_the_newest_go_first() -> None:
    world = World(NEWEST, utc("09:00"))
    world.until("12:00")
    world.edit(replace(nine_to_five(count=1), order=Order.NEWEST))
    world.until("13:00")
    assert world.alive == ["090000"]


def test_an_order_that_is_edited_while_ramping_down_holds_from_the_next_one_on() -> None:
    world = World(nine_to_five(count=4), utc("09:00"))
    world.until("17:00:30")
    world.edit(replace(nine_to_five(count=4), order=Order.NEWEST))
    world.until("17:01:30")
    assert world.alive == ["090100", "090200"]


def test_the_newest_is_waited_for_where_it_has_a_command_outstanding() -> None:
    world = World(NEWEST, utc("09:00"))
    world.until("09:01:30")
    world.obedient = False
    world.at("09:02")
    world.plan = replace(nine_to_five(count=1), order=Order.NEWEST)
    world.at("09:02:10")
    assert world.asked == [(Action.CREATE, "090200")], "two too many, and the newest is to go first"
    world.obedient = True
    world.succeed()
    world.until("12:00")
    assert world.alive == ["090000"]


def test_several_come_at_an_instant_and_take_the_next_free_seconds() -> None:
    world = World(replace(nine_to_five(count=5), up=Pace(step=2)), utc("08:59"))
    assert world.until("12:00") == story(
        """
        09:00:00 ramp_up.started         0 ramping_up (0/5)
        09:00:00 clone.created    090000 1 ramping_up (1/5)
        09:00:00 clone.created    090001 2 ramping_up (2/5)
        09:00:00 clone.started    090000 2 ramping_up (2/5)
        09:00:00 clone.started    090001 2 ramping_up (2/5)
        09:01:00 clone.created    090100 3 ramping_up (3/5)
        09:01:00 clone.created    090101 4 ramping_up (4/5)
        09:01:00 clone.started    090100 4 ramping_up (4/5)
        09:01:00 clone.started    090101 4 ramping_up (4/5)
        09:02:00 clone.created    090200 5 active
        09:02:00 clone.started    090200 5 active
        09:02:00 ramp_up.completed       5 active
        """
    )


def test_names_do_not_collide_where_each_second_brings_more_than_one() -> None:
    world = World(replace(nine_to_five(count=6), up=Pace(timedelta(seconds=1), 3)), utc("09:00"))
    world.until("09:00:01")
    assert world.alive == ["090000", "090001", "090002", "090003", "090004", "090005"]


def test_each_way_has_a_pace_of_its_own() -> None:
    plan = replace(
        nine_to_five(count=5), up=Pace(timedelta(minutes=2), 1), down=Pace(timedelta(seconds=10), 4)
    )
    world = World(plan, utc("09:00"))
    world.until("12:00")
    assert world.alive == ["090000", "090200", "090400", "090600", "090800"]
    world.news()
    assert world.until("18:00") == story(
        """
        17:00:00 ramp_down.started        5 ramping_down (5 remaining)
        17:00:00 clone.stopped     090000 5 ramping_down (5 remaining)
        17:00:00 clone.stopped     090200 5 ramping_down (5 remaining)
        17:00:00 clone.stopped     090400 5 ramping_down (5 remaining)
        17:00:00 clone.stopped     090600 5 ramping_down (5 remaining)
        17:00:00 clone.deleted     090000 4 ramping_down (4 remaining)
        17:00:00 clone.deleted     090200 3 ramping_down (3 remaining)
        17:00:00 clone.deleted     090400 2 ramping_down (2 remaining)
        17:00:00 clone.deleted     090600 1 ramping_down (1 remaining)
        17:00:10 clone.stopped     090800 1 ramping_down (1 remaining)
        17:00:10 clone.deleted     090800 0 idle
        17:00:10 ramp_down.completed      0 idle
        """
    )


def test_a_create_and_a_stop_say_how_long_the_clone_may_drain() -> None:
    world = World(replace(nine_to_five(count=1), drain_timeout=timedelta(seconds=20)), utc("09:00"))
    world.until("17:00")
    drains = [(command.action, command.drain) for command in world.commands]
    assert drains == [
        (Action.CREATE, timedelta(seconds=20)),
        (Action.START, None),
        (Action.STOP, timedelta(seconds=20)),
        (Action.DELETE, None),
    ]
