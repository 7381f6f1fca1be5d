"""What a ramp did, taken again, and what it would have done under another definition."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from autoclone.core.course import Word, clone_time, course
from autoclone.core.events import Event
from autoclone.core.future import Present
from autoclone.core.model import Plan, RampState
from autoclone.engine.definitions import Definitions
from autoclone.engine.recorded import Record
from autoclone.engine.replaying import Replay, replay
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import JsonObject, Store

# So many events are worked out before the loop is given back, and at most.
SLICE = 200
MOST_EVENTS = 100_000


@dataclass(frozen=True, slots=True)
class Course:
    """What a ramp did, or would have done, in some time.

    Attributes:
        clones: how many clones there were at its beginning.
        events: what happened, in order.
        clone_time: how long all clones together were there.
    """

    clones: int
    events: tuple[Event, ...]
    clone_time: timedelta


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One time, as it was and as it would have been.

    Attributes:
        name: the DAG.
        since: where it begins, UTC.
        until: where it ends, UTC.
        plan: what the other definition asks for.
        actual: what the ramp did.
        other: what it would have done, had every command succeeded at once.
    """

    name: str
    since: datetime
    until: datetime
    plan: Plan
    actual: Course
    other: Course


class Past:
    """Looks back on ramps, by the record of what they were told."""

    def __init__(self, store: Store, definitions: Definitions) -> None:
        self._store = store
        self._definitions = definitions

    async def replay(self, name: str, since: datetime, until: datetime) -> tuple[Replay, Course]:
        """Take the steps of a ramp again, up to before `until`; return what came of it from `since` on.

        Raises:
            StoreError, Transient: as the store.
        """
        taken = await replay(self._store, self._definitions, name, since, until)
        clones = taken.began.live if taken.began else 0
        return taken, _course(clones, tuple(taken.events), taken.since, taken.until)

    async def what_if(self, name: str, since: datetime, until: datetime, document: JsonObject) -> WhatIf:
        """Return what a ramp would have done from `since` to before `until` under another definition.

        It begins with the clones that there were, or with the record, where that is younger than `since`. The
        operators say what they said.

        Raises:
            InvalidInput: the definition is wrong, or does too much in that time.
            StoreError, Transient: as the store.
        """
        plan = self._definitions.resolve(document, name if "name" not in document else None).plan
        taken, actual = await self.replay(name, since, until)
        if taken.began is None and taken.recorded_from is not None:
            since = taken.recorded_from
            actual = _course(0, actual.events, since, until)
        state = taken.began or RampState(name)
        present = Present(plan=plan, state=state, now=since, parent=state.parent_status)
        events = await _all(course(present, await self._words(taken), until))
        other = _course(actual.clones, events, since, until)
        return WhatIf(name, since, until, plan, actual, other)

    async def _words(self, taken: Replay) -> list[Word]:
        """Return what operators said in the time that was taken again."""
        words: list[Word] = []
        parent = taken.began.parent_status if taken.began else None
        async for page in Record(self._store, self._definitions, taken.name).pages(taken.since):
            for heard in (one for told in page.told for one in told.heard):
                if taken.since <= heard.now < taken.until and (heard.order or heard.parent is not parent):
                    words.append(Word(heard.now, heard.parent, heard.order))
                    parent = heard.parent
        return words


def _course(clones: int, events: tuple[Event, ...], since: datetime, until: datetime) -> Course:
    return Course(clones, events, clone_time(clones, events, since, until))


async def _all(events: Iterator[Event]) -> tuple[Event, ...]:
    """Work out all of them, a slice at a time. Raises `InvalidInput` where they are too many."""
    found: list[Event] = []
    while some := list(islice(events, SLICE)):
        found += some
        if len(found) > MOST_EVENTS:
            problem = f"more than {MOST_EVENTS} events would happen in that time"
            raise InvalidInput(Fault("to", "", problem, "Ask for a shorter time, or a longer ramp_interval"))
        await asyncio.sleep(0)
    return tuple(found)
