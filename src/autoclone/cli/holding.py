"""The commands `pause`, `override` and `resume`: what operators do to ramps on a running server."""

import asyncio
from collections.abc import Mapping

import httpx

from autoclone.cli.asking import Asker, Status, default_url
from autoclone.cli.formats import Format
from autoclone.cli.output import Terminal, as_json, write_objects
from autoclone.cli.status_table import draw


def hold(
    name: str,
    action: str,
    body: Mapping[str, object],
    url: str | None,
    form: Format,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Ask for it, show how the ramp stands then, and return the exit code.

    Args:
        name: the DAG.
        action: `pause`, `override` or `resume`.
        body: what is asked for; what is None is left out.
        url: the server; None for where this environment's settings have it.
        form: how to write the answer.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: what is asked for is wrong, or no server answers.
        Transient: the server answers, but not what it should.
    """
    given = {key: value for key, value in body.items() if value is not None}
    status = asyncio.run(_ask(Asker(url or default_url(), transport), name, action, given))
    if form is Format.TABLE:
        terminal = Terminal()
        terminal.print(draw([status], width=terminal.width, alone=True))
    else:
        write_objects([as_json(status)], form)
    return 0


async def _ask(asker: Asker, name: str, action: str, body: Mapping[str, object]) -> Status:
    async with asker:
        return await asker.hold(name, action, body)
