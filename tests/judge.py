"""Proves from what is left of a test that no fault doubled, lost or misplaced anything.

    evidence = await case.evidence()
    assert not findings(evidence)

What counts is the journal, and the instants at which PostgreSQL committed each row. Each law is a function
that yields a line for each breach of it, so that one look at a failure shows all that went wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise

from evidence import COMES, Beat, Claim, Course, Evidence, Told

NOTHING = timedelta()

Law = Callable[[Evidence], Iterator[str]]


def no_hole(evidence: Evidence) -> Iterator[str]:
    """Each parent's sequence begins with 1 and grows by one, in the order of the journal."""
    last: Counter[str] = Counter()
    for one in evidence.told:
        if one.sequence != last[one.parent] + 1:
            yield f"{one.parent}: {one.sequence} follows {last[one.parent]}"
        last[one.parent] = one.sequence


def never_back(evidence: Evidence) -> Iterator[str]:
    """No older epoch writes after a newer one."""
    for first, then in pairwise(evidence.told):
        if then.epoch < first.epoch:
            yield f"position {then.position}: epoch {then.epoch} after {first.epoch}"
        if then.position <= first.position:
            yield f"position {then.position} after {first.position}"


def in_force(evidence: Evidence) -> Iterator[str]:
    """Each event was decided and committed after its epoch was claimed, and before the next one was."""
    claims = {claim.epoch: claim for claim in evidence.claims}
    for one in evidence.told:
        claim, end = claims.get(one.epoch), evidence.over(one.epoch)
        if claim is None:
            yield f"position {one.position}: nobody ever claimed epoch {one.epoch}"
        elif one.at < claim.at or one.committed < claim.committed:
            yield f"position {one.position}: written before its epoch {one.epoch} was claimed"
        if end is not None and (one.at > end.at or one.committed > end.committed):
            yield f"position {one.position}: epoch {one.epoch} wrote when {end.epoch} was claimed"


def none_twice(evidence: Evidence) -> Iterator[str]:
    """No clone is created twice, nor deleted twice."""
    for kind in ("clone.created", "clone.deleted"):
        names = Counter(one.clone for one in evidence.told if one.type == kind)
        yield from (f"{name}: {kind} {times} times" for name, times in names.items() if times > 1)


def none_orphaned(evidence: Evidence) -> Iterator[str]:
    """What came and did not go is what the status names, and what really runs."""
    live = evidence.live_before(max((claim.epoch for claim in evidence.claims), default=0) + 1)
    for what, names in (("the status names", evidence.status), ("runs", evidence.running)):
        if sorted(live) != sorted(names):
            yield f"by the journal there are {sorted(live)}; {what} {sorted(names)}"


def one_at_a_time(evidence: Evidence) -> Iterator[str]:
    """A server says that it is primary in its own epochs only, and never once a newer one was heard of."""
    owners = {claim.epoch: claim.owner for claim in evidence.claims}
    heard = sorted((one for one in evidence.answers if one.role == "primary"), key=lambda one: one.answered)
    for one in heard:
        if owners.get(one.epoch) != one.server:
            yield f"{one.server} said that it was primary in epoch {one.epoch} of {owners.get(one.epoch)}"
    for one in sorted(heard, key=lambda one: one.asked):
        newer = next((then for then in heard if then.epoch > one.epoch), None)
        if newer is not None and newer.answered < one.asked:
            yield f"{one.server} was primary in epoch {one.epoch} after {newer.server} in {newer.epoch}"


def at_home(evidence: Evidence) -> Iterator[str]:
    """A clone runs on the server whose epoch it is, from the claim of it to the claim of the next."""
    for beat in evidence.beats:
        if not any(_at_home(evidence, claim, beat) for claim in evidence.claims):
            yield f"{beat.clone} ran on {beat.server} at {beat.at:%T.%f}, in no epoch of it"


def _at_home(evidence: Evidence, claim: Claim, beat: Beat) -> bool:
    if claim.owner != beat.server or beat.at < claim.at:
        return False
    end, grace = evidence.over(claim.epoch), evidence.grace.get(claim.epoch)
    excused = grace is not None and grace.begin <= beat.at <= grace.end
    return end is None or beat.at <= end.at or excused


