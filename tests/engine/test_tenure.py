"""What is known of the lease, to the instant. A session lasts 8 s: 3 s are sure, and 4 s are a silence."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.engine.tenure import Patience, Tenure
from autoclone.ports import Lease
from election.role import Epoch
from election.role import Lease as Holder

SESSION = timedelta(seconds=8)
LEASE = timedelta(seconds=20)  # which is held for 15 s, and waited for 20 s
AMONG = Patience.among(SESSION, LEASE)
OTHERS = Lease(epoch=3, version=7, owner="another", term=LEASE)


@pytest.fixture
def tenure() -> Tenure:
    return Tenure(AMONG)


def test_nothing_is_known_before_the_store_was_asked(tenure: Tenure) -> None:
    assert tenure.at(0) == tenure.at(1e6) == (Holder.UNKNOWN, Epoch.NONE)
    assert (tenure.epoch, tenure.seen, tenure.holding) == (0, None, False)


@pytest.mark.parametrize(
    ("age", "holder"),
    [
        (0, Holder.HELD),
        (2.999, Holder.HELD),
        (3, Holder.UNCONFIRMED),
        (14.999, Holder.UNCONFIRMED),
        (15, Holder.UNKNOWN),
        (1e6, Holder.UNKNOWN),
    ],
)
def test_what_the_store_gave_is_sure_for_a_while_from_the_question_on(
    tenure: Tenure, age: float, holder: Holder
) -> None:
    tenure.claimed(100, 4)
    assert tenure.at(100 + age) == (holder, Epoch.CURRENT)
    assert (tenure.epoch, tenure.holding) == (4, True)


def test_each_write_that_the_store_takes_makes_it_sure_again(tenure: Tenure) -> None:
    tenure.claimed(100, 4)
    tenure.confirmed(102)
    assert tenure.at(104.999) == (Holder.HELD, Epoch.CURRENT)
    assert tenure.at(105) == (Holder.UNCONFIRMED, Epoch.CURRENT)


def test_what_is_over_has_to_be_looked_at_and_claimed_anew(tenure: Tenure) -> None:
    tenure.claimed(100, 4)
    tenure.looked(101, 101, Lease(4, 9, "this"))
    tenure.ended()
    assert tenure.at(101) == (Holder.UNKNOWN, Epoch.STALE)
    assert (tenure.epoch, tenure.seen, tenure.holding) == (4, None, False)


def test_an_answer_that_comes_after_the_end_brings_nothing_back(tenure: Tenure) -> None:
    tenure.claimed(100, 4)
    tenure.ended()
    tenure.confirmed(101)
    assert tenure.at(101) == (Holder.UNKNOWN, Epoch.STALE)
    assert not tenure.holding


def test_a_lease_that_nobody_has_is_free_at_once(tenure: Tenure) -> None:
    tenure.looked(100, 100.5, Lease(epoch=3, version=7))
    assert tenure.at(100.5) == (Holder.FREE, Epoch.NONE)


@pytest.mark.parametrize(
    ("last_look", "holder"),
    [
        (1, Holder.TAKEN),
        (4.499, Holder.TAKEN),
        (4.5, Holder.SILENT),
        (20.499, Holder.SILENT),
        (20.5, Holder.FREE),
        (1e6, Holder.FREE),
    ],
)
def test_another_s_silence_lasts_from_the_first_answer_to_the_last_question(
    tenure: Tenure, last_look: float, holder: Holder
) -> None:
    """Asked at 0 and answered at 0.5: it may have been written at any moment until then."""
    tenure.looked(0, 0.5, OTHERS)
    tenure.looked(last_look, last_look + 9, OTHERS)
    assert tenure.at(last_look + 9) == (holder, Epoch.NONE)


def test_a_store_that_does_not_answer_is_no_sign_of_anybody_s_death(tenure: Tenure) -> None:
    tenure.looked(0, 0, OTHERS)
    tenure.looked(3, 3, OTHERS)
    assert tenure.at(1e6) == (Holder.TAKEN, Epoch.NONE)


def test_a_single_look_whose_answer_takes_long_is_no_silence(tenure: Tenure) -> None:
    tenure.looked(0, 100, OTHERS)
    assert tenure.at(100) == (Holder.TAKEN, Epoch.NONE)


def test_any_write_ends_a_silence(tenure: Tenure) -> None:
    tenure.looked(0, 0, OTHERS)
    tenure.looked(10, 10, OTHERS)
    assert tenure.at(10) == (Holder.SILENT, Epoch.NONE)
    tenure.looked(11, 11, Lease(3, 8, "another", term=LEASE))
    assert tenure.at(11) == (Holder.TAKEN, Epoch.NONE)


def test_the_holder_s_own_term_is_waited_for_however_long(tenure: Tenure) -> None:
    patient = Lease(3, 7, "another", term=timedelta(minutes=5))
    tenure.looked(0, 0, patient)
    tenure.looked(299.999, 299.999, patient)
    assert tenure.at(300) == (Holder.SILENT, Epoch.NONE)
    tenure.looked(300, 300, patient)
    assert tenure.at(300) == (Holder.FREE, Epoch.NONE)


def test_no_term_is_so_short_that_no_silence_would_come_first(tenure: Tenure) -> None:
    hasty = Lease(3, 7, "another")
    tenure.looked(0, 0, hasty)
    tenure.looked(3.999, 3.999, hasty)
    assert tenure.at(3.999) == (Holder.TAKEN, Epoch.NONE)
    tenure.looked(4, 4, hasty)
    assert tenure.at(4) == (Holder.FREE, Epoch.NONE)


def test_its_own_epoch_seen_again_is_its_own_lease_to_be_claimed_anew(tenure: Tenure) -> None:
    tenure.claimed(100, 4)
    tenure.ended()
    tenure.looked(101, 101, Lease(4, 9, "this", term=LEASE))
    assert tenure.at(101) == (Holder.HELD, Epoch.STALE)
    tenure.looked(102, 102, Lease(5, 10, "another", term=LEASE))
    assert tenure.at(102) == (Holder.TAKEN, Epoch.STALE)


def test_alone_whatever_is_found_may_be_claimed_and_is_kept_for_ever() -> None:
    tenure = Tenure(Patience.alone())
    tenure.looked(0, 0, OTHERS)
    assert tenure.at(0) == (Holder.SILENT, Epoch.NONE), "which one that is elected claims, as it always is"
    tenure.claimed(0, 4)
    assert tenure.at(1e9) == (Holder.HELD, Epoch.CURRENT)
    assert tenure.term == timedelta()


SPANS = st.timedeltas(timedelta(seconds=1), timedelta(hours=1))
STEPS = st.floats(0, 5000)


@given(
    session=SPANS,
    lease=SPANS,
    other_lease=SPANS,
    way=st.tuples(STEPS, STEPS),
    looks=st.lists(st.tuples(STEPS, STEPS), min_size=2, max_size=6),
)
def test_a_holder_stops_before_anybody_may_take_its_place(
    session: timedelta,
    lease: timedelta,
    other_lease: timedelta,
    way: tuple[float, float],
    looks: list[tuple[float, float]],
) -> None:
    """However long the store takes to take a write in, and however another's looks at it fall.

    Where another may claim the lease once elected, the holder is not sure any more; where it may claim it
    without being elected, the holder has given it up.
    """
    holder, other = Tenure(Patience.among(session, lease)), Tenure(Patience.among(session, other_lease))
    asked, written = way[0], sum(way)
    holder.claimed(asked, 1)
    now = written
    for before, until_answered in looks:
        question = now + before
        now = question + until_answered
        other.looked(question, now, Lease(1, 1, "holder", term=holder.term))
        for instant in (question, now):
            found, _ = other.at(now)
            held, _ = holder.at(instant)
            assert found is Holder.TAKEN or held is not Holder.HELD
            assert found is not Holder.FREE or held is Holder.UNKNOWN


@given(session=SPANS, lease=SPANS)
def test_the_deadlines_follow_each_other_with_room_between(session: timedelta, lease: timedelta) -> None:
    patience = Patience.among(session, lease)
    assert patience.sure <= patience.held < patience.term
    assert patience.sure < patience.silence <= patience.term
    order, rounding = [patience.sure, patience.silence, session], timedelta(microseconds=1)
    assert all(later - sooner >= session / 8 - rounding for sooner, later in pairwise(order))
    assert patience.term - patience.held >= lease / 4 - rounding
