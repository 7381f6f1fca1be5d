"""The `preview` command: what a ramp on a running server will do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import httpx

from autoclone.cli.asking import Asker, Parameter, Preview, default_url
from autoclone.cli.formats import Format
from autoclone.cli.moments import moment, written
from autoclone.cli.output import Terminal, as_json, write_objects
from autoclone.cli.simulation_table import Story, show_table
from autoclone.config.zones import zone
from autoclone.core.events import Event, EventType
from autoclone.errors import InvalidInput

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for, as written.

    Attributes:
        name: the DAG.
        start: `--from`.
        end: `--to`.
        timezone: `--timezone`.
        url: `--url`.
    """

    name: str
    start: str | None = None
    end: str | None = None
    timezone: str | None = None
    url: str | None = None


def show_preview(asked: Asked, form: Format, *, transport: httpx.AsyncBaseTransport | None = None) -> int:
    """Ask for the events to come, and write them; return the exit code.

    Args:
        asked: what is asked for.
        form: how to write the events.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: an option is wrong, there is no such DAG, or no server answers.
        Transient: the server answers, but not what it should.
    """
    query = _query(asked)
    pages = asyncio.run(_pages(Asker(asked.url or default_url(), transport), asked.name, query))
    items = [item for page in pages for item in page["items"]]
    if form is Format.TABLE:
        show_table(_story(asked.name, pages), [event_of(asked.name, item) for item in items], Terminal())
    else:
        write_objects(map(as_json, items), form)
    return 0


def _query(asked: Asked) -> dict[str, Parameter]:
    here = zone(asked.timezone) if asked.timezone else None
    times = {"from": asked.start, "to": asked.end}
    return {"limit": PAGE, **{key: meant(f"--{key}", text, here) for key, text in times.items() if text}}


def meant(flag: str, text: str, here: tzinfo | None) -> str:
    """Return the time as the server is asked about it: what has no offset is in the DAG's own zone."""
    at = written(flag, text) if here is None else moment(flag, text, here)
    return at.isoformat()


async def _pages(asker: Asker, name: str, query: dict[str, Parameter]) -> Sequence[Preview]:
    async with asker:
        return [page async for page in asker.preview(name, query)]


def _story(name: str, pages: Sequence[Preview]) -> Story:
    first = pages[0]
    return Story(
        name=name,
        start=datetime.fromisoformat(first["from"]),
        end=datetime.fromisoformat(first["to"]),
        zone=zone_of(first),
        clones=first["clones"],
    )


def zone_of(page: Mapping[str, Any]) -> tzinfo:
    """Return the zone that the server shows times in: one that this machine does not know is an offset."""
    try:
        return zone(page["timezone"])
    except InvalidInput:
        return datetime.fromisoformat(page["from"]).tzinfo or UTC


def event_of(name: str, item: Mapping[str, Any]) -> Event:
    """Return an event as the server has written it."""
    at, kind = datetime.fromisoformat(item["at"]), EventType(item["type"])
    return Event(0, at, kind, name, item["clone"], item["status"], item["clones"], target=0, epoch=0)
