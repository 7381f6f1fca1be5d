"""A day or a week of one DAG: what happened, what will, and what its schedule wants, on one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from api.dashboard.chart import Chart, Course, Moment, Step, chart_of
from api.edits import clone_minutes
from api.foresight import Foresight, Span
from autoclone.core.demand import changes
from autoclone.core.events import Event, EventType
from autoclone.core.future import Present
from autoclone.core.wall import ONE_DAY, instant
from autoclone.core.window import Schedule
from autoclone.engine.service import Service
from autoclone.ports import EventFilter

# More events than this are not drawn; the API has the others.
MOST = 3_000
# Up to so many, each is a dot that tells of itself; of more, only those of the ramp.
MOST_DOTS = 400
# So many are in the table.
MOST_ROWS = 500
UPWARD = (
    EventType.RAMP_UP_STARTED,
    EventType.CLONE_CREATED,
    EventType.CLONE_STARTED,
    EventType.RAMP_UP_COMPLETED,
)
DOWNWARD = (
    EventType.RAMP_DOWN_STARTED,
    EventType.CLONE_STOPPED,
    EventType.CLONE_DELETED,
    EventType.RAMP_DOWN_COMPLETED,
)


class Reach(StrEnum):
    """How much time is shown."""

    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> timedelta:
        """The same in days."""
        return ONE_DAY if self is Reach.DAY else 7 * ONE_DAY


@dataclass(frozen=True, slots=True)
class Told:
    """One event in the table."""

    at: datetime
    type: str
    clone: str | None
    clones: int
    status: str
    planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What is drawn and told.

    Attributes:
        day: the first local date.
        reach: how much time is shown.
        zone: the zone of the DAG's window.
        start, end: the time shown, in that zone.
        chart: how many clones there are, and what happens.
        rows: the same as a table.
        left_out: how many events are not in the table.
        minutes: how many minutes clones run in that time, all together.
        peak: the most there are.
    """

    day: date
    reach: Reach
    zone: tzinfo
    start: datetime
    end: datetime
    chart: Chart
    rows: Sequence[Told]
    left_out: int
    minutes: float
    peak: int

    @property
    def before(self) -> date:
        """The first date of the time before."""
        return self.day - self.reach.days

    @property
    def after(self) -> date:
        """The first date of the time after."""
        return self.day + self.reach.days


async def timeline_of(
    service: Service, foresight: Foresight, name: str, day: date | None, reach: Reach
) -> Timeline:
    """Return the timeline of a DAG.

    Args:
        service: what knows of the past and the present.
        foresight: what works out the future.
        name: the DAG.
        day: the first local date; today by default, for a week the Monday before.
        reach: how much time.

    Raises:
        UnknownDag: there is no such DAG.
        InvalidInput: its future takes too long to work out.
    """
    await service.refresh()
    present = service.present(name)
    zone = present.plan.schedule.zone
    first = day or _today(present.now, zone, reach)
    span = Span(_midnight(first, zone), _midnight(first + reach.days, zone))
    clones, past = await _past(service, name, span, present.now)
    begin, future = await _future(foresight, present, span)
    known = {(event.at, event.type, event.clone) for event in past}  # what was to come a moment ago
    future = [event for event in future if (event.at, event.type, event.clone) not in known]
    story = _Story(present, span, clones if span.start < present.now else begin, past, future)
    return _drawn(story, first, reach)


def _today(now: datetime, zone: tzinfo, reach: Reach) -> date:
    today = now.astimezone(zone).date()
    return today if reach is Reach.DAY else today - timedelta(days=today.weekday())


def _midnight(day: date, zone: tzinfo) -> datetime:
    return instant(datetime.combine(day, time()), zone)


async def _past(service: Service, name: str, span: Span, now: datetime) -> tuple[int, list[Event]]:
    """Return how many clones there were at the start, and what happened from then on."""
    before = await service.events(EventFilter(name, (), None, span.start), limit=1, newest_first=True)
    then = EventFilter(name, (), span.start, min(span.end, now + timedelta(seconds=1)))
    entries = await service.events(then, limit=MOST) if span.start < now else []
    return before[0].event.clones if before else 0, [entry.event for entry in entries]


