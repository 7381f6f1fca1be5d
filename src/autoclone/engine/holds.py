"""From what an operator asks for to a hold that has an end, and on to the ramp."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from autoclone.config.durations import format_duration
from autoclone.config.faults import shown
from autoclone.config.fields import MAX_CLONES
from autoclone.core.inputs import HoldOrder
from autoclone.core.model import Hold, HoldKind
from autoclone.engine.reign import Reign
from autoclone.errors import Fault, InvalidInput, Transient

LONGEST_REASON = 500
ENDS = 'Write either, such as "for": "2h" or "until": "2025-01-25T17:00:00Z"'


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequest:
    """A pause or an override, as an operator asks for it. Exactly one of `until` and `lasting` is needed.

    Attributes:
        kind: which of the two.
        until: when it is to end, aware.
        lasting: how long it is to last; users call it `for`.
        count: how many clones there are to be, for an override.
        reason: one line for whoever asks why, 500 characters at most.
    """

    kind: HoldKind
    until: datetime | None = None
    lasting: timedelta | None = None
    count: int | None = None
    reason: str = ""


async def ordered(reign: Reign, name: str, order: HoldOrder, patience: float) -> None:
    """Have the ramp of `name` take in an order, and return once that is durable.

    Raises:
        Transient: it could not be made so within `patience`, in seconds, and is given up.
    """
    try:
        async with asyncio.timeout(patience):
            await reign.reconciler.ask(name, order)
    except TimeoutError:
        raise Transient(f"What was asked of {name!r} could not be stored yet. Ask again.") from None


def hold_of(asked: HoldRequest, now: datetime, longest: timedelta) -> Hold:
    """Return the hold that begins `now`, in UTC, and lasts `longest` at most.

    Raises:
        InvalidInput: there is no end or two, it is past or too far away, or a value is wrong.
    """
    until = asked.until if asked.lasting is None else now + asked.lasting
    faults = [*_about_the_end(asked, now, longest), *_about_the_rest(asked)]
    if faults or until is None:
        raise InvalidInput(*faults)
    return Hold(asked.kind, until, asked.count or 0, now, asked.reason)


def _about_the_end(asked: HoldRequest, now: datetime, longest: timedelta) -> Iterator[Fault]:
    most = format_duration(longest)
    if asked.until is None and asked.lasting is None:
        yield Fault("until", "", 'is missing, and so is "for": every hold has an end', ENDS)
    elif asked.until is not None and asked.lasting is not None:
        yield Fault("until", asked.until.isoformat(), 'is given, and "for" too', ENDS)
    elif asked.lasting is not None and asked.lasting > longest:
        problem = f"is longer than {most}, the longest hold that this server allows"
        yield Fault("for", format_duration(asked.lasting), problem, f'Write "{most}" at most')
    elif asked.until is not None and asked.until <= now:
        yield Fault(
            "until", asked.until.isoformat(), f"is past: it is {now.isoformat()}", "Write a later one"
        )
    elif asked.until is not None and asked.until > now + longest:
        problem = f"is more than {most} away, the longest hold that this server allows"
        yield Fault("until", asked.until.isoformat(), problem, f'Write "for": "{most}" at most')


def _about_the_rest(asked: HoldRequest) -> Iterator[Fault]:
    if asked.kind is HoldKind.OVERRIDE and asked.count is None:
        yield Fault("count", "", "is missing", "Write how many clones there are to be, 0 for none")
    elif asked.count is not None and not 0 <= asked.count <= MAX_CLONES:
        yield Fault("count", str(asked.count), f"is not between 0 and {MAX_CLONES}", "Write one that is")
    if len(asked.reason) > LONGEST_REASON:
        problem = f"is longer than {LONGEST_REASON} characters"
        yield Fault("reason", shown(asked.reason), problem, "Write a shorter one")
    elif not asked.reason.isprintable():
        yield Fault("reason", shown(asked.reason), "is not one line of text", "Leave out what is no text")
