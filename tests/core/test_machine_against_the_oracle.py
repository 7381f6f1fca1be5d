"""Where nothing fails, the machine does to the second what the oracle does."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.model import CatchUp, Order, Pace, Plan
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap, Schedule, Window
from oracle import Almanac, Attendance, Line, Opening, Ramp, wanted
from worlds import World, instants

TICK = timedelta(seconds=20)
DAY = timedelta(days=1)
LASTING = timedelta(hours=30)
DAYS_BEFORE, DAYS_IN_ALL = 5, 10

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
lengths = st.integers(1, 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
windows = st.builds(Window, walls, walls | lengths, st.integers(1, 6)).filter(
    lambda one: one.opens != one.closes
)
schedules = st.lists(windows, min_size=1, max_size=2).map(tuple)
steps = st.sampled_from([1, 1, 2, 3])
brisk = st.builds(lambda ticks, step: Pace(ticks * TICK, step), st.integers(1, 12), steps)
slow = st.builds(lambda ticks, step: Pace(ticks * TICK, step), st.sampled_from([60, 500]), steps)
moments = st.integers(1, LASTING // TICK - 1).map(lambda ticks: ticks * TICK)
outages = st.sampled_from([0, 0, 1, 2, 3, 4, 30, 500, 5000]).map(lambda ticks: ticks * TICK)


@cache
def almanac(zone: str, around: date) -> Almanac:
    first = datetime.combine(around, time(), UTC) - timedelta(days=DAYS_BEFORE)
    return Almanac(ZoneInfo(zone), first, DAYS_IN_ALL)


@st.composite
def plans(draw: st.DrawFn, zone: str) -> Plan:
    catch_up = draw(st.sampled_from(CatchUp))
    paces = brisk if catch_up is CatchUp.AT_ONCE else brisk | slow  # see `on_time`
    return Plan(
        Schedule(draw(schedules), ZoneInfo(zone), draw(st.sampled_from(Overlap)), draw(st.sampled_from(Dst))),
        draw(paces),
        draw(paces),
        order=draw(st.sampled_from(Order)),
        catch_up=catch_up,
        start_gate=draw(st.none() | st.just(timedelta(minutes=5))),
    )


@dataclass(frozen=True)
class Life:
    """A place, the plans that come into force there, the first at the beginning, and an outage."""

    place: tuple[str, date]
    edits: list[tuple[datetime, Plan]]
    down: datetime
    up: datetime

    @property
    def end(self) -> datetime:
        return self.edits[0][0] + LASTING


@st.composite
def lives(draw: st.DrawFn) -> Life:
    place = draw(st.sampled_from(PLACES))
    begin = datetime.combine(place[1], time(), UTC) - timedelta(hours=24) + draw(moments)
    down = draw(moments)
    up = down + draw(outages)
    there = moments.filter(lambda at: not down <= at <= up)
    edits = [timedelta(0), *draw(st.lists(there, max_size=3, unique=True).map(sorted))]
    return Life(place, [(begin + at, draw(plans(place[0]))) for at in edits], begin + down, begin + up)


def by_the_machine(life: Life) -> list[Line]:
    world = World(life.edits[0][1], life.edits[0][0])
    for at, plan in life.edits[1:]:
        live(world, life, at - TICK / 2)
        world.now, world.plan = at, plan
    live(world, life, life.end - TICK / 2)
    return [Line(one.at, one.type, one.clone, one.clones, one.status) for one in world.events]


def live(world: World, life: Life, end: datetime) -> None:
    """Let time pass up to `end`; nobody is there during the outage."""
    if world.now < life.down:
        world.until(min(end, life.down - TICK / 2))
    if end >= life.up:
        world.now = max(world.now, life.up)
        world.until(end)


def by_the_oracle(life: Life) -> list[Line]:
    ramp, attendance = Ramp("orders", ZoneInfo(life.place[0])), Attendance()
    for (begin, plan), (end, _) in pairwise([*life.edits, (life.end, life.edits[0][1])]):
        openings = almanac(*life.place).openings(plan.schedule)
        skips, counts = plan.catch_up is CatchUp.SKIP, on_time(life, openings, plan)
        for at in instants(begin, TICK, end):
            target = wanted(openings, at, plan.schedule.overlap)
            if life.down <= at < life.up:
                attendance.nobody(target)
                continue
            if attendance.missed(ramp, target, partial(is_late, openings, at), skips=skips):
                target = min(target, len(ramp.clones))
            ramp.tick(at, target, plan, counts.get(at))
    return ramp.lines


def is_late(openings: list[Opening], at: datetime) -> bool:
    """Whether windows have been open for a minute at least, but were closed within the last two days."""
    before = [at - n * TICK for n in range(2 * DAY // TICK)]
    return all(wanted(openings, one) for one in before[:4]) and not all(
        wanted(openings, one) for one in before[4:]
    )


def on_time(life: Life, openings: list[Opening], plan: Plan) -> dict[datetime, int]:
    """How many clones there would be at each instant, had nothing ever been late, for a plan that catches up.

    Its ramps are brisk, so that one has been to its end in the hours before.
    """
    ramp, counts = Ramp("orders", ZoneInfo(life.place[0])), dict[datetime, int]()
    if plan.catch_up is CatchUp.AT_ONCE:
        for at in instants(life.edits[0][0] - LASTING, TICK, life.end):
            ramp.tick(at, wanted(openings, at, plan.schedule.overlap), plan)
            counts[at] = len(ramp.clones)
    return counts


@given(life=lives())
def test_the_machine_and_the_oracle_agree(life: Life) -> None:
    assert by_the_machine(life) == by_the_oracle(life)
