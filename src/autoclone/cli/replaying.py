"""The `replay` command: a ramp's past, taken again, and what it would have been under another definition."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from autoclone.cli.asking import Asker, Parameter, default_url
from autoclone.cli.documents import in_file, read_file
from autoclone.cli.formats import Format
from autoclone.cli.output import Terminal, as_json, write_objects
from autoclone.cli.previewing import event_of, meant, zone_of
from autoclone.cli.simulation_table import Story, show_chart, show_table
from autoclone.config.faults import shown
from autoclone.config.settings import load_settings
from autoclone.config.zones import zone
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import JsonObject

MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for, as written.

    Attributes:
        name: the DAG.
        start: `--from`.
        end: `--to`.
        timezone: `--timezone`.
        other: `--with`, the file of another definition.
        price: `--price`, of one clone for an hour.
        url: `--url`.
    """

    name: str
    start: str | None = None
    end: str | None = None
    timezone: str | None = None
    other: Path | None = None
    price: float | None = None
    url: str | None = None


def show_replay(asked: Asked, form: Format, *, transport: httpx.AsyncBaseTransport | None = None) -> int:
    """Ask for it, and write what came of it; return the exit code: 1 where a step came to something else.

    Args:
        asked: what is asked for.
        form: how to write it.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: an option or the file is wrong, there is no such DAG, or no server answers.
        Transient: the server answers, but not what it should.
    """
    if asked.price is not None and not asked.price >= 0:
        raise InvalidInput(Fault("--price", shown(asked.price), "is no price", "Write 0 or more"))
    here = zone(asked.timezone) if asked.timezone else None
    times = {"from": asked.start, "to": asked.end}
    query: dict[str, Parameter] = {key: meant(f"--{key}", text, here) for key, text in times.items() if text}
    asker = Asker(asked.url or default_url(), transport)
    if asked.other is None:
        return _replayed(asyncio.run(_ask(asker, asked.name, query)), asked.price, form)
    return _what_if(_other(asker, asked.name, query, asked.other), asked.price, form)


def _other(asker: Asker, name: str, query: dict[str, Parameter], file: Path) -> Mapping[str, Any]:
    try:
        document = read_file(file, load_settings().max_body_bytes)
    except InvalidInput as error:
        raise in_file(file, error) from None
    return asyncio.run(_ask(asker, name, query, document))


async def _ask(
    asker: Asker, name: str, query: dict[str, Parameter], other: JsonObject | None = None
) -> Mapping[str, Any]:
    async with asker:
        return await asker.replay(name, query, other)


def _replayed(answer: Mapping[str, Any], price: float | None, form: Format) -> int:
    if form is Format.TABLE:
        terminal = Terminal()
        show_table(_story(answer), [event_of(answer["name"], item) for item in answer["items"]], terminal)
        terminal.print(_amount("all clones together", answer["clone_minutes"], price), soft_wrap=True)
        terminal.print(_verdict(answer), soft_wrap=True)
    else:
        write_objects([as_json({**answer, **_cost(answer["clone_minutes"], price)})], form)
    return 0 if answer["exact"] else 1


def _verdict(answer: Mapping[str, Any]) -> str:
    if answer["recorded_from"] is None:
        return "nothing is recorded of that time"
    if answer["exact"]:
        return f"{answer['steps']} steps came to the very same events and state"
    return "\n".join(["not the same:", *(f"  {words}" for words in answer["differences"])])


def _what_if(answer: Mapping[str, Any], price: float | None, form: Format) -> int:
    courses = {"it was": answer["actual"], "it would have been": answer["other"]}
    if form is Format.TABLE:
        _show_courses(answer, courses, price, Terminal())
    else:
        paid = {
            key: {**answer[key], **_cost(answer[key]["clone_minutes"], price)} for key in ("actual", "other")
        }
        write_objects([as_json({**answer, **paid})], form)
    return 0


def _show_courses(
    answer: Mapping[str, Any], courses: Mapping[str, Any], price: float | None, console: Console
) -> None:
    for what, course in courses.items():
        events = [event_of(answer["name"], item) for item in course["items"]]
        console.print(_amount(what, course["clone_minutes"], price), soft_wrap=True)
        show_chart(_story(answer), events, console)
    console.print("\n".join(_lines(answer["differences"], zone_of(answer))), soft_wrap=True)


def _lines(differences: Sequence[Mapping[str, Any]], here: tzinfo) -> Sequence[str]:
    if not differences:
        return ["it would have been the same"]
    return [
        f"{_written(one['from'], here)}  to  {_written(one['to'], here)}  {one['actual']} -> {one['other']}"
        for one in differences
    ]


def _written(text: str, here: tzinfo) -> str:
    return datetime.fromisoformat(text).astimezone(here).isoformat(timespec="seconds")


def _story(answer: Mapping[str, Any]) -> Story:
    start, end = (datetime.fromisoformat(answer[key]) for key in ("from", "to"))
    return Story(name=answer["name"], start=start, end=end, zone=zone_of(answer), clones=answer["clones"])


def _amount(what: str, minutes: float, price: float | None) -> str:
    cost = _cost(minutes, price).get("cost")
    return f"{what}: {minutes:,.1f} clone-minutes" + ("" if cost is None else f", {cost:,.2f}")


def _cost(minutes: float, price: float | None) -> dict[str, float]:
    return {} if price is None else {"cost": round(minutes / MINUTES_AN_HOUR * price, 6)}
