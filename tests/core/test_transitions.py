"""The table: every pair is there, and every road leads where the clones do."""

import pytest

from autoclone.core.events import EventType
from autoclone.core.model import Phase
from autoclone.core.transitions import TRANSITIONS, Trigger

ARRIVALS = {Trigger.FULL: Phase.ACTIVE, Trigger.EMPTY: Phase.IDLE}
DEPARTURES = {Trigger.SHORT: Phase.RAMPING_UP, Trigger.EXCESS: Phase.RAMPING_DOWN}
STARTED = {Phase.RAMPING_UP: EventType.RAMP_UP_STARTED, Phase.RAMPING_DOWN: EventType.RAMP_DOWN_STARTED}


def test_the_table_is_whole() -> None:
    assert set(TRANSITIONS) == {(phase, trigger) for phase in Phase for trigger in Trigger}


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("trigger", Trigger)
def test_the_trigger_alone_says_where_it_leads(phase: Phase, trigger: Trigger) -> None:
    assert TRANSITIONS[phase, trigger].phase is (ARRIVALS | DEPARTURES).get(trigger, phase)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("trigger", Trigger)
def test_each_ramp_starts_once_and_completes_once(phase: Phase, trigger: Trigger) -> None:
    """A ramp that is under way is completed or turned round; one that is not is started first."""
    transition = TRANSITIONS[phase, trigger]
    moving = phase in STARTED
    if transition.phase is phase:
        assert transition.events == ()
    elif transition.phase in STARTED:
        assert transition.events == (STARTED[transition.phase],)
    else:
        completed = [event for event in transition.events if event.endswith(".completed")]
        assert len(completed) == 1
        assert transition.events[-1] == completed[0]
        assert moving or len(transition.events) == 2
