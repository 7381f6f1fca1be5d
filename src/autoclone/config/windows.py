"""From the checked keys of a section to its windows. What one of several leaves out stands beside them."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from autoclone.config.day_fields import Dates
from autoclone.config.fields import MAX_CLONES
from autoclone.config.section import AutoCloneSection, WindowKeys, WindowSection
from autoclone.core.days import EVERY_DAY, EVERY_WEEKDAY, Days
from autoclone.core.window import Overlap, Window
from autoclone.errors import Fault

WINDOWS = "autoclone.windows"
WHOLE = ("ramp_up_time", "ramp_down_time or duration", "ramp_count")
MOVE = (
    "Move ramp_up_time, ramp_down_time (or duration) and ramp_count into an entry of windows, or keep beside "
    "windows only what its entries leave out"
)
DAY_KEYS = ("days", "exclude_dates", "holidays")


def windows_of(section: AutoCloneSection) -> tuple[Window, ...]:
    """Return the windows of `section`, which has no faults; none where it is off."""
    if section.windows is None:
        alone = _window(section, section)
        return (alone,) if alone is not None and alone.count else ()
    windows = (_window(one, section, one.name) for one in section.windows)
    return tuple(one for one in windows if one is not None)


def faults_of_windows(section: AutoCloneSection) -> Iterator[Fault]:
    """Yield what is wrong with the windows that each key by itself does not show."""
    if section.windows is None:
        return
    if section.windows and None not in _whole(section, section):
        problem = "stands beside the keys of a whole window"
        yield Fault(WINDOWS, "", problem, MOVE)
        return
    for index, one in enumerate(section.windows):
        yield from _faults(f"{WINDOWS}[{index}]", one, section)
    total = sum(max(0, _count(one, section) or 0) for one in section.windows)
    if section.overlap is Overlap.SUM and total > MAX_CLONES:
        problem = f"want {total} clones together, more than {MAX_CLONES}"
        yield Fault(WINDOWS, "", problem, "Make ramp_count smaller, or overlap max")


def _faults(where: str, one: WindowSection, defaults: AutoCloneSection) -> Iterator[Fault]:
    opens, closes, _ = whole = _whole(one, defaults)
    for key, value in zip(WHOLE, whole, strict=True):
        if value is None:
            field = f"{where}.{key.partition(' ')[0]}"
            yield Fault(field, "", f"{key} is missing", "Add it, or write it beside windows for all of them")
    if opens is not None and opens == closes:
        field = f"{where}.{'ramp_up_time' if one.ramp_down_time is None else 'ramp_down_time'}"
        yield Fault(field, f'"{opens:%H%M}"', "opens and closes at one time", "Write another for one of them")


def _whole(one: WindowKeys, defaults: WindowKeys) -> tuple[time | None, time | timedelta | None, int | None]:
    """Return when the window opens, when it closes and how many clones it has; None where that is missing."""
    opens = one.ramp_up_time if one.ramp_up_time is not None else defaults.ramp_up_time
    return opens, _closes(one) or _closes(defaults), _count(one, defaults)


def _closes(one: WindowKeys) -> time | timedelta | None:
    return one.duration if one.ramp_down_time is None else one.ramp_down_time


def _count(one: WindowKeys, defaults: WindowKeys) -> int | None:
    return defaults.ramp_count if one.ramp_count is None else one.ramp_count


def _window(one: WindowKeys, defaults: WindowKeys, name: str | None = None) -> Window | None:
    opens, closes, count = _whole(one, defaults)
    if opens is None or closes is None or count is None:
        return None
    return Window(opens, closes, max(0, count), _days(one, defaults), name)


def _days(one: WindowKeys, defaults: WindowKeys) -> Days:
    """Return the dates that it opens on. A key that a window has, even as null, comes before the default."""
    days, excluded, holidays = (
        getattr(one if key in one.model_fields_set else defaults, key) for key in DAY_KEYS
    )
    found = Days(
        EVERY_WEEKDAY if days is None else frozenset(days),
        frozenset(day for dates in excluded or () for day in _every(dates)),
        holidays,
    )
    return EVERY_DAY if found == EVERY_DAY else found


def _every(dates: Dates) -> Iterator[date]:
    for offset in range((dates.last - dates.first).days + 1):
        yield dates.first + timedelta(days=offset)