async def _future(foresight: Foresight, present: Present, span: Span) -> tuple[int, list[Event]]:
    """Return how many clones there are where the future in that time begins, and what will happen."""
    if span.end <= present.now:
        return 0, []
    ahead = await foresight.events(present, Span(max(span.start, present.now), span.end), MOST)
    return ahead.clones, list(ahead.events)


@dataclass(frozen=True, slots=True)
class _Story:
    """What there is to draw: how a ramp stands, and what came and will come of it in a time."""

    present: Present
    span: Span
    clones: int
    past: Sequence[Event]
    future: Sequence[Event]


def _drawn(story: _Story, first: date, reach: Reach) -> Timeline:
    span, clones, past, future = story.span, story.clones, story.past, story.future
    plan = story.present.plan
    zone = plan.schedule.zone
    events = [*past, *future]
    told = [*((event, False) for event in past), *((event, True) for event in future)]
    return Timeline(
        day=first,
        reach=reach,
        zone=zone,
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        chart=_chart(story, _moments(zone, told)),
        rows=[_row(event, zone, planned=planned) for event, planned in told[:MOST_ROWS]],
        left_out=max(0, len(told) - MOST_ROWS),
        minutes=clone_minutes(clones, events, span),
        peak=max([clones, *(event.clones for event in events)]),
    )


def _chart(story: _Story, moments: Sequence[Moment]) -> Chart:
    """Return the chart: what was up to now, what is to come from then on, and what is wanted all the time."""
    span, plan, clones = story.span, story.present.plan, story.clones
    now = min(max(story.present.now, span.start), span.end)
    before, after = _steps(story.past), _steps(story.future)
    held = story.past[-1].clones if story.past else clones
    courses = []
    if now > span.start:
        courses.append(Course("actual", "Clones that were there", clones, before, until=now))
    if now < span.end:
        courses.append(Course("coming", "Clones to come", held, after, since=now))
    if plan.disabled is None:
        wanted = _wanted(plan.schedule, span)
        courses.append(Course("wanted", "Wanted by the schedule", wanted[0][1], wanted[1:]))
    whole = Course("", "", clones, [*before, *after])
    return chart_of(courses, span, plan.schedule.zone, story.present.now, told=whole, moments=moments)


def _steps(events: Sequence[Event]) -> list[Step]:
    return [(event.at, event.clones) for event in events]


def _wanted(schedule: Schedule, span: Span) -> list[Step]:
    """Return what the schedule wants: at the start, and each change."""
    far = max((window.reach for window in schedule.windows), default=0) + 2
    begin, end = (at.astimezone(schedule.zone).date() for at in (span.start, span.end))
    known = changes(schedule, begin - far * ONE_DAY, end + ONE_DAY)
    at_first = [target for at, target in known if at <= span.start]
    inside = [(at, target) for at, target in known if span.start < at < span.end]
    return [(span.start, at_first[-1] if at_first else 0), *inside]


def _moments(zone: tzinfo, told: Sequence[tuple[Event, bool]]) -> list[Moment]:
    """Return what is drawn as dots. The events of one instant are one dot, which tells of all of them."""
    drawn = [one for one in told if len(told) <= MOST_DOTS or one[0].clone is None]
    together: dict[tuple[datetime, bool], list[Event]] = {}
    for event, planned in drawn:
        together.setdefault((event.at, planned), []).append(event)
    return [_moment(zone, at, events, planned=planned) for (at, planned), events in together.items()]


def _moment(zone: tzinfo, at: datetime, events: Sequence[Event], *, planned: bool) -> Moment:
    kinds = {event.type for event in events}
    look = "up" if kinds & set(UPWARD) else "down" if kinds & set(DOWNWARD) else "other"
    lines = [f"{event.type} {event.clone or ''}".strip() for event in events]
    tense = "planned" if planned else "happened"
    text = "\n".join([f"{at.astimezone(zone):%a %d %b, %H:%M:%S} ({tense})", *lines, events[-1].status])
    return Moment(at, events[-1].clones, f"{look} {tense}", text)


def _row(event: Event, zone: tzinfo, *, planned: bool) -> Told:
    return Told(event.at.astimezone(zone), event.type, event.clone, event.clones, event.status, planned)
