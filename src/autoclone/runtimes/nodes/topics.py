"""In-process topics: bounded queues by name, shared by the DAGs of one runtime."""

from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream


class Topic:
    """A bounded queue. Each record goes to one consumer, in order; a full topic makes producers wait."""

    __slots__ = ("_receive", "_send")

    def __init__(self, capacity: int) -> None:
        self._send: MemoryObjectSendStream[dict[str, Any]]
        self._receive: MemoryObjectReceiveStream[dict[str, Any]]
        self._send, self._receive = anyio.create_memory_object_stream[dict[str, Any]](capacity)

    def __len__(self) -> int:
        """Return how many records wait."""
        return self._send.statistics().current_buffer_used

    async def put(self, record: dict[str, Any]) -> None:
        """Append a record, waiting while the topic is full."""
        try:
            self._send.send_nowait(record)
        except anyio.WouldBlock:
            await self._send.send(record)

    async def get(self) -> dict[str, Any]:
        """Take the oldest record, waiting for one. A cancelled call has taken nothing."""
        try:
            return self._receive.receive_nowait()
        except anyio.WouldBlock:
            return await self._receive.receive()

    def close(self) -> None:
        """Drop what is left."""
        self._send.close()
        self._receive.close()


class Topics:
    """The topics of one runtime, each made at its first use."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._topics: dict[str, Topic] = {}

    def named(self, name: str) -> Topic:
        """Return the topic `name`."""
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = Topic(self._capacity)
        return topic

    def close(self) -> None:
        """Drop every topic and what it holds."""
        for topic in self._topics.values():
            topic.close()
        self._topics.clear()
