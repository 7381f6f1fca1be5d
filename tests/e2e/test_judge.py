"""A judge that cannot condemn is worth nothing: each law is broken once, and told of by its name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from evidence import Answer, Beat, Claim, Course, Evidence, Pause, Told
from judge import LAWS, findings

START = datetime(2025, 1, 25, 9, tzinfo=UTC)
INTERVAL = timedelta(seconds=1)
ONE, TWO, THREE, FOUR = (f"orders_{number}" for number in (1, 2, 3, 4))


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def told(sequence: int, seconds: float, kind: str, clone: str | None = None, *, epoch: int = 1) -> Told:
    when = at(seconds)
    return Told(10 + sequence, sequence, "orders", kind, clone, epoch, when, when + timedelta(seconds=0.01))


def claim(epoch: int, owner: str, seconds: float) -> Claim:
    return Claim(epoch, owner, at(seconds), at(seconds + 0.01))


def beat(server: str, clone: str, seconds: float) -> Beat:
    return Beat(server, clone, at(seconds))


def answer(server: str, seconds: float, epoch: int, role: str = "primary") -> Answer:
    return Answer(server, at(seconds), at(seconds + 0.1), role, epoch)


# `a` ramps up to three and is killed at 2.5; `b` takes over at 5, brings them back, and makes the fourth.
GOOD = Evidence(
    claims=[claim(1, "a", -10), claim(2, "b", 5)],
    told=[
        told(1, 0, "ramp_up.started"),
        told(2, 0, "clone.created", ONE),
        told(3, 1, "clone.created", TWO),
        told(4, 2, "clone.created", THREE),
        told(5, 5.1, "clone.restored", ONE, epoch=2),
        told(6, 5.1, "clone.restored", TWO, epoch=2),
        told(7, 5.1, "clone.restored", THREE, epoch=2),
        told(8, 5.2, "clone.created", FOUR, epoch=2),
    ],
    status=[ONE, TWO, THREE, FOUR],
    running=[ONE, TWO, THREE, FOUR],
    courses=[Course("orders", INTERVAL, 4, [Pause(at(2.5), at(5))])],
    beats=[beat("a", ONE, 0.1), beat("a", TWO, 2.4), beat("b", ONE, 5.3), beat("b", FOUR, 5.3)],
    answers=[answer("a", 1, 1), answer("b", 1, 1, "secondary"), answer("b", 6, 2)],
)


def changed(index: int, **fields: object) -> Evidence:
    """The good evidence, with one event of the journal changed."""
    journal = list(GOOD.told)
    journal[index] = replace(journal[index], **fields)  # type: ignore[arg-type]  # whatever the field is
    return replace(GOOD, told=journal)


def without(*indices: int) -> Evidence:
    """The good evidence, with some events missing and the others numbered anew."""
    kept = [one for index, one in enumerate(GOOD.told) if index not in indices]
    return replace(GOOD, told=[replace(one, sequence=number) for number, one in enumerate(kept, 1)])


def and_then(*more: Told) -> Evidence:
    return replace(GOOD, told=[*GOOD.told, *more])


def course(**fields: object) -> Evidence:
    return replace(GOOD, courses=[replace(GOOD.courses[0], **fields)])  # type: ignore[arg-type]  # likewise


def created_at(*seconds: float) -> Evidence:
    """A ramp that nothing disturbed, with clones at these instants."""
    opening = told(1, 0, "ramp_up.started")
    clones = [told(n, when, "clone.created", f"orders_{n}") for n, when in enumerate(seconds, 2)]
    return replace(
        GOOD,
        claims=GOOD.claims[:1],
        told=[opening, *clones],
        status=[str(one.clone) for one in clones],
        running=[str(one.clone) for one in clones],
        courses=[Course("orders", INTERVAL, len(clones))],
        beats=(),
        answers=(),
    )


BREACHES: dict[str, tuple[str, Evidence]] = {
    "a hole": ("no_hole", changed(3, sequence=5)),
    "a number twice": ("no_hole", changed(3, sequence=3)),
    "a sequence that does not begin with 1": ("no_hole", replace(GOOD, told=GOOD.told[1:])),
    "an older epoch after a newer one": ("never_back", changed(7, epoch=1)),
    "a position that goes back": ("never_back", changed(4, position=11)),
    "an epoch that nobody claimed": ("in_force", changed(7, epoch=3)),
    "decided before the claim": ("in_force", changed(4, at=at(4.9))),
    "committed before the claim": ("in_force", changed(4, committed=at(5))),
    "decided after the next claim": ("in_force", changed(3, at=at(5.001))),
    "a late write that was committed": ("in_force", changed(3, committed=at(5.02))),
    "created twice": ("none_twice", and_then(told(9, 6.2, "clone.created", FOUR, epoch=2))),
    "deleted twice": (
        "none_twice",
        and_then(*(told(n, 6, "clone.deleted", ONE, epoch=2) for n in (9, 10))),
    ),
    "one that is lost": ("none_orphaned", replace(GOOD, status=GOOD.status[1:], running=GOOD.running[1:])),
    "one that does not run": ("none_orphaned", replace(GOOD, running=GOOD.running[1:])),
    "one that nobody knows": ("none_orphaned", replace(GOOD, running=[*GOOD.running, "orders_5"])),
    "one that was deleted and is there": (
        "none_orphaned",
        and_then(told(9, 6, "clone.deleted", ONE, epoch=2)),
    ),
    "another's epoch": ("one_at_a_time", replace(GOOD, answers=[answer("b", 1, 1)])),
    "the former primary is one yet": (
        "one_at_a_time",
        replace(GOOD, answers=[*GOOD.answers, answer("a", 6.2, 1)]),
    ),
    "a clone that runs on a secondary": ("at_home", replace(GOOD, beats=[beat("c", ONE, 1)])),
    "a clone that runs on after the next claim": ("at_home", replace(GOOD, beats=[beat("a", ONE, 5.001)])),
    "a clone that runs before the claim": ("at_home", replace(GOOD, beats=[beat("b", ONE, 4.999)])),
    "more than the grace": (
        "at_home",
        replace(GOOD, beats=[beat("a", ONE, 8.3)], grace={1: Pause(at(8), at(8.2))}),
    ),
    "more than an interval late": ("in_time", changed(2, at=at(2.01))),
    "more than an interval late after a pause": ("in_time", changed(7, at=at(6.01))),
    "a drift, each a little later": ("in_time", created_at(0, 1.6, 3.2)),
    "before the ramp had begun": ("in_time", without(0)),
    "a burst": (
        "no_burst",
        and_then(*(told(n, 5.2, "clone.created", f"orders_{n}", epoch=2) for n in (9, 10))),
    ),
    "too early": ("no_burst", created_at(0, 0.9, 2)),
    "too few": ("complete", course(count=5)),
    "one that was not brought back": ("restored_at_once", without(4)),
    "brought back at the ramp's pace": ("restored_at_once", changed(6, at=at(6.3))),
}


@pytest.mark.parametrize("seconds", [(0, 1, 2), (0.9, 1, 2.9), (0, 1.9, 2, 3)])
def test_nothing_is_found_where_nothing_is_wrong(seconds: tuple[float, ...]) -> None:
    assert findings(GOOD) == []
    assert findings(created_at(*seconds)) == []


def test_one_that_was_stopped_already_is_not_brought_back() -> None:
    begun = and_then(told(9, 6, "clone.stopped", ONE, epoch=2), told(10, 8.1, "clone.deleted", ONE, epoch=3))
    back = [told(n, 8.1, "clone.restored", name, epoch=3) for n, name in enumerate((TWO, THREE, FOUR), 11)]
    there = [TWO, THREE, FOUR]
    claims = [*GOOD.claims, claim(3, "a", 8)]
    course = replace(GOOD.courses[0], count=3)
    judged = replace(begun, claims=claims, told=[*begun.told, *back], status=there, running=there)
    assert findings(replace(judged, courses=[course])) == []


def test_what_a_resumed_process_did_before_it_noticed_is_excused() -> None:
    late = replace(GOOD, beats=[beat("a", ONE, 8.1)], grace={1: Pause(at(8), at(8.2))})
    assert findings(late) == []


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_told_of(breach: str) -> None:
    law, evidence = BREACHES[breach]
    assert law in {line.partition(":")[0] for line in findings(evidence)}


def test_every_law_is_broken_by_some_test() -> None:
    assert {law for law, _ in BREACHES.values()} == {law.__name__ for law in LAWS}
