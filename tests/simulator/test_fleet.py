"""Many ramps under the fleet's limits: never too many, nobody forgotten, and all that fits is used."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.crowd import Level
from autoclone.core.future import Present
from autoclone.core.model import Pace, Plan, RampState
from autoclone.core.rations import ALL, Limit
from autoclone.simulator.fleet import Forecast
from autoclone.simulator.simulate import simulate
from worlds import World, nine_to_five, plan, utc, window

SECOND = timedelta(seconds=1)
EIGHT, NIGHT = utc("08:00"), utc("23:59")


def contender(name: str, what: Plan, *labels: str) -> Present:
    return Present(plan=what, state=RampState(name), now=EIGHT, labels=labels)


def play(*contenders: Present, limits: list[Limit], until: datetime = NIGHT) -> Forecast:
    return Forecast(contenders, limits, EIGHT, until).whole()


def created(what: Forecast) -> list[str]:
    return [f"{event.at:%H:%M:%S} {event.parent}" for event in what.events if event.type == "clone.created"]


def test_without_limits_each_ramp_does_what_it_does_alone() -> None:
    plans = {"a": nine_to_five(3), "b": plan(window("0905", "0910", 4))}
    together = play(*(contender(name, one) for name, one in plans.items()), limits=[])
    for name, one in plans.items():
        assert [event for event in together.events if event.parent == name] == list(
            simulate(name, one, EIGHT, NIGHT)
        )
    assert together.peak == Level(utc("09:08"), 7)
    assert together.waits == []


def test_a_cap_is_shared_evenly_and_who_waits_is_told() -> None:
    what = play(*(contender(name, nine_to_five(3)) for name in "ab"), limits=[Limit(ALL, clones=4)])
    assert created(what) == ["09:00:00 a", "09:00:00 b", "09:01:00 a", "09:01:00 b"]
    assert what.peak.clones == 4
    assert [(wait.name, wait.since, wait.until) for wait in what.waits] == [
        ("a", utc("09:02"), utc("17:00")),
        ("b", utc("09:02"), utc("17:00")),
    ]
    assert what.waits[0].cap.most == 4


def test_a_place_that_gets_free_is_taken_at_once() -> None:
    early, late = plan(window("0900", "0910", 1)), plan(window("0905", "1000", 1))
    what = play(contender("early", early), contender("late", late), limits=[Limit(ALL, clones=1)])
    assert created(what) == ["09:00:00 early", "09:10:00 late"]


def test_creates_are_spread_over_the_seconds() -> None:
    what = play(*(contender(name, nine_to_five(1)) for name in "abcd"), limits=[Limit(ALL, per_second=2)])
    assert created(what) == ["09:00:00 a", "09:00:00 b", "09:00:01 c", "09:00:01 d"]
    assert [(wait.name, wait.cap.setting) for wait in what.waits] == [
        ("c", "max_creates_per_second"),
        ("d", "max_creates_per_second"),
    ]


def test_a_label_is_limited_by_itself() -> None:
    what = play(
        contender("a", nine_to_five(2), "team=data"),
        contender("b", nine_to_five(2)),
        limits=[Limit("team=data", clones=1)],
    )
    assert created(what) == ["09:00:00 a", "09:00:00 b", "09:01:00 b"]


def test_whoever_waits_at_the_end_has_waited_until_then() -> None:
    what = play(contender("a", nine_to_five(2)), limits=[Limit(ALL, clones=1)], until=utc("10:00"))
    assert [(wait.since, wait.until) for wait in what.waits] == [(utc("09:01"), utc("10:00"))]


def test_what_is_outstanding_at_first_succeeds() -> None:
    world = World(nine_to_five(2), utc("09:00"), obedient=False)
    world.tell()
    present = Present(plan=world.plan, state=world.state, now=utc("09:00"))
    what = Forecast([present], [Limit(ALL, clones=2)], utc("09:00"), utc("10:00")).whole()
    assert created(what) == ["09:00:00 orders", "09:01:00 orders"]


def test_a_window_that_closes_ends_the_wait() -> None:
    brief = plan(window("0905", "0907", 1))
    what = play(contender("a", nine_to_five(1)), contender("b", brief), limits=[Limit(ALL, clones=1)])
    assert [(wait.name, wait.until) for wait in what.waits] == [("b", utc("09:07"))]


HOURS = st.sampled_from([("0900", "1000"), ("0930", "1100"), ("0900", "0903"), ("0959", "1030")])
PLANS = st.builds(
    lambda hours, count, every, step: Plan(
        plan(window(*hours, count)).schedule,
        Pace(timedelta(seconds=every), step),
        Pace(timedelta(seconds=every)),
    ),
    HOURS,
    st.integers(1, 6),
    st.sampled_from([1, 20, 60]),
    st.integers(1, 3),
)
TAGS = st.sets(st.sampled_from(["team=data", "tier=1"])).map(sorted)
FLEETS = st.lists(st.tuples(PLANS, TAGS), min_size=1, max_size=5)
CAPS = st.lists(
    st.builds(
        Limit,
        st.sampled_from([ALL, "team=data"]),
        st.none() | st.integers(1, 8),
        st.none() | st.integers(1, 3),
    ),
    unique_by=lambda limit: limit.label,
    max_size=2,
)


@given(fleet=FLEETS, limits=CAPS)
def test_no_limit_is_ever_exceeded_and_everybody_gets_there_who_can(
    fleet: list[tuple[Plan, list[str]]], limits: list[Limit]
) -> None:
    contenders = [contender(f"dag{n}", what, *labels) for n, (what, labels) in enumerate(fleet)]
    labels = {one.state.parent: one.labels for one in contenders}
    what = play(*contenders, limits=limits)

    there, made = dict.fromkeys(labels, 0), dict[str, list[datetime]]()
    for event in what.events:
        there[event.parent] = event.clones
        if event.type == "clone.created":
            made.setdefault(event.parent, []).append(event.at)
        for limit in limits:
            mine = [name for name in labels if limit.label == ALL or limit.label in labels[name]]
            assert limit.clones is None or sum(there[name] for name in mine) <= limit.clones
            recent = [
                at for name in mine for at in made.get(name, []) if at > event.at - timedelta(seconds=1)
            ]
            assert limit.per_second is None or len(recent) <= limit.per_second
    assert not any(there.values()), "all windows have closed, and nothing is left"
    if not any(limit.clones is not None for limit in limits):
        slow = SECOND * sum(one.schedule.windows[0].count for one, _ in fleet)
        assert all(wait.until - wait.since <= slow for wait in what.waits), "time alone lets everybody in"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_is_the_same_each_time(number: int) -> None:
    fleet = [contender(name, nine_to_five(number)) for name in "cab"]
    one, other = (play(*some, limits=[Limit(ALL, clones=4)]) for some in (fleet, fleet[::-1]))
    assert (one.events, one.levels, one.waits) == (other.events, other.levels, other.waits)


def test_what_comes_before_the_time_asked_about_only_counts() -> None:
    fleet = [contender(name, nine_to_five(2)) for name in "ab"]
    late = Forecast(fleet, [Limit(ALL, clones=3)], utc("10:00"), utc("17:00:30")).whole()
    assert late.clones == 3
    assert late.levels == [Level(utc("17:00"), 1)]
    assert late.peak == Level(utc("10:00"), 3)
    assert {event.at for event in late.events} == {utc("17:00")}
    assert late.cost > 0


def test_nobody_at_all() -> None:
    nobody = play(limits=[Limit(ALL, clones=3)])
    assert (nobody.events, nobody.peak) == ([], Level(EIGHT, 0))
