"""The fleet's limits: what is left of them, who gets it, and who has to wait for what."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.rations import ALL, CapWait, Held, Limit, Rations, Waiting
from worlds import utc

NOW = utc("09:00")
SECOND = timedelta(seconds=1)
DATA, ML = ("team=data",), ("team=ml",)


def held(clones: int, labels: tuple[str, ...] = ()) -> Held:
    return Held(labels, clones)


def waits(wants: int = 1, since: str = "09:00") -> Waiting:
    return Waiting(wants, utc(since))


def test_without_limits_there_is_nothing_to_share_out() -> None:
    assert not Rations([])
    assert Rations([Limit(ALL, clones=1)])


def test_each_place_goes_to_whoever_has_the_fewest() -> None:
    rations = Rations([Limit(ALL, clones=10)])
    shares = rations.share(
        {"a": waits(9), "b": waits(9), "c": waits(9)}, {"a": held(0), "b": held(1), "c": held(4)}, NOW
    )
    assert shares == {"a": 3, "b": 2}, "three each, where there are five left, and c has more already"


def test_among_equals_it_goes_to_the_one_that_has_waited_longest_then_by_name() -> None:
    rations = Rations([Limit(ALL, clones=2)])
    waiting = {"a": waits(since="08:59"), "b": waits(since="08:58"), "d": waits(), "c": waits()}
    nothing = dict.fromkeys(waiting, held(0))
    assert rations.share(waiting, nothing, NOW) == {"b": 1, "a": 1}
    del waiting["b"], waiting["a"]
    assert Rations([Limit(ALL, clones=1)]).share(waiting, nothing, NOW) == {"c": 1}


def test_who_wants_fewer_leaves_the_rest_to_the_others() -> None:
    rations = Rations([Limit(ALL, clones=7)])
    assert rations.share({"a": waits(1), "b": waits(9)}, {"a": held(0), "b": held(0)}, NOW) == {
        "a": 1,
        "b": 6,
    }


def test_clones_of_all_ramps_take_places_until_they_are_gone() -> None:
    rations = Rations([Limit(ALL, clones=3)])
    rations.note("old", held(2))
    assert rations.share({"a": waits(5)}, {"a": held(0)}, NOW) == {"a": 1}
    assert rations.share({"a": waits(5)}, {"a": held(0), "old": held(0)}, NOW) == {"a": 3}
    rations.note("old", held(3))
    assert rations.share({"a": waits(5)}, {"a": held(0)}, NOW) == {}
    rations.note("old", held(0))
    assert rations.share({"a": waits(5)}, {"a": held(0)}, NOW) == {"a": 3}


def test_more_than_a_limit_allows_is_no_harm() -> None:
    rations = Rations([Limit(ALL, clones=3)])
    rations.note("old", held(9))
    assert rations.share({"a": waits()}, {"a": held(0)}, NOW) == {}


def test_a_label_has_a_limit_of_its_own() -> None:
    rations = Rations([Limit("team=data", clones=1), Limit(ALL, clones=3)])
    waiting = {"a": waits(5), "b": waits(5), "c": waits(5)}
    of = {"a": held(0, DATA), "b": held(0, DATA), "c": held(0, ML)}
    assert rations.share(waiting, of, NOW) == {"a": 1, "c": 2}


def test_a_label_that_is_edited_takes_its_clones_along() -> None:
    rations = Rations([Limit("team=data", clones=2), Limit("team=ml", clones=2)])
    rations.note("a", held(2, DATA))
    rations.note("a", held(2, ML))
    assert rations.share({"b": waits(5)}, {"b": held(0, DATA)}, NOW) == {"b": 2}
    assert rations.share({"b": waits(5)}, {"b": held(0, ML)}, NOW) == {}


def test_so_many_may_come_within_any_second() -> None:
    rations = Rations([Limit(ALL, per_second=3)])
    rations.note_made((), 2, NOW)
    assert rations.share({"a": waits(5)}, {"a": held(0)}, NOW) == {"a": 1}
    rations.note_made((), 1, NOW + SECOND / 2)
    assert rations.share({"a": waits(5)}, {"a": held(0)}, NOW + SECOND * 0.9) == {}
    assert rations.share({"a": waits(5)}, {"a": held(0)}, NOW + SECOND) == {"a": 2}
    assert rations.share({"a": waits(5)}, {"a": held(0)}, NOW + 2 * SECOND) == {"a": 3}


def test_a_clock_that_is_set_back_holds_nobody_up() -> None:
    rations = Rations([Limit(ALL, per_second=1)])
    rations.note_made((), 1, NOW)
    assert rations.share({"a": waits()}, {"a": held(0)}, NOW - 60 * SECOND) == {"a": 1}


def test_who_waits_is_told_for_what() -> None:
    rations = Rations([Limit(ALL, clones=3, per_second=2), Limit("team=data", clones=1)])
    assert rations.why(DATA, NOW, NOW) is None
    rations.note("a", held(1, DATA))
    cap = rations.why(DATA, utc("08:59"), NOW)
    assert cap == CapWait("team=data", 1, a_second=False, since=utc("08:59"))
    assert cap.setting == "max_clones"
    assert rations.why(ML, NOW, NOW) is None
    rations.note_made((), 2, NOW)
    cap = rations.why(DATA, NOW, NOW)
    assert cap == CapWait(ALL, 2, a_second=True, since=NOW)
    assert cap.setting == "max_creates_per_second"


def test_only_a_limit_on_each_second_is_a_matter_of_time() -> None:
    rations = Rations(
        [Limit(ALL, clones=1), Limit("team=data", per_second=1), Limit("team=ml", per_second=1)]
    )
    rations.note("a", held(1, DATA))
    assert rations.next_at([DATA, ()], NOW) is None
    rations.note_made(DATA, 1, NOW)
    rations.note_made(ML, 1, NOW + SECOND / 2)
    assert rations.next_at([DATA, ML], NOW + SECOND / 2) == NOW + SECOND
    assert rations.next_at([ML], NOW + SECOND / 2) == NOW + SECOND * 1.5
    assert rations.next_at([DATA], NOW + SECOND) is None


LABELS = st.sets(st.sampled_from(["team=data", "team=ml", "tier=1"])).map(sorted).map(tuple)
NUMBERS = st.none() | st.integers(0, 9)
LIMITS = st.lists(
    st.builds(Limit, st.sampled_from([ALL, "team=data", "tier=1"]), NUMBERS, NUMBERS),
    unique_by=lambda limit: limit.label,
)
RAMPS = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(LABELS, st.integers(0, 5), st.integers(0, 4)), min_size=1
)


@given(limits=LIMITS, ramps=RAMPS)
def test_no_limit_is_exceeded_all_that_fits_is_used_and_nobody_has_cause_for_envy(
    limits: list[Limit], ramps: dict[str, tuple[tuple[str, ...], int, int]]
) -> None:
    rations = Rations(limits)
    for name, (labels, clones, _) in ramps.items():
        rations.note(name, held(clones, labels))
    waiting = {name: waits(wants) for name, (_, _, wants) in ramps.items() if wants}
    shares = rations.share(waiting, {name: held(ramps[name][1], ramps[name][0]) for name in waiting}, NOW)

    after = {name: clones + shares.get(name, 0) for name, (_, clones, _) in ramps.items()}
    full = {limit.label for limit in limits if is_full(limit, ramps, shares)}
    for limit in limits:
        got = sum(number for name, number in shares.items() if covers(limit, ramps[name][0]))
        there = sum(number for name, number in after.items() if covers(limit, ramps[name][0]))
        assert not got or limit.clones is None or there <= limit.clones
        assert limit.per_second is None or got <= limit.per_second
    for name, wait in waiting.items():
        if shares.get(name, 0) < wait.wants:
            over = {limit.label for limit in limits if covers(limit, ramps[name][0])} & full
            assert over, "it is one of its own limits that it waits for"
            luckier = [other for other in shares if set(ramps[other][0]) == set(ramps[name][0])]
            assert all(after[other] <= after[name] + 1 for other in luckier)


def covers(limit: Limit, labels: tuple[str, ...]) -> bool:
    return limit.label == ALL or limit.label in labels


def is_full(limit: Limit, ramps: dict[str, tuple[tuple[str, ...], int, int]], shares: dict[str, int]) -> bool:
    mine = [name for name, (labels, _, _) in ramps.items() if covers(limit, labels)]
    got = sum(shares.get(name, 0) for name in mine)
    there = got + sum(ramps[name][1] for name in mine)
    return (limit.clones is not None and there >= limit.clones) or got == limit.per_second
