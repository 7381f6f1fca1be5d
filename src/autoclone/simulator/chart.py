"""A chart of how many clones there are over time, for a terminal of any width, with or without colours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from rich.text import Text

from autoclone.config.durations import format_duration
from autoclone.core.events import Event, EventType
from autoclone.simulator.axis import Axis

TALLEST = 10
NARROWEST = 20
EIGHTHS = 8
UNITS = tuple(timedelta(seconds=seconds) for seconds in (1, 60, 3600))


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a chart is drawn with.

    Attributes:
        bars: a cell that is filled by so many eighths.
        wall: beside the bars.
        corner: where the axes meet.
        floor: below the bars.
        up: a ramp up begins.
        down: a ramp down begins.
        both: both do, in one column.
    """

    bars: str
    wall: str
    corner: str
    floor: str
    up: str
    down: str
    both: str


FINE = Glyphs(" ▁▂▃▄▅▆▇█", "│", "┼", "─", "▲", "▼", "◆")
PLAIN = Glyphs("    #####", "|", "+", "-", "^", "v", "*")


def draw(
    events: Sequence[Event],
    start: datetime,
    end: datetime,
    zone: tzinfo,
    *,
    width: int,
    clones: int = 0,
    ascii_only: bool = False,
) -> Text:
    """Return the chart of the clones from `start` to `end`, both aware.

    Args:
        events: what happens, in order, all of it within that time; at least one.
        start: where the axis begins.
        end: where it ends.
        zone: the zone that labels are in.
        clones: how many there are before the first event.
        width: how many characters a line may have. Less than 20 or so is too narrow, and gives no chart.
        ascii_only: draw with what every terminal has.
    """
    peak = max(1, clones, *(event.clones for event in events))
    gutter = len(str(peak))
    axis = Axis(start, end, zone, width - gutter - 2)
    if axis.columns < NARROWEST:
        return Text()
    glyphs = PLAIN if ascii_only else FINE
    lines = [
        *_bars(_levels(events, axis, clones), peak, gutter, glyphs),
        _floor(events, axis, gutter, glyphs),
    ]
    lines.append(Text(" " * (gutter + 2) + axis.labels(), "dim"))
    lines.append(Text(_legend(axis, glyphs), "dim"))
    return Text("\n").join(lines)


def _levels(events: Sequence[Event], axis: Axis, clones: int) -> list[int]:
    """Return the most clones there are in each column, of which there are so many at first."""
    levels = [clones, *[0] * (axis.columns - 1)]
    here = 0
    for event in events:
        column = axis.column(event.at)
        levels[here + 1 : column + 1] = [clones] * (column - here)
        levels[column] = max(levels[column], event.clones)
        here, clones = column, event.clones
    levels[here + 1 :] = [clones] * (axis.columns - here - 1)
    return levels


def _bars(levels: Sequence[int], peak: int, gutter: int, glyphs: Glyphs) -> Iterator[Text]:
    """Yield the rows from the top: one a clone, or fewer where there are many."""
    height = min(TALLEST, peak)
    filled = [-(-level * height * EIGHTHS // peak) for level in levels]
    for row in reversed(range(height)):
        label = str(peak) if row == height - 1 else ""
        cells = (glyphs.bars[max(0, min(EIGHTHS, fill - row * EIGHTHS))] for fill in filled)
        yield Text.assemble((f"{label:>{gutter}} {glyphs.wall}", "dim"), ("".join(cells).rstrip(), "green"))


def _floor(events: Sequence[Event], axis: Axis, gutter: int, glyphs: Glyphs) -> Text:
    """Return the line of time, with the marks of where ramps begin."""
    ups = _columns(EventType.RAMP_UP_STARTED, events, axis)
    downs = _columns(EventType.RAMP_DOWN_STARTED, events, axis)
    marks = [glyphs.floor] * axis.columns
    for column in sorted(ups | downs):
        marks[column] = glyphs.both if column in ups & downs else glyphs.up if column in ups else glyphs.down
    floor = Text(f"{0:>{gutter}} {glyphs.corner}{''.join(marks)}")
    floor.highlight_words((glyphs.up,), "bold green")
    floor.highlight_words((glyphs.down,), "bold yellow")
    return floor


def _columns(kind: EventType, events: Sequence[Event], axis: Axis) -> set[int]:
    return {axis.column(event.at) for event in events if event.type is kind}


def _legend(axis: Axis, glyphs: Glyphs) -> str:
    marks = f"{glyphs.up} ramp up  {glyphs.down} ramp down  {glyphs.both} both"
    return f"{marks}  one column: the most in {_rounded(axis.width)}"


def _rounded(width: timedelta) -> str:
    """Return `width` to about two digits, which is all that a column can show."""
    unit = next((unit for unit in reversed(UNITS) if width >= unit * 10), None)
    return format_duration(width if unit is None else round(width / unit) * unit)
