"""What open streams of events are told."""

from collections.abc import Sequence

from api.streams.hub import Hub
from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.observability.silent import Silent
from autoclone.ports import Standing


class Streamed(Silent):
    """Tells the hub of streams that there are events, and what the server has become."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:  # noqa: ARG002 - the port
        """Have it read them: they are durable."""
        if events:
            self._hub.nudge()

    def became(self, standing: Standing) -> None:
        """Have it pass that on."""
        self._hub.tell(standing)
