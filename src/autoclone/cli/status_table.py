"""How ramps stand, as a table for people."""

from collections.abc import Sequence
from datetime import datetime

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from autoclone.cli.asking import Status
from autoclone.cli.program import one_line

# Narrower than this, only what matters most is shown.
WIDE = 100
NONE = "-"
STYLES = {"idle": "dim", "ramping_up": "cyan", "active": "green", "ramping_down": "yellow"}


def draw(
    statuses: Sequence[Status], *, width: int, alone: bool = False, stale: bool = False
) -> RenderableType:
    """Return the table, a DAG a row.

    Args:
        statuses: as the server gave them.
        width: how many characters a line may have.
        alone: it is about one DAG: name its clones below.
        stale: the server has stopped answering, so show it in grey.
    """
    if not statuses:
        return Text("There are no DAGs.", "dim")
    table = _table(width, max(len(_text(one, "name")) for one in statuses))
    for one in statuses:
        row = _row(one)
        table.add_row(*(row if width >= WIDE else row[:4]), style="dim" if stale else None)
    notes = [
        Text(f"{_text(one, 'name')}: {_text(one, 'error')}", "red") for one in statuses if one.get("error")
    ]
    notes += [Text(f"{_text(one, 'name')}: {_held(one)}", "magenta") for one in statuses if one.get("hold")]
    clones = [Text(one_line(str(name))) for one in statuses if alone for name in one.get("clones") or ()]
    return Group(table, *notes, *clones)


def _table(width: int, longest: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("DAG", overflow="fold", min_width=min(longest, width // 3))
    table.add_column("Status", no_wrap=True)
    table.add_column("Clones", justify="right", no_wrap=True)
    table.add_column("Next change", no_wrap=width >= WIDE)
    if width >= WIDE:
        table.add_column("Window", no_wrap=True)
        table.add_column("Why", overflow="fold")
    return table


def _row(one: Status) -> list[Text]:
    phase = str(one.get("phase", ""))
    return [
        Text(_text(one, "name"), "bold"),
        Text(_text(one, "status"), STYLES.get(phase, "")),
        Text(f"{len(one.get('clones') or ())}/{one.get('target', 0)}"),
        Text(_time(one, "next_event_at")),
        Text(_window(one)),
        Text(_text(one, "reason_text")),
    ]


def _time(one: Status, key: str) -> str:
    """Return a time to the second, in the window's zone."""
    try:
        return datetime.fromisoformat(_text(one, key)).isoformat(" ", "seconds")
    except ValueError:
        return _text(one, key)


def _window(one: Status) -> str:
    config = one.get("config") or {}
    windows = config.get("windows")
    if windows:
        return f"{len(windows)} windows" if len(windows) > 1 else "1 window"
    opens, closes, count = (config.get(key) for key in ("ramp_up_time", "ramp_down_time", "ramp_count"))
    until = f"to {closes}" if closes else f"for {config['duration']}" if config.get("duration") else ""
    return one_line(f"{count} from {opens} {until}") if opens and until and count is not None else NONE


def _held(one: Status) -> str:
    """Return the pause or override in words, which the reason may not be about."""
    hold = one.get("hold") or {}
    what = "paused" if hold.get("kind") == "pause" else f"overridden to {hold.get('count')}"
    words = f": {_text(hold, 'reason')}" if hold.get("reason") else ""
    return f"{what} until {_time(hold, 'until')}{words}"


def _text(one: Status, key: str) -> str:
    """Return a value as words that do nothing to the terminal."""
    value = one.get(key)
    return NONE if value is None else one_line(str(value))
