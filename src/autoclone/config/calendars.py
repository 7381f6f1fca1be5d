"""Holidays by country and subdivision, from the `holidays` package, which is loaded where one is named."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from autoclone.config.faults import nearest, wrong

EXAMPLE = 'Write the code of a country, such as "US", or of one and its subdivision, such as "US/NY"'

# A country by two or three letters; the package knows further words, which are not for users.
CODE = re.compile(r"[A-Z]{2,3}", re.ASCII)
LONGEST_CODE = 3

# Names are told in English, whatever the language of the machine: every server says the same.
ENGLISH = "en_US"


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """The public holidays of a country, or of one of its subdivisions.

    Attributes:
        country: its ISO 3166-1 code.
        subdivision: as the `holidays` package calls it; None for the whole country.
    """

    country: str
    subdivision: str | None = None
    _years: dict[int, dict[date, str]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def name_of(self, day: date) -> str | None:
        """Return what is celebrated on `day`; None where it is no holiday. Years are read when needed."""
        names = self._years.get(day.year)
        if names is None:
            names = self._years[day.year] = self._read(day.year)
        return names.get(day)

    def _read(self, year: int) -> dict[date, str]:
        from holidays import country_holidays  # noqa: PLC0415 - takes a tenth of a second, and few have any

        place = country_holidays(self.country, subdiv=self.subdivision)
        language = ENGLISH if ENGLISH in place.supported_languages else place.default_language
        # A holiday may be observed in the year before its own, or after it.
        around = country_holidays(
            self.country,
            subdiv=self.subdivision,
            years=range(year - 1, year + 2),
            expand=False,
            language=language,
        )
        return {day: name for day, name in sorted(around.items()) if day.year == year}


@cache
def calendar(country: str, subdivision: str | None = None) -> HolidayCalendar:
    """Return the holidays of a country, or of its subdivision; the same object each time, to read years once.

    Raises:
        PydanticCustomError: there is none of that name; the remedy names the nearest.
    """
    from holidays import country_holidays  # noqa: PLC0415 - likewise

    try:
        country_holidays(country if CODE.fullmatch(country) else "")
    except NotImplementedError:
        raise wrong("is not a country that holidays are known of", _country(country)) from None
    try:
        country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        raise wrong(
            f"names no subdivision of {country} that holidays are known of",
            _subdivision(country, subdivision or ""),
        ) from None
    return HolidayCalendar(country, subdivision)


def _country(written: str) -> str:
    from holidays import list_supported_countries  # noqa: PLC0415 - likewise
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - likewise

    if len(written) <= LONGEST_CODE:
        codes = {code.lower(): code for code in list_supported_countries()}
    else:
        codes = {name.replace("_", " "): entry[1] for name, entry in COUNTRIES.items()}
    close = nearest(written, codes)
    return f'Did you mean "{codes[close]}"?' if close else EXAMPLE


def _subdivision(country: str, written: str) -> str:
    from holidays import country_holidays  # noqa: PLC0415 - likewise

    place = country_holidays(country)
    known = place.subdivisions
    close = nearest(written, (*known, *place.subdivisions_aliases))
    if close:
        return f'Did you mean "{country}/{close}"?'
    return (
        f"Write one of {', '.join(known)} after the slash"
        if known
        else f'Write "{country}" alone: it has no subdivisions'
    )
