"""Windows in words, for people who want to see at a glance what a document comes to."""

from datetime import timedelta

from autoclone.config.day_fields import WEEKDAYS
from autoclone.config.durations import format_duration
from autoclone.core.days import EVERY_WEEKDAY
from autoclone.core.window import Schedule, Window


def schedule_in_words(schedule: Schedule) -> str:
    """Return all windows of `schedule` in one line, such as `5 clones from 0900 to 1700`."""
    return "; ".join(map(window_in_words, schedule.windows))


def window_in_words(window: Window) -> str:
    """Return `window` in words, such as `5 clones from 2200 for 8h on mon, fri but for holidays`."""
    closes = window.closes
    until = f"for {format_duration(closes)}" if isinstance(closes, timedelta) else f"to {closes:%H%M}"
    days = window.days
    weekdays = ", ".join(WEEKDAYS[day] for day in sorted(days.weekdays))
    on = "" if days.weekdays == EVERY_WEEKDAY else f" on {weekdays}"
    left_out = [_dates(len(days.excluded))] if days.excluded else []
    left_out += ["holidays"] if days.holidays else []
    but = f" but for {' and '.join(left_out)}" if left_out else ""
    clones = "clone" if window.count == 1 else "clones"
    return f"{window.count} {clones} from {window.opens:%H%M} {until}{on}{but}"


def _dates(number: int) -> str:
    return "1 date" if number == 1 else f"{number} dates"
