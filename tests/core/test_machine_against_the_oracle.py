"""Where nothing fails, the machine does to the second what the oracle does."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.model import Pace, Plan
from autoclone.core.window import Schedule, Window
from oracle import Almanac, Line, Ramp, wanted
from worlds import World, instants

TICK = timedelta(seconds=20)
LASTING = timedelta(hours=30)
DAYS_BEFORE, DAYS_IN_ALL = 4, 9

# Two plain days, a gap, a fold, a shift of half an hour, a midnight and a whole date that do not exist.
PLACES = [
    ("UTC", date(2025, 1, 25)),
    ("Asia/Kathmandu", date(2025, 6, 1)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),
    ("Asia/Beirut", date(2025, 3, 30)),
    ("Pacific/Apia", date(2011, 12, 30)),
]

walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 2, 3, 30, 58]))
windows = st.builds(Window, walls, walls, st.integers(1, 6)).filter(lambda one: one.opens != one.closes)
schedules = st.lists(windows, min_size=1, max_size=2).map(tuple)
paces = st.builds(lambda ticks: Pace(ticks * TICK), st.integers(1, 12) | st.sampled_from([60, 500]))
moments = st.integers(1, LASTING // TICK - 1).map(lambda ticks: ticks * TICK)


@cache
def almanac(zone: str, around: date) -> Almanac:
    first = datetime.combine(around, time(), UTC) - timedelta(days=DAYS_BEFORE)
    return Almanac(ZoneInfo(zone), first, DAYS_IN_ALL)


@st.composite
def plans(draw: st.DrawFn, zone: str) -> Plan:
    return Plan(Schedule(draw(schedules), ZoneInfo(zone)), draw(paces), draw(paces))


@st.composite
def lives(draw: st.DrawFn) -> tuple[tuple[str, date], datetime, list[tuple[datetime, Plan]]]:
    """A place, a beginning, and the plans that come into force there, the first at once."""
    place = draw(st.sampled_from(PLACES))
    begin = datetime.combine(place[1], time(), UTC) - timedelta(hours=24) + draw(moments)
    edits = draw(st.lists(moments, max_size=3, unique=True).map(sorted))
    return place, begin, [(begin + after, draw(plans(place[0]))) for after in [timedelta(0), *edits]]


def by_the_machine(begin: datetime, edits: list[tuple[datetime, Plan]]) -> list[Line]:
    world = World(edits[0][1], begin)
    for at, plan in edits[1:]:
        world.until(at - TICK / 2)
        world.now, world.plan = at, plan
    world.until(begin + LASTING - TICK / 2)
    return [Line(one.at, one.type, one.clone, one.clones, one.status) for one in world.events]


def by_the_oracle(place: tuple[str, date], begin: datetime, edits: list[tuple[datetime, Plan]]) -> list[Line]:
    ramp, in_force, later = Ramp("orders", ZoneInfo(place[0])), edits[0][1], edits[1:]
    openings = almanac(*place).openings(in_force.schedule)
    for at in instants(begin, TICK, begin + LASTING):
        while later and later[0][0] == at:
            in_force = later.pop(0)[1]
            openings = almanac(*place).openings(in_force.schedule)
        ramp.tick(at, wanted(openings, at), in_force.up.interval, in_force.down.interval)
    return ramp.lines


@given(life=lives())
def test_the_machine_and_the_oracle_agree(
    life: tuple[tuple[str, date], datetime, list[tuple[datetime, Plan]]],
) -> None:
    place, begin, edits = life
    assert by_the_machine(begin, edits) == by_the_oracle(place, begin, edits)
