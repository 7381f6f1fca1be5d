"""On which dates a window opens, as users write it: days of the week, dates left out, holidays."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from autoclone.config.calendars import EXAMPLE, HolidayCalendar, calendar
from autoclone.config.faults import did_you_mean, nearest, shown, wrong
from autoclone.config.fields import optional

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = 'Write a list of days, such as ["mon", "tue", "wed", "thu", "fri"]'
DATES = 'Write a list of dates, such as ["2025-12-24", "2025-12-31..2026-01-02"]'
ONE_DATE = 'Write a date as "2025-12-24", or the first and the last of several as "2025-12-24..2026-01-02"'

LONGEST_RANGE = timedelta(days=366)
MAX_DATES = 3660
SEPARATOR = ".."
PLACE = ("country", "subdivision")

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_NEARLY_A_DATE = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})", re.ASCII)


class Dates(NamedTuple):
    """The dates from `first` to `last`, inclusive."""

    first: date
    last: date


def _a_list(remedy: str) -> BeforeValidator:
    def check(value: object) -> object:
        if value is None or (isinstance(value, Sequence) and not isinstance(value, str)):
            return value
        raise wrong("is not a list", remedy)

    return BeforeValidator(check)


def _days(value: object) -> object:
    if isinstance(value, str):
        first, _, last = value.lower().replace(" ", "").partition("-")
        if first in WEEKDAYS and last in WEEKDAYS[WEEKDAYS.index(first) :]:
            days = WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]
            raise wrong("is not a list", f"Write {json.dumps(days)}")
        raise wrong("is not a list", DAYS)
    if isinstance(value, Sequence) and not value:
        raise wrong("is empty, so no window would ever open", f"{DAYS}, or remove it for every day")
    return value


def _day(value: object) -> int:
    if value in WEEKDAYS:
        return WEEKDAYS.index(str(value))
    close = nearest(value, (*FULL, *WEEKDAYS)) if isinstance(value, str) else None
    remedy = f'Write "{close[:3]}"' if close else f"Write one of {', '.join(WEEKDAYS)}"
    raise wrong("is not a day of the week", remedy)


def _dates(value: object) -> Dates:
    if isinstance(value, Dates):
        return value
    if not isinstance(value, str):
        raise wrong("is not a date", ONE_DATE)
    first, separator, last = value.partition(SEPARATOR)
    days = Dates(_date(first), _date(last) if separator else _date(first))
    if days.first > days.last:
        raise wrong("ends before it begins", f'Write "{days.last}{SEPARATOR}{days.first}"')
    if days.last - days.first >= LONGEST_RANGE:
        raise wrong(f"is longer than {LONGEST_RANGE.days} days", "Write several, a year at most each")
    return days


def _date(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise wrong("is not a date of the calendar", ONE_DATE) from None
    raise wrong("is not a date", _meant(text))


def _meant(text: str) -> str:
    match = _NEARLY_A_DATE.fullmatch(text.strip())
    try:
        return f'Write "{date(*map(int, match.groups()))}"' if match else ONE_DATE
    except ValueError:
        return ONE_DATE


def _not_too_many(value: tuple[Dates, ...] | None) -> tuple[Dates, ...] | None:
    if value is not None and sum((one.last - one.first).days + 1 for one in value) > MAX_DATES:
        raise wrong(f"leaves out more than {MAX_DATES} dates", "Leave out fewer; days leaves out weekdays")
    return value


def _holidays(value: object) -> HolidayCalendar:
    if isinstance(value, HolidayCalendar):
        return value
    if isinstance(value, Mapping):
        return calendar(*_place(value))
    if not isinstance(value, str):
        raise wrong("is not a country", EXAMPLE)
    country, _, subdivision = value.partition("/")
    return calendar(country, subdivision or None)


def _place(value: Mapping[str, object]) -> tuple[str, str | None]:
    """Return the country and the subdivision of an object that names them."""
    unknown = [key for key in value if key not in PLACE]
    if unknown:
        raise wrong(f"has a key that is not known, {shown(unknown[0])}", did_you_mean(unknown[0], PLACE))
    country, subdivision = (value.get(key) for key in PLACE)
    if not isinstance(country, str) or not isinstance(subdivision, str | None):
        raise wrong("does not name a country", 'Write {"country": "US", "subdivision": "NY"}, or "US/NY"')
    return country, subdivision


# Days of the week, Monday is 0. None: every day.
Weekdays = Annotated[
    tuple[Annotated[int, BeforeValidator(_day)], ...] | None,
    _a_list(DAYS),
    BeforeValidator(_days),
    WithJsonSchema({"type": "array", "items": {"type": "string", "enum": list(WEEKDAYS)}, "minItems": 1}),
]

# Dates, and ranges of dates, that are left out.
ExcludedDates = Annotated[
    tuple[Annotated[Dates, BeforeValidator(_dates)], ...] | None,
    _a_list(DATES),
    AfterValidator(_not_too_many),
    WithJsonSchema({"type": "array", "items": {"type": "string"}}),
]

# A calendar of holidays that are left out.
Holidays = Annotated[
    HolidayCalendar | None,
    BeforeValidator(optional(_holidays)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"country": {"type": "string"}, "subdivision": {"type": "string"}},
                    "required": ["country"],
                },
            ]
        }
    ),
]
