"""What a ramp does next by the clock."""

from datetime import UTC, datetime
from itertools import chain, islice

from autoclone.core.demand import Demand
from autoclone.core.events import Event, EventType
from autoclone.core.future import Future, Present

FOREVER = datetime.max.replace(tzinfo=UTC)
# After so many steps in which nothing happened it is too far away to be of use.
PATIENCE = 100

WORDS = {
    EventType.RAMP_UP_STARTED: "a ramp up to {target} begins",
    EventType.RAMP_DOWN_STARTED: "a ramp down to {target} begins",
    EventType.CLONE_CREATED: "the next clone is made",
    EventType.CLONE_STOPPED: "the next clone is stopped",
    EventType.RAMP_RESUMED: "the pause ends",
    EventType.OVERRIDE_ENDED: "the override ends",
}


def next_event(present: Present, demand: Demand | None = None) -> Event | None:
    """Return the first event after now, as long as every command succeeds; None if there is none near.

    `demand` is what the schedule wants now, where that is known already.
    """
    steps = islice(Future(present, demand).steps(FOREVER), PATIENCE)
    return next((event for event in chain.from_iterable(steps) if event.at > present.now), None)


def in_words(event: Event) -> str:
    """Return what happens then, in words."""
    return WORDS.get(event.type, event.type.replace(".", " ")).format(target=event.target)
