"""The `why` command: why a ramp stands where it does, now, then or in time to come."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from autoclone.cli.asking import Asker, default_url
from autoclone.cli.formats import Format
from autoclone.cli.moments import written
from autoclone.cli.output import as_json, write_lines, write_objects
from autoclone.cli.program import one_line

Answer = Mapping[str, Any]
IS = {"past": "was", "present": "is", "future": "will be"}


def show_why(
    name: str,
    at: str | None,
    url: str | None,
    form: Format,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Ask why and show the answer; return the exit code.

    Args:
        name: the DAG.
        at: the moment as it was written; None for now.
        url: the server; None for where this environment's settings have it.
        form: how to write the answer.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: an option is wrong, there is no such DAG, or no server answers.
        Transient: the server answers, but not what it should.
    """
    moment = None if at is None else written("--at", at).isoformat()
    answer = asyncio.run(_ask(Asker(url or default_url(), transport), name, moment))
    if form is Format.TABLE:
        write_lines(map(one_line, _lines(answer)))
    else:
        write_objects([as_json(answer)], form)
    return 0


async def _ask(asker: Asker, name: str, at: str | None) -> Answer:
    async with asker:
        return await asker.why(name, at)


def _lines(answer: Answer) -> Iterator[str]:
    name, at, verb = answer["name"], answer["at"], IS.get(answer["tense"], "is")
    ramp = answer["autoclone"]
    if ramp is None:
        yield f"{name} at {at}: not known; the schedule wanted {answer['scheduled']}"
    else:
        yield f"{name} {verb} {ramp['status']} at {at}, with {_clones(len(ramp['clones']))}"
        yield f"Why: {ramp['reason']}: {ramp['reason_text']}"
        if ramp.get("hold") and ramp["reason"] not in ("PAUSED_UNTIL", "OVERRIDE"):
            yield f"Held: {ramp['hold']['kind']} until {ramp['hold']['until']}"
        if ramp.get("next"):
            yield f"Next by the clock: {ramp['next']['text']} at {ramp['next']['at']}"
    if answer.get("last_event"):
        event = answer["last_event"]
        yield f"Last event: {event['type']} {event['clone'] or ''} at {event['at']}"
    if answer["note"]:
        yield f"Note: {answer['note']}"


def _clones(count: int) -> str:
    return "1 clone" if count == 1 else f"{count} clones"
