"""AutoClone inside another program."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from autoclone.bootstrap.house import House, build, running
from autoclone.bootstrap.serving import answering, listening, url_of
from autoclone.config.settings import load_settings
from autoclone.core.model import HoldKind
from autoclone.engine.encoding import status_dict
from autoclone.engine.holds import HoldRequest
from autoclone.engine.service import Service
from autoclone.engine.views import DagView
from autoclone.ports import JsonObject


class DAGComputeServer:
    """A whole AutoClone in this process: an asynchronous context manager that runs DAGs and their clones.

    Args:
        http: also answer HTTP on the `host` and `port` of the settings.
        **settings: as for `autoclone serve`, such as `store="memory:"` or `timezone="Europe/Zurich"`.

    Raises:
        InvalidInput: a setting is wrong.
        StoreError: on entering: the store cannot be used.

    Attributes:
        url: where HTTP is answered, None where it is not.
    """

    def __init__(self, *, http: bool = False, **settings: Any) -> None:  # noqa: ANN401 - typed by Settings
        self.url: str | None = None
        self._house: House = build(load_settings(**settings))
        self._http = http
        self._work: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()

    @property
    def service(self) -> Service:
        """All the operations that the HTTP API has too."""
        return self._house.service

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._work = await stack.enter_async_context(running(self._house))
            if self._http:
                settings = self._house.settings
                listener = stack.enter_context(listening(settings.host, settings.port))
                await stack.enter_async_context(answering(self._house, listener))
                self.url = url_of(listener)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def put(self, document: JsonObject) -> DagView:
        """Check and store a DAG, and run it; return how it stands. Raises `InvalidInput`."""
        view, _ = await self.service.put(document)
        return view

    async def delete(self, name: str) -> None:
        """Delete a DAG and its clones. Raises `UnknownDag` and `ManagedClone`."""
        await self.service.delete(name)

    async def pause(
        self,
        name: str,
        *,
        until: datetime | None = None,
        lasting: timedelta | None = None,
        reason: str = "",
    ) -> dict[str, object]:
        """Have the clock make no clone of a DAG and remove none for a while; return its status.

        Args:
            name: the DAG.
            until: when it ends, aware. Exactly one of this and `lasting` is needed.
            lasting: for how long it lasts.
            reason: one line for whoever asks why.

        Raises:
            InvalidInput: there is no end or two, or it is past or too far away.
            AutoCloneOff: AutoClone is off for the DAG.
            UnknownDag, ManagedClone: there is no such DAG, or it is a clone.
        """
        asked = HoldRequest(kind=HoldKind.PAUSE, until=until, lasting=lasting, reason=reason)
        return status_dict(await self.service.hold(name, asked))

    async def override(
        self,
        name: str,
        count: int,
        *,
        until: datetime | None = None,
        lasting: timedelta | None = None,
        reason: str = "",
    ) -> dict[str, object]:
        """Have `count` clones of a DAG, whatever its schedule says, for a while; otherwise as `pause`."""
        asked = HoldRequest(kind=HoldKind.OVERRIDE, until=until, lasting=lasting, count=count, reason=reason)
        return status_dict(await self.service.hold(name, asked))

    async def release(self, name: str) -> dict[str, object]:
        """End a pause or an override before its time; return the status. Raises as `pause`."""
        return status_dict(await self.service.release(name))

    def get_autoclone_status(self, name: str) -> dict[str, object]:
        """Return the status of one DAG's ramp, with the keys of the HTTP contract and `datetime` values.

        Raises:
            UnknownDag: there is none of that name.
        """
        return status_dict(self.service.autoclone_status(name))
