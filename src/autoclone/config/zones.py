"""Time zones by name, and the system's own."""

import os
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from autoclone.config.faults import nearest, shown
from autoclone.errors import Fault, InvalidInput

EXAMPLE = 'Write an IANA name such as "America/New_York", "Europe/Berlin" or "UTC"'


def zone(name: str, *, field: str = "timezone") -> ZoneInfo:
    """Return the time zone that the IANA database knows as `name`.

    Args:
        name: such as `America/New_York`.
        field: what an error is to call it.

    Raises:
        InvalidInput: there is none; the remedy names the nearest.
    """
    try:
        return ZoneInfo(name)
    # The name is looked up as a path: it may lead out of the database, to a folder, or be no path at all.
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        close = _nearest(name)
        remedy = f'Did you mean "{close}"?' if close else EXAMPLE
        raise InvalidInput(Fault(field, shown(name), "is not a time zone", remedy)) from None


@cache
def known_zones() -> tuple[str, ...]:
    """Return the names of all time zones there are, in order."""
    return tuple(sorted(zoneinfo.available_timezones()))


def _nearest(name: str) -> str | None:
    """Return the closest zone, by its whole name or else by its city."""
    known = known_zones()[::-1]
    wanted = name.replace(" ", "_")
    by_city = {full.rpartition("/")[2]: full for full in known if "/" in full}
    city = nearest(wanted.rpartition("/")[2], by_city)
    return nearest(wanted, known) or (by_city[city] if city else None)


def system_zone(environ: Mapping[str, str] = os.environ, etc: Path = Path("/etc")) -> tzinfo:
    """Return the machine's time zone: `TZ`, else /etc/timezone, else /etc/localtime, else UTC.

    Args:
        environ: the environment variables.
        etc: the folder of the system's configuration.

    Raises:
        InvalidInput: `TZ` or /etc/timezone names no IANA zone.
    """
    if "TZ" in environ:
        return _from_variable(environ["TZ"])
    named = _text(etc / "timezone")
    if named:
        return zone(named, field=str(etc / "timezone"))
    return _from_link(etc / "localtime") or UTC


def _from_variable(text: str) -> tzinfo:
    """Read `TZ` as POSIX does: empty is UTC, and a leading colon means nothing here."""
    name = _within_database(text.removeprefix(":"))
    return zone(name, field="TZ") if name else UTC


def _from_link(link: Path) -> tzinfo | None:
    """Read /etc/localtime: mostly a link into the database, in containers sometimes a plain file."""
    try:
        if link.is_symlink():
            return zone(_within_database(str(link.readlink())))
        with link.open("rb") as file:
            return ZoneInfo.from_file(file, key=str(link))
    except (OSError, ValueError, InvalidInput):
        return None


def _within_database(path: str) -> str:
    return path.rpartition("zoneinfo/")[2]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