def in_time(evidence: Evidence) -> Iterator[str]:
    """Each move comes when it is due, or up to an interval later; after a pause one is due at once."""
    for course in evidence.courses:
        due = _opening(evidence, course)
        for one in _moves(evidence, course):
            if due is None:
                yield f"{course.parent}: {one.clone} came before the ramp had begun"
                return
            after = _after(course, due)
            if one.at > after + course.interval:
                late = one.at - after
                yield f"{course.parent}: {one.clone}, {one.type}, {late} after it was due"
            on_time = after == due and one.at <= due + course.interval
            due = (due if on_time else one.at) + course.interval


def no_burst(evidence: Evidence) -> Iterator[str]:
    """Between two moves there are as many intervals as moves, less one for how late a move may be."""
    for course in evidence.courses:
        moves = list(enumerate(_moves(evidence, course)))
        for (i, first), (j, then) in combinations(moves, 2):
            if then.at - first.at < (j - i - 1) * course.interval:
                yield f"{course.parent}: {j - i} moves within {then.at - first.at}, to {then.clone}"
        opening = _opening(evidence, course)
        for i, one in moves:
            if not course.pauses and opening is not None and one.at < opening + i * course.interval:
                yield f"{course.parent}: {one.clone} {opening + i * course.interval - one.at} too early"


def complete(evidence: Evidence) -> Iterator[str]:
    """In the end there are as many clones as there should be."""
    for course in evidence.courses:
        names = [name for name in evidence.status if name.startswith(f"{course.parent}_")]
        if len(names) != course.count:
            yield f"{course.parent}: {len(names)} clones at the end, and not {course.count}"


def restored_at_once(evidence: Evidence) -> Iterator[str]:
    """A new primary brings back all that its predecessor had, together, and before it makes any more."""
    if not evidence.courses:
        return
    interval = evidence.courses[0].interval
    for claim in evidence.claims:
        leaving = {
            one.clone for one in evidence.told if one.epoch < claim.epoch and one.type == "clone.stopped"
        }
        live = [name for name in evidence.live_before(claim.epoch) if name not in leaving]
        mine = [one for one in evidence.told if one.epoch == claim.epoch]
        # One that was not started yet when its primary went is not restored, but started.
        back = [one for one in mine if one.type in {"clone.restored", "clone.started"} and one.clone in live]
        cut_off = evidence.over(claim.epoch) and not any(one.type in COMES for one in mine)
        gone = {one.clone for one in mine if one.type == "clone.stopped"}
        missing = sorted(set(live) - {one.clone for one in back} - gone)
        if missing and not cut_off:
            yield f"epoch {claim.epoch} brought {missing} not back"
        by_the_ramp = (len(back) - 1) * interval
        if back and back[-1].at - back[0].at > max(interval, by_the_ramp / 2):
            yield f"epoch {claim.epoch} took {back[-1].at - back[0].at} to bring all back"


def _opening(evidence: Evidence, course: Course) -> datetime | None:
    if course.opening is not None:
        return course.opening
    start = "ramp_up.started" if course.kind == "clone.created" else "ramp_down.started"
    return next((one.at for one in evidence.told if (one.parent, one.type) == (course.parent, start)), None)


def _moves(evidence: Evidence, course: Course) -> list[Told]:
    return [one for one in evidence.told if (one.parent, one.type) == (course.parent, course.kind)]


def _after(course: Course, due: datetime) -> datetime:
    for pause in course.pauses:
        if pause.begin <= due + course.interval and due <= pause.end:
            due = pause.end
    return due


LAWS: Sequence[Law] = (
    no_hole,
    never_back,
    in_force,
    none_twice,
    none_orphaned,
    one_at_a_time,
    at_home,
    in_time,
    no_burst,
    complete,
    restored_at_once,
)


def findings(evidence: Evidence) -> list[str]:
    """Return what is wrong, a line each; nothing where every law was kept."""
    return [f"{law.__name__}: {line}" for law in LAWS for line in law(evidence)]
