"""The `status` command: once, or again and again."""

import asyncio

import httpx

from autoclone.cli.asking import Asker, default_url
from autoclone.cli.formats import Format
from autoclone.cli.output import Terminal, as_json, write_objects
from autoclone.cli.status_table import draw
from autoclone.cli.watching import Watch
from autoclone.clock import Clock, SystemClock
from autoclone.errors import Fault, InvalidInput


def show_status(
    name: str | None,
    url: str | None,
    form: Format,
    *,
    watch: bool,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Ask and show; return the exit code. With `watch`, until Ctrl-C, which is a good end.

    Args:
        name: one DAG; None for all.
        url: the server; None for where this environment's settings have it.
        form: how to write the answer.
        watch: ask again each second.
        clock: where the time comes from.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: an option is wrong, or no server answers.
        Transient: the server answers, but not what it should.
    """
    if watch and form is not Format.TABLE:
        raise InvalidInput(Fault("--format", form, "does not go with --watch", "Leave one of them out"))
    asker = Asker(url or default_url(), transport)
    if not watch:
        return asyncio.run(_once(asker, name, form))
    try:
        asyncio.run(_again_and_again(asker, name, clock or SystemClock()))
    except KeyboardInterrupt:
        return 0
    return 0


async def _once(asker: Asker, name: str | None, form: Format) -> int:
    async with asker:
        statuses = await asker.statuses(name)
    if form is Format.TABLE:
        terminal = Terminal()
        terminal.print(draw(statuses, width=terminal.width, alone=name is not None))
    else:
        write_objects(map(as_json, statuses), form)
    return 0


async def _again_and_again(asker: Asker, name: str | None, clock: Clock) -> None:
    async with asker:
        watch = Watch(asker, name, clock)
        await watch.run(Terminal())
