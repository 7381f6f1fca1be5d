"""What a ramp does, for people: its events in columns, then a chart of the clones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.console import Console
from rich.text import Text

from autoclone.core.events import Event, EventType
from autoclone.simulator.chart import draw
from autoclone.simulator.render import event_text

STYLES = {
    EventType.CLONE_CREATED: "green",
    EventType.CLONE_DELETED: "yellow",
    EventType.CLONE_STARTED: "dim",
    EventType.CLONE_STOPPED: "dim",
}
UNEVENTFUL = "no clone comes or goes in that time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is told.

    Attributes:
        name: the DAG.
        start: where it begins, aware.
        end: where it ends, aware.
        zone: the zone that times are shown in.
        clones: how many there are at first.
        idle: why nothing happens, where nothing does.
    """

    name: str
    start: datetime
    end: datetime
    zone: tzinfo
    clones: int = 0
    idle: str = UNEVENTFUL


def show_table(story: Story, events: Iterable[Event], console: Console) -> None:
    """Write the events as they come, then the chart."""
    kept: list[Event] = []
    for event in events:
        kept.append(event)
        line = Text(event_text(event, story.zone), STYLES.get(event.type, "bold"))
        console.print(line, soft_wrap=True)
    if kept:
        console.print()
    show_chart(story, kept, console)


def show_chart(story: Story, events: list[Event], console: Console) -> None:
    """Write what comes of it in a line, then the chart of it."""
    console.print(_title(story, events), soft_wrap=True)
    if events or story.clones:
        console.print(_chart(story, events, console))


def _chart(story: Story, events: list[Event], console: Console) -> Text:
    return draw(
        events,
        story.start,
        story.end,
        story.zone,
        width=console.width,
        clones=story.clones,
        ascii_only=console.options.ascii_only,
    )


def _title(story: Story, events: list[Event]) -> Text:
    begins, ends = (f"{at.astimezone(story.zone):%Y-%m-%d %H:%M}" for at in (story.start, story.end))
    what = _summary(events, story.clones) if events else "nothing happens"
    why = "" if events else f": {story.idle}"
    return Text.assemble((story.name, "bold"), f": {what}, {begins} to {ends} {story.zone}{why}")


def _summary(events: list[Event], clones: int) -> str:
    made = sum(event.type is EventType.CLONE_CREATED for event in events)
    most = max(clones, *(event.clones for event in events))
    return f"{made} clones made, {most} at most at once"
