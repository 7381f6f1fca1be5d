"""Draws numbers of clones over time: lines that go up and down in steps, the days and hours under them.

Everything across is in percent of the drawing's width, so that it is as wide as there is room, and what is
written in it stays as large as everything else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import groupby, pairwise

from api.foresight import Span
from autoclone.core.wall import instant

# How many columns and rows lines are drawn in, and how high the drawing is with the room above and below.
COLUMNS, ROWS = 1000, 220
TOP, BOTTOM = 22, 28
# Of more steps than this nobody can point at one.
MOST_HINTS = 400
ONE_DAY, ONE_HOUR = timedelta(days=1), timedelta(hours=1)
SHORT = timedelta(hours=30)
EVERY_HOURS, EVERY_MAJOR_HOURS = 2, 6
# What people like to read off an axis.
ROUND = (1, 2, 5)
MOST_LEVELS = 5

Step = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Course:
    """How a number of clones goes in a time.

    Attributes:
        look: how its line is drawn: `planned` and `stored`, `actual` and `coming`, or `wanted`.
        label: what it is.
        clones: how many there are where the time, or the course, begins.
        steps: when there are others, and how many, in order.
        since: where in the time it begins, if not with it.
        until: where in the time it ends, if not with it.
    """

    look: str
    label: str
    clones: int
    steps: Sequence[Step]
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What happens at one instant, to be drawn as a dot.

    Attributes:
        at: when.
        clones: how many there are after it.
        look: how its dot is drawn.
        text: what it says to who points at it.
    """

    at: datetime
    clones: int
    look: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A course as it is drawn, as SVG writes a path: its line, and what lies under it."""

    look: str
    label: str
    path: str
    area: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands at an axis: where, in percent of the width or from the top, and what it says.

    Attributes:
        at: where.
        text: what it says.
        major: whether it is there where there is little room.
        anchor: which end of the text is there.
    """

    at: float
    text: str
    major: bool = True
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Hint:
    """What is said of a stretch of the first course to who points at it; both in percent of the width."""

    at: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A moment as it is drawn: `x` in percent of the width, `y` from the top."""

    x: float
    y: float
    look: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Courses as they are drawn; the first lies on top."""

    lines: tuple[Line, ...]
    times: tuple[Mark, ...]
    levels: tuple[Mark, ...]
    hints: tuple[Hint, ...]
    now: float | None
    about: str
    dots: tuple[Dot, ...] = ()
    columns: int = COLUMNS
    rows: int = ROWS
    top: int = TOP
    height: int = TOP + ROWS + BOTTOM


