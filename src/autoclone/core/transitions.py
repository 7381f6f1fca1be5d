"""The ramp's state machine, as a table.

A ramp is a point that follows a number: how many clones are wanted. The phase says which way it is
moving, and a trigger says how the clones that stay compare with that number right now. What follows from
each pair is written here and nowhere else; the diagram in docs/ is drawn from this table. All pairs are
present, so a missing key is a programming error and raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from autoclone.core.events import EventType
from autoclone.core.model import Phase


class Trigger(StrEnum):
    """How the clones that stay compare with the number wanted."""

    SHORT = "short"
    """Fewer stay than are wanted."""
    SETTLING = "settling"
    """As many as are wanted, but one is still being launched, or others are still on their way out."""
    FULL = "full"
    """Exactly those that are wanted, all launched."""
    EXCESS = "excess"
    """More stay than are wanted."""
    EMPTY = "empty"
    """None is wanted and none is left."""


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a pair of phase and trigger leads, and what is announced on the way."""

    phase: Phase
    events: tuple[EventType, ...] = ()


UP = EventType.RAMP_UP_STARTED
UP_DONE = EventType.RAMP_UP_COMPLETED
DOWN = EventType.RAMP_DOWN_STARTED
DOWN_DONE = EventType.RAMP_DOWN_COMPLETED

TRANSITIONS: Mapping[tuple[Phase, Trigger], Transition] = MappingProxyType(
    {
        (Phase.IDLE, Trigger.SHORT): Transition(Phase.RAMPING_UP, (UP,)),
        (Phase.IDLE, Trigger.SETTLING): Transition(Phase.IDLE),
        (Phase.IDLE, Trigger.FULL): Transition(Phase.ACTIVE, (UP, UP_DONE)),
        (Phase.IDLE, Trigger.EXCESS): Transition(Phase.RAMPING_DOWN, (DOWN,)),
        (Phase.IDLE, Trigger.EMPTY): Transition(Phase.IDLE),
        (Phase.RAMPING_UP, Trigger.SHORT): Transition(Phase.RAMPING_UP),
        (Phase.RAMPING_UP, Trigger.SETTLING): Transition(Phase.RAMPING_UP),
        (Phase.RAMPING_UP, Trigger.FULL): Transition(Phase.ACTIVE, (UP_DONE,)),
        (Phase.RAMPING_UP, Trigger.EXCESS): Transition(Phase.RAMPING_DOWN, (DOWN,)),
        (Phase.RAMPING_UP, Trigger.EMPTY): Transition(Phase.IDLE, (DOWN, DOWN_DONE)),
        (Phase.ACTIVE, Trigger.SHORT): Transition(Phase.RAMPING_UP, (UP,)),
        (Phase.ACTIVE, Trigger.SETTLING): Transition(Phase.ACTIVE),
        (Phase.ACTIVE, Trigger.FULL): Transition(Phase.ACTIVE),
        (Phase.ACTIVE, Trigger.EXCESS): Transition(Phase.RAMPING_DOWN, (DOWN,)),
        (Phase.ACTIVE, Trigger.EMPTY): Transition(Phase.IDLE, (DOWN, DOWN_DONE)),
        (Phase.RAMPING_DOWN, Trigger.SHORT): Transition(Phase.RAMPING_UP, (UP,)),
        (Phase.RAMPING_DOWN, Trigger.SETTLING): Transition(Phase.RAMPING_DOWN),
        (Phase.RAMPING_DOWN, Trigger.FULL): Transition(Phase.ACTIVE, (DOWN_DONE,)),
        (Phase.RAMPING_DOWN, Trigger.EXCESS): Transition(Phase.RAMPING_DOWN),
        (Phase.RAMPING_DOWN, Trigger.EMPTY): Transition(Phase.IDLE, (DOWN_DONE,)),
    }
)

# The phase whose status text an event of the ramp carries; a completed ramp shows where it arrived.
UNDER_WAY: Mapping[EventType, Phase] = MappingProxyType({UP: Phase.RAMPING_UP, DOWN: Phase.RAMPING_DOWN})
