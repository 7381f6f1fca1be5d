"""The `events tail` command: what happened, from the journal or from the topic, and what happens next."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from autoclone.cli.asking import Asker, Event, Parameter, default_url
from autoclone.cli.formats import Format
from autoclone.cli.output import as_json, write_lines
from autoclone.clock import Clock, SystemClock
from autoclone.config.settings import load_settings
from autoclone.errors import Fault, InvalidInput, Transient
from autoclone.observability.logging import configure

REFRESH = timedelta(seconds=1)
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events to show.

    Attributes:
        parent: only this DAG's, None for all.
        types: only these types; none for all.
        last: how many of those that there are to begin with.
        follow: go on with those that come, until Ctrl-C.
    """

    parent: str | None = None
    types: tuple[str, ...] = ()
    last: int = 10
    follow: bool = False

    def passes(self, event: Event) -> bool:
        """Whether the event is one of them."""
        return self.parent in (None, event["parent"]) and (not self.types or event["type"] in self.types)


def tail(
    wanted: Wanted,
    url: str | None,
    form: Format,
    *,
    topic: bool,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Show events until there are no more, or with `follow` until Ctrl-C, which is a good end.

    Args:
        wanted: which.
        url: the server whose journal is read; None for where this environment's settings have it.
        form: how to write them: text for a table, which has no end, else one JSON object a line.
        topic: read the topic that the settings name instead.
        clock: where the waits come from.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: an option is wrong, or no server answers.
        Transient: the server or the brokers answer, but not what they should.
    """
    if form is Format.JSON:
        raise InvalidInput(Fault("--format", form, "is one array, which never ends here", "Choose jsonl"))
    events = _topic(wanted) if topic else _journal(wanted, Asker(url or default_url(), transport), clock)
    try:
        asyncio.run(_show(events, form))
    except KeyboardInterrupt:
        return 0
    return 0


async def _show(events: AsyncGenerator[Event, None], form: Format) -> None:
    async with aclosing(events):
        async for event in events:
            write_lines([_words(event) if form is Format.TABLE else as_json(event)])
            sys.stdout.flush()  # whoever reads a pipe wants it now


def _words(event: Event) -> str:
    what = event["clone"] or event["parent"]
    words = f"{event['at']}  {event['type']:<20} {what}  {event['status']}"
    return f"{words}  {' '.join(event['message'].split())}" if event["message"] else words


async def _journal(wanted: Wanted, asker: Asker, clock: Clock | None) -> AsyncGenerator[Event, None]:
    """Yield the journal's last events in order, then those that follow. A server that is away comes back."""
    clock = clock or SystemClock()
    query: dict[str, Parameter] = {"type": list(wanted.types)}
    if wanted.parent is not None:
        query["parent"] = wanted.parent
    async with asker:
        newest = await asker.events({"limit": 1, "order": "desc"})
        position = newest[0]["position"] if newest else 0
        if wanted.last:
            for event in reversed(await asker.events({**query, "limit": wanted.last, "order": "desc"})):
                yield event
                position = max(position, event["position"])
        while wanted.follow:
            page = await _patiently(asker, {**query, "limit": PAGE, "after": position})
            for event in page:
                yield event
                position = event["position"]
            if len(page) < PAGE:
                await clock.sleep(REFRESH)


async def _patiently(asker: Asker, query: dict[str, Parameter]) -> list[Event]:
    try:
        return await asker.events(query)
    except (InvalidInput, Transient):  # it answered before: it is being restarted, or another takes over
        return []


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    """Return a field's value as JSON has it."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


async def _topic(wanted: Wanted) -> AsyncGenerator[Event, None]:
    """Yield the topic's last events of each partition, then those that follow."""
    # Only this needs the libraries for Kafka.
    from autoclone.bootstrap.publishing import kafka_of  # noqa: PLC0415
    from autoclone.messaging.reading import read_topic  # noqa: PLC0415

    settings = load_settings()
    configure(settings.log_format, settings.log_level)
    kafka = kafka_of(settings)
    async with aclosing(read_topic(kafka, last=wanted.last, follow=wanted.follow)) as events:
        async for event in events:
            fields = {name: _plain(value) for name, value in asdict(event).items()}
            if wanted.passes(fields):
                yield fields