def chart_of(
    courses: Sequence[Course],
    span: Span,
    zone: tzinfo,
    now: datetime,
    *,
    told: Course | None = None,
    moments: Sequence[Moment] = (),
) -> Chart:
    """Return the chart of courses over a time, as clocks in `zone` show it.

    Args:
        courses: what to draw.
        span: the time.
        zone: whose hours and days are marked.
        now: the present instant, marked where it lies in the time.
        told: what hints and words are about: the whole time of it. The first course by default.
        moments: what is to be drawn as dots.
    """
    told = told or courses[0]
    top = max((n for one in courses for n in (one.clones, *(n for _, n in one.steps))), default=0)
    every = _every(top)
    highest = max(every, -(-top // every) * every)
    return Chart(
        lines=tuple(_line(one, span, highest) for one in courses),
        times=tuple(_times(span, zone)),
        levels=tuple(Mark(_height(n, highest), f"{n:,}") for n in range(0, highest + 1, every)),
        hints=tuple(_hints(told, span, zone)),
        now=_percent(now, span) if span.start <= now < span.end else None,
        about=_about(told, span, zone),
        dots=tuple(
            Dot(_percent(one.at, span), _height(one.clones, highest), one.look, one.text) for one in moments
        ),
    )


def _every(top: int) -> int:
    """Return how many clones lie between two levels."""
    size = 1
    while True:
        for one in ROUND:
            if one * size * MOST_LEVELS >= top:
                return one * size
        size *= 10


def _height(clones: int, highest: int) -> float:
    return round(TOP + ROWS * (1 - clones / highest), 2)


def _percent(at: datetime, span: Span) -> float:
    return round(100 * ((at - span.start) / (span.end - span.start)), 3)


def _line(course: Course, span: Span, highest: int) -> Line:
    def column(step: Step) -> int:
        return min(COLUMNS, max(0, round(COLUMNS * ((step[0] - span.start) / (span.end - span.start)))))

    def row(clones: int) -> float:
        return round(ROWS * (1 - clones / highest), 2)

    begin = column((course.since or span.start, 0))
    parts = [f"M{begin} {row(course.clones)}"]
    for x, steps in groupby(course.steps, column):
        numbers = [clones for _, clones in steps]
        # In one column nobody sees an order: as far up and down as it went, then where it stays.
        turns = dict.fromkeys((max(numbers), min(numbers), numbers[-1]))
        parts.append(f"H{x}" + "".join(f"V{row(n)}" for n in turns) + f"V{row(numbers[-1])}")
    path = "".join([*parts, f"H{column((course.until or span.end, 0))}"])
    return Line(course.look, course.label, path, f"{path}V{ROWS}H{begin}Z")


def _times(span: Span, zone: tzinfo) -> Iterator[Mark]:
    """Yield the marks under the drawing: hours of one day, or the days of several."""
    several = span.end - span.start > SHORT
    first = datetime.combine(span.start.astimezone(zone), time())
    wall = first
    while (at := instant(wall, zone)) <= span.end:
        if at >= span.start:
            edge = "start" if at == span.start else "end" if at == span.end else "middle"
            if several and at < span.end:
                yield Mark(_percent(at, span), f"{wall:%a} {wall.day}", anchor="start")
            elif not several:
                ended = at == span.end and wall.time() == time()
                text = "24:00" if ended else f"{wall:%H:%M}"
                yield Mark(_percent(at, span), text, not wall.hour % EVERY_MAJOR_HOURS, edge)
        wall += ONE_DAY if several else EVERY_HOURS * ONE_HOUR


def _stretches(course: Course, span: Span) -> Iterator[tuple[datetime, datetime, int]]:
    """Yield from when to when there are how many clones."""
    settled = dict([(span.start, course.clones), *course.steps])
    kept: list[Step] = []
    for at, clones in settled.items():
        if not kept or kept[-1][1] != clones:
            kept.append((at, clones))
    for (at, clones), (until, _) in pairwise([*kept, (span.end, 0)]):
        yield at, until, clones


def _hints(course: Course, span: Span, zone: tzinfo) -> Iterator[Hint]:
    stretches = list(_stretches(course, span))
    if len(stretches) > MOST_HINTS:
        return
    several = span.end - span.start > SHORT
    for at, until, clones in stretches:
        left = _percent(at, span)
        width = round(_percent(until, span) - left, 3)
        begin, end = (_clock(one.astimezone(zone), several=several) for one in (at, until))
        yield Hint(left, width, f"{begin} to {end}: {counted(clones)}")


def _clock(at: datetime, *, several: bool) -> str:
    seconds = ":%S" if at.second else ""
    day = f"{at:%a} {at.day} " if several else ""
    return f"{day}{at:%H:%M}{at.strftime(seconds)}"


def counted(clones: int) -> str:
    """Return a number of clones in words."""
    return f"{clones:,} clone{'' if clones == 1 else 's'}"


def _about(course: Course, span: Span, zone: tzinfo) -> str:
    """Return what the drawing shows, for who does not see it."""
    stretches = list(_stretches(course, span))
    top = max(clones for _, _, clones in stretches)
    if not top:
        return "There are no clones in this time."
    reached = next(at for at, _, clones in stretches if clones == top).astimezone(zone)
    begins, ends = stretches[0][2], stretches[-1][2]
    return (
        f"It begins with {counted(begins)}, reaches {counted(top)} on {reached:%A} {reached.day} "
        f"{reached:%B} at {reached:%H:%M}, and ends with {counted(ends)}."
    )
