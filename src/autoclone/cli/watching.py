"""A table that is kept up to date, and says so when it cannot be."""

from datetime import datetime, timedelta

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from autoclone.cli.asking import Asker, Status
from autoclone.cli.program import one_line
from autoclone.cli.status_table import draw
from autoclone.clock import Clock
from autoclone.errors import AutoCloneError

REFRESH = timedelta(seconds=1)


class Watch:
    """Asks a server again each second, and keeps the last good answer while there is none.

    Args:
        asker: the client.
        name: one DAG; None for all.
        clock: where the time and the waits come from.
    """

    def __init__(self, asker: Asker, name: str | None, clock: Clock) -> None:
        self._asker = asker
        self._name = name
        self._clock = clock
        self._statuses: list[Status] = []
        self._as_of: datetime | None = None
        self._problem: str | None = None

    async def run(self, console: Console) -> None:
        """Show the table for ever. Where the output is no terminal, each one follows the last."""
        if not console.is_terminal:
            while True:
                await self.look()
                console.print(self.drawn(console.width))
                await self._clock.sleep(REFRESH)
        with Live(console=console, auto_refresh=False) as live:
            while True:
                await self.look()
                live.update(self.drawn(console.width), refresh=True)
                await self._clock.sleep(REFRESH)

    async def look(self) -> None:
        """Ask once. Without an answer the last one stays, and is stale."""
        try:
            self._statuses = await self._asker.statuses(self._name)
        except AutoCloneError as error:
            self._problem = one_line(str(error))
        else:
            self._problem = None
            self._as_of = self._clock.now().astimezone()

    def drawn(self, width: int) -> RenderableType:
        """Return the table, with how old it is."""
        stale = self._problem is not None
        table = draw(self._statuses, width=width, alone=self._name is not None, stale=stale)
        return Group(table, self._foot())

    def _foot(self) -> Text:
        as_of = "never" if self._as_of is None else f"{self._as_of:%H:%M:%S}"
        if self._problem is None:
            return Text(f"{self._asker.url} at {as_of}; Ctrl-C ends", "dim")
        return Text.assemble(
            (f"Stale: last answer {as_of}, trying again each second. ", "bold red"), (self._problem, "red")
        )
