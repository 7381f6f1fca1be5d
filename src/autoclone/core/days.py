"""On which dates windows open: days of the week, dates that are left out, and holidays."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

EVERY_WEEKDAY = frozenset(range(7))


class Calendar(Protocol):
    """The holidays of a place. Equal calendars say the same, always, and hash alike."""

    def name_of(self, day: date) -> str | None:
        """Return what is celebrated on `day`; None where it is no holiday."""
        ...


class Closure(StrEnum):
    """Why no window opens on a date."""

    WEEKDAY = "weekday"
    """It is not one of the days of the week."""
    DATE = "date"
    """It is one of the dates that are left out."""
    HOLIDAY = "holiday"
    """It is a holiday."""
    CLOCKS = "clocks"
    """Clocks skip the time of the opening, or show it twice, and such a one is left out."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A date on which a window would open, but for a rule.

    Attributes:
        kind: which rule.
        day: the local date on which it would open.
        holiday: what is celebrated, where it is a holiday; otherwise None.
    """

    kind: Closure
    day: date
    holiday: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The local dates on which a window opens: by default all.

    Attributes:
        weekdays: the days of the week, Monday is 0.
        excluded: dates that are left out.
        holidays: the calendar whose holidays are left out, None where none are.
    """

    weekdays: frozenset[int] = EVERY_WEEKDAY
    excluded: frozenset[date] = frozenset()
    holidays: Calendar | None = None

    def closed_on(self, day: date) -> Closed | None:
        """Return why no window opens on `day`, None where one does."""
        if day.weekday() not in self.weekdays:
            return Closed(Closure.WEEKDAY, day)
        if day in self.excluded:
            return Closed(Closure.DATE, day)
        holiday = self.holidays.name_of(day) if self.holidays is not None else None
        return None if holiday is None else Closed(Closure.HOLIDAY, day, holiday)


EVERY_DAY = Days()
