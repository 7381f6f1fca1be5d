"""A small TCP proxy on the loopback interface, which can cut what it carries, noticed or not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Carries bytes between those who connect to `port` and a port of this machine."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._cut = False
        self._links: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)
        self.cut()
        await asyncio.sleep(0)

    def hold(self) -> None:
        """Swallow nothing and deliver nothing: to both ends the other has fallen silent."""
        self._flowing.clear()

    def cut(self) -> None:
        """Close every link, and each new one at once."""
        self._cut = True
        for link in self._links:
            link.close()

    def heal(self) -> None:
        self._cut = False
        self._flowing.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._links.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        try:
            if not self._cut:
                with suppress(asyncio.CancelledError):  # which asyncio's streams would log as an error
                    await self._join(reader, writer)
        finally:
            self._carrying.discard(task)
            self._links.discard(writer)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            return
        self._links.add(back)
        ways = [asyncio.create_task(self._carry(*way)) for way in ((reader, back), (there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._links.discard(back)
            back.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def proxy(target: int) -> AsyncIterator[Proxy]:
    one = Proxy(target)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()
