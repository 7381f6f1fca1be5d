"""A simulation for people: its events in columns, then a chart of the clones."""

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console
from rich.text import Text

from autoclone.config.dag import Dag
from autoclone.core.events import Event, EventType
from autoclone.simulator.chart import draw
from autoclone.simulator.render import event_text

STYLES = {
    EventType.CLONE_CREATED: "green",
    EventType.CLONE_DELETED: "yellow",
    EventType.CLONE_STARTED: "dim",
    EventType.CLONE_STOPPED: "dim",
}


def show_table(dag: Dag, events: Iterable[Event], start: datetime, end: datetime, console: Console) -> None:
    """Write the events as they come, then the chart. Both instants are in UTC."""
    zone = dag.plan.schedule.zone
    kept: list[Event] = []
    for event in events:
        kept.append(event)
        line = Text(event_text(event, zone), STYLES.get(event.type, "bold"))
        console.print(line, soft_wrap=True)
    if kept:
        console.print()
    console.print(_title(dag, kept, start, end), soft_wrap=True)
    if kept:
        width, ascii_only = console.width, console.options.ascii_only
        console.print(draw(kept, start, end, zone, width=width, ascii_only=ascii_only))


def _title(dag: Dag, events: list[Event], start: datetime, end: datetime) -> Text:
    zone = dag.plan.schedule.zone
    begins, ends = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (start, end))
    what = _summary(events) if events else "nothing happens"
    why = "" if events else f": {dag.plan.disabled or 'no clone comes or goes in that time'}"
    return Text.assemble((dag.name, "bold"), f": {what}, {begins} to {ends} {zone}{why}")


def _summary(events: list[Event]) -> str:
    made = sum(event.type is EventType.CLONE_CREATED for event in events)
    most = max(event.clones for event in events)
    return f"{made} clones made, {most} at most at once"
