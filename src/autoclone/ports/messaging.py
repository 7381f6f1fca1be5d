"""How events leave the house: what is published, from where, and what becomes known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What a topic takes.

    Attributes:
        key: what the order is kept for: all messages of one key stay in theirs.
        value: the content.
        headers: what is said of the content, by name.
    """

    key: str
    value: bytes
    headers: Mapping[str, bytes] = field(default_factory=dict)


class Publisher(Protocol):
    """Where messages are published. One task at a time publishes.

    Every method but `close` raises `Transient` where trying again is worthwhile, within a bounded time, and
    `Permanent` where somebody has to change something first: a setting, or a right.
    """

    async def open(self) -> None:
        """Connect, and see to it that the topic is there. One that failed has left nothing behind."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish the messages, and return once every replica that is in sync has all of them.

        One that is not connected, for it never was or for it failed, connects first.

        Raises:
            Transient: some of the messages may be there, and some not. Publish all of them again before any
                later one: then a consumer may meet some twice, and yet meets each for the first time only
                after all earlier ones of its key.
            Permanent: likewise.
        """

    async def close(self) -> None:
        """Release everything. Closing twice is harmless, and opening again is possible."""
