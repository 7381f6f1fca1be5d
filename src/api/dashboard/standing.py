"""What every page says of the server that made it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from autoclone.engine.views import ServerView


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether this server may change anything, and what people should know if not.

    Attributes:
        leads: whether it is the primary.
        role: `primary`, `secondary` or `suspended`.
        title: what is amiss, in a few words; empty where nothing is.
        texts: the same at length.
        elsewhere: the primary's address, where it is another server that is known.
        now: the server's time, which a browser's may differ from.
    """

    leads: bool
    role: str
    title: str
    texts: tuple[str, ...]
    elsewhere: str | None
    now: datetime


TITLES = {
    "secondary": "This server is a secondary",
    "suspended": "This server is suspended",
}
SAYS = {
    "secondary": "It shows what the store has. Changes are made on the primary, where the buttons here lead.",
    "suspended": "It was primary, and changes nothing until it is sure that it still is.",
}
NOBODY = "No primary is known just now, as in the middle of a failover: changes have to wait."


def standing_of(server: ServerView) -> Standing:
    """Return what pages say of a server."""
    leads = server.role == "primary"
    said = [SAYS[server.role]] if server.role in SAYS else []
    if not leads and server.primary is None:
        said = [*said, NOBODY]
    warned = [words for words in server.warnings if words not in said]
    troubled = [f"{name}: {state}" for name, state in server.checks.items() if state != "ok"]
    texts = (*said, *warned, *troubled)
    fallback = "This server needs attention" if texts else ""
    return Standing(
        leads=leads,
        role=server.role,
        title=TITLES.get(server.role, fallback),
        texts=texts,
        elsewhere=None if leads else server.primary,
        now=server.started_at + timedelta(seconds=server.uptime_seconds),
    )
