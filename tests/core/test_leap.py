"""A far date is reached by a leap, and what comes after it is what would come without it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.days import Days
from autoclone.core.future import Future, Present
from autoclone.core.leap import leap
from autoclone.core.model import CatchUp, Hold, HoldKind, Order, Pace, ParentStatus, Plan
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap, Schedule, Window
from worlds import World, leapt, window

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

PLACES = [
    ("UTC", date(2025, 1, 25)),
    ("America/New_York", date(2025, 2, 20)),
    ("America/New_York", date(2025, 10, 20)),
    ("Australia/Lord_Howe", date(2025, 3, 20)),
    ("Pacific/Apia", date(2011, 12, 20)),
]
walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 2, 30, 58, 59]))
windows = st.builds(Window, walls, walls, st.integers(1, 6)).filter(lambda one: one.opens != one.closes)
# Windows that leave hardly any room for a rest, or none.
restless = st.sampled_from(
    [
        (window("0000", "2359", 3),),
        (window("0000", "1200", 4), window("1200", "0000", 2)),
        (window("0600", "0559", 2), window("1200", "1230", 6)),
        (window("0003", "0001", 5),),
    ]
)
rules = st.builds(Days, weekdays=st.frozensets(st.integers(0, 6), min_size=1))
lasting = st.sampled_from([3 * MINUTE, 30 * 60 * MINUTE])
ruled = st.builds(lambda one, days: replace(one, days=days), windows, rules)
long = st.builds(lambda one, closes: replace(one, closes=closes), ruled, lasting)
schedules = st.lists(ruled | long, min_size=1, max_size=3).map(tuple) | restless
paces = st.builds(
    Pace, st.sampled_from([1, 20, 60, 600]).map(lambda some: timedelta(seconds=some)), st.integers(1, 2)
)


EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
holds = st.integers(1, 20 * 24).map(lambda hours: EPOCH + hours * 60 * MINUTE)


@st.composite
def presents(draw: st.DrawFn) -> Present:
    """How a ramp stands that was begun, and edited, at any time."""
    zone, around = draw(st.sampled_from(PLACES))
    plans = st.builds(
        Plan,
        st.builds(
            Schedule, schedules, st.just(ZoneInfo(zone)), st.sampled_from(Overlap), st.sampled_from(Dst)
        ),
        paces,
        paces,
        order=st.sampled_from(Order),
        catch_up=st.sampled_from(CatchUp),
        start_gate=st.sampled_from([None, MINUTE]),
    )
    world = World(draw(plans), datetime.combine(around, time(), UTC))
    moments = st.integers(0, 36 * 60).map(lambda minutes: minutes * MINUTE)
    world.until(world.now + draw(moments))
    world.plan, world.parent = (
        draw(plans),
        draw(st.sampled_from([ParentStatus.RUNNING, ParentStatus.SUSPENDED])),
    )
    world.until(world.now + draw(moments))
    held = draw(st.none() | st.builds(Hold, st.sampled_from(HoldKind), holds, st.integers(0, 8), holds))
    if held is not None:
        world.tell(order=replace(held, until=world.now + (held.until - EPOCH)))
        world.until(world.now + draw(moments) / 10)
    return Present(
        plan=world.plan, state=world.state, now=world.now, parent=world.parent, wake_at=world.wake_at
    )


def lines(present: Present, first: datetime, last: datetime) -> list[tuple[object, ...]]:
    return [
        (one.at, one.type, one.clone, one.status, one.clones)
        for events in Future(present).steps(last)
        for one in events
        if one.at >= first
    ]


@given(present=presents(), ahead=st.integers(0, 60 * 24 * 60))
def test_what_comes_after_a_leap_is_what_would_come_without_it(present: Present, ahead: int) -> None:
    first = present.now + ahead * MINUTE
    last = first + 2 * DAY

    assert lines(leapt(leap(present, first)), first, last) == lines(present, first, last)
