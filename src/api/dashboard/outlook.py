"""What a configuration comes to on a day or in a week: its chart, its events, and how long clones run."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from api.dashboard.chart import Chart, Course, chart_of
from api.edits import clone_minutes
from api.foresight import Ahead, Foresight, Span
from autoclone.config.faults import did_you_mean, shown
from autoclone.config.fields import LONGEST_WINDOW
from autoclone.config.wording import schedule_in_words
from autoclone.core.events import Event
from autoclone.core.future import Present
from autoclone.core.model import CatchUp, Plan, RampState
from autoclone.core.wall import instant
from autoclone.errors import Fault, InvalidInput

# How much can be shown, in days.
SPANS = {"day": 1, "week": 7}
# A window that is open where the time begins, opened before it.
BEFORE = LONGEST_WINDOW + timedelta(days=1)
FURTHEST = timedelta(days=5 * 366)
MOST_EVENTS = 20_000
# One step cannot be worked out in pieces: of more clones than this it would keep others waiting.
MOST_AT_ONCE = 500
MOST_ROWS = 500
MINUTES = 60


@dataclass(frozen=True, slots=True)
class Days:
    """The days to show: the first of them, in which zone, what time that is, and the present instant."""

    first: date
    span: Span
    zone: tzinfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a configuration comes to.

    Attributes:
        days: the days that are looked at.
        words: the windows in words.
        off: why AutoClone is off; empty where it is on.
        chart: how many clones there are.
        events: the first of what happens.
        more: whether more happens than that.
        most: how many clones there are at most.
        hours: how many hours clones run, all together.
        hours_now: the same as things are; None where there is nothing to compare with.
    """

    days: Days
    words: str
    off: str
    chart: Chart
    events: Sequence[Event]
    more: bool
    most: int
    hours: float
    hours_now: float | None


def days_of(day: str, span: str, zone: tzinfo, now: datetime) -> Days:
    """Return the days that are asked for; today by default.

    Raises:
        InvalidInput: the day is none, or too far away, or the span is none that there is.
    """
    if span not in SPANS:
        raise InvalidInput(
            Fault("span", shown(span), "is none of those there are", did_you_mean(span, SPANS))
        )
    today = now.astimezone(zone).date()
    first = _date(day) if day else today
    if abs(first - today) > FURTHEST:
        raise InvalidInput(
            Fault("day", shown(day), "is more than five years away", "Write a day that is nearer")
        )
    start, end = (
        instant(datetime.combine(one, time()), zone) for one in (first, first + timedelta(SPANS[span]))
    )
    return Days(first, Span(start, end), zone, now)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            Fault("day", shown(text), "is not a date", 'Write one such as "2025-01-25"')
        ) from None


async def outlook_of(foresight: Foresight, name: str, plan: Plan, stored: Plan | None, days: Days) -> Outlook:
    """Return what `plan` comes to, beside what is stored, each from no clones at all before those days.

    Raises:
        InvalidInput: it costs too much to work out.
    """
    ahead = await _ahead(foresight, name, plan, days.span)
    courses = [_course(ahead, "planned", "As it would be")]
    hours_now = None
    if stored is not None:
        with suppress(InvalidInput):  # what is stored may be too much to compare with
            today = await _ahead(foresight, name, stored, days.span)
            courses.append(_course(today, "stored", "As it is"))
            hours_now = _hours(today, days.span)
    return Outlook(
        days=days,
        words=schedule_in_words(plan.schedule),
        off=plan.disabled or "",
        chart=chart_of(courses, days.span, days.zone, days.now),
        events=ahead.events[:MOST_ROWS],
        more=len(ahead.events) > MOST_ROWS,
        most=max([ahead.clones, *(event.clones for event in ahead.events)]),
        hours=_hours(ahead, days.span),
        hours_now=hours_now,
    )


def _at_once(plan: Plan) -> int:
    """Return how many clones a ramp may make or remove in one step."""
    total = sum(window.count for window in plan.schedule.windows)
    step = total if plan.catch_up is CatchUp.AT_ONCE else max(plan.up.step, plan.down.step)
    return min(total, step)


async def _ahead(foresight: Foresight, name: str, plan: Plan, span: Span) -> Ahead:
    if _at_once(plan) > MOST_AT_ONCE:
        problem = f"lets more than {MOST_AT_ONCE} clones come or go at once: too many to work out here"
        raise InvalidInput(Fault("ramp_step", "", problem, "Try fewer at once, or fewer clones"))
    present = Present(plan=plan, state=RampState(name), now=span.start - BEFORE)
    with suppress(InvalidInput):
        ahead = await foresight.events(present, span, MOST_EVENTS)
        if len(ahead.events) < MOST_EVENTS:
            return ahead
    problem = "comes to more than can be worked out here"
    raise InvalidInput(Fault("ramp_count", "", problem, "Try fewer clones, or one day alone"))


def _course(ahead: Ahead, look: str, label: str) -> Course:
    return Course(look, label, ahead.clones, [(event.at, event.clones) for event in ahead.events])


def _hours(ahead: Ahead, span: Span) -> float:
    return clone_minutes(ahead.clones, ahead.events, span) / MINUTES
