"""The `plan` command: what would come of a file's DAG on a running server."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.text import Text

from autoclone.cli.asking import Asker, Parameter, Preview, default_url
from autoclone.cli.documents import in_file, read_file
from autoclone.cli.formats import Format
from autoclone.cli.output import Terminal, as_json, write_objects
from autoclone.cli.previewing import event_of, meant, zone_of
from autoclone.config.faults import shown
from autoclone.config.settings import load_settings
from autoclone.config.zones import zone
from autoclone.core.naming import NAME
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import JsonObject
from autoclone.simulator.render import event_text

MARKS = {"added": ("+", "green"), "removed": ("-", "red")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for, as written.

    Attributes:
        file: the DAG document.
        end: `--to`.
        timezone: `--timezone`.
        url: `--url`.
    """

    file: Path
    end: str | None = None
    timezone: str | None = None
    url: str | None = None


def show_plan(wanted: Wanted, form: Format, *, transport: httpx.AsyncBaseTransport | None = None) -> int:
    """Ask for the plan, and write it; return the exit code.

    Args:
        wanted: what is asked for.
        form: how to write it.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: the document or an option is wrong, or no server answers.
        Transient: the server answers, but not what it should.
    """
    document = read_file(wanted.file, load_settings().max_body_bytes)
    name = _name(wanted.file, document)
    here = zone(wanted.timezone) if wanted.timezone else None
    query: dict[str, Parameter] = {"to": meant("--to", wanted.end, here)} if wanted.end else {}
    plan = asyncio.run(_ask(Asker(wanted.url or default_url(), transport), name, document, query))
    if form is Format.TABLE:
        _show(plan)
    else:
        write_objects([as_json(plan)], form)
    return 0


def _name(file: Path, document: JsonObject) -> str:
    name = document.get("name")
    if isinstance(name, str) and NAME.fullmatch(name):
        return name
    fault = Fault("name", shown(name), "is not the name of a DAG", 'Write one, such as "orders"')
    raise in_file(file, InvalidInput(fault))


async def _ask(asker: Asker, name: str, document: JsonObject, query: dict[str, Parameter]) -> Preview:
    async with asker:
        return await asker.plan(name, document, query)


def _show(plan: Preview) -> None:
    terminal = Terminal()
    for line in _lines(plan):
        terminal.print(line, soft_wrap=True)


def _lines(plan: Preview) -> Iterator[Text]:
    zone, name = zone_of(plan), str(plan["name"])
    changes: list[tuple[Any, str]] = [(item, key) for key in ("removed", "added") for item in plan[key]]
    for item, key in sorted(changes, key=lambda change: event_of(name, change[0]).at):
        mark, style = MARKS[key]
        yield Text(f"{mark} {event_text(event_of(name, item), zone)}", style)
    if changes:
        yield Text()
    until = f"until {str(plan['to'])[:16].replace('T', ' ')} {plan['timezone']}"
    before, after = float(plan["minutes_before"]), float(plan["minutes_after"])
    yield Text.assemble((name, "bold"), f": {_told(changes)} {until}")
    yield Text(
        f"Clones run for {after:,.0f} minutes in that time, today for {before:,.0f} ({after - before:+,.0f})."
    )
    if plan["deletes"]:
        yield Text(f"Running clones that would go because of it: {', '.join(plan['deletes'])}.", "bold red")
    if plan["needs_confirmation"]:
        yield Text(f"It has to be confirmed: PUT /api/v1/dags/{name}?confirm={plan['id']}", "bold")


def _told(changes: list[tuple[Any, str]]) -> str:
    added = sum(key == "added" for _, key in changes)
    return f"{added} events more, {len(changes) - added} fewer," if changes else "nothing changes"
