"""Asks a running server over HTTP how its ramps stand."""

import ipaddress
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

import httpx

from autoclone.config.faults import shown
from autoclone.config.settings import load_settings
from autoclone.core.naming import NAME
from autoclone.errors import Fault, InvalidInput, Transient
from autoclone.ports import JsonObject

API = "/api/v1"
THEIR_MISTAKE = (
    httpx.codes.FORBIDDEN,
    httpx.codes.NOT_FOUND,
    httpx.codes.CONFLICT,
    httpx.codes.UNPROCESSABLE_ENTITY,
)
PAGE = 500
TIMEOUT_SECONDS = 5.0
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - what a server may listen on, to be asked on loopback

Status = Mapping[str, Any]
Event = Mapping[str, Any]
Preview = Mapping[str, Any]
Parameter = str | int | list[str]
Query = Mapping[str, Parameter]


class Asker:
    """A client of one server. Close it by leaving its `async with` block.

    Args:
        url: the server's address.
        transport: how requests are sent; None for the network.

    Raises:
        InvalidInput: `url` is not a web address.
    """

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = _checked(url)
        self._client = httpx.AsyncClient(
            base_url=self.url,
            transport=transport,
            timeout=TIMEOUT_SECONDS,
            follow_redirects=True,
            trust_env=not _is_loopback(self.url.host),  # a proxy cannot reach this machine's own address
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def statuses(self, name: str | None = None) -> list[Status]:
        """Return the status of one DAG's ramp, or of every DAG's in name order.

        Raises:
            InvalidInput: no server answers at the address, or it knows no DAG of that name.
            Transient: the server answers, but not what it should.
        """
        if name is None:
            return await self._pages()
        return [{"name": name, **await self._get(f"{_path(name)}/autoclone", {})}]

    async def hold(self, name: str, action: str, body: Mapping[str, object]) -> Status:
        """Pause a DAG's ramp, override its number or let it go on, and return its status.

        Args:
            name: the DAG.
            action: `pause`, `override` or `resume`.
            body: what is asked for, as `POST /api/v1/dags/{name}/autoclone/{action}` takes it.

        Raises:
            InvalidInput: no server answers at the address, or what is asked for is wrong.
            Transient: the server answers, but not what it should.
        """
        request = self._client.build_request("POST", f"{_path(name)}/autoclone/{action}", json=body)
        return await self._send(request)

    async def events(self, query: Query) -> list[Event]:
        """Return one page of journalled events.

        Args:
            query: the parameters of `GET /api/v1/events`.

        Raises:
            InvalidInput: no server answers at the address, or a parameter is wrong.
            Transient: the server answers, but not what it should.
        """
        items: list[Event] = (await self._get(f"{API}/events", query)).get("items", [])
        return items

    async def preview(self, name: str, query: Query) -> AsyncIterator[Preview]:
        """Yield the pages of what one DAG's ramp will do, at least one.

        Args:
            name: the DAG.
            query: the parameters of `GET /api/v1/dags/{name}/preview`.

        Raises:
            InvalidInput: no server answers at the address, it knows no such DAG, or a parameter is wrong.
            Transient: the server answers, but not what it should.
        """
        page: Preview = {"next": ""}
        while page["next"] is not None:
            cursor = {"cursor": page["next"]} if page["next"] else {}
            page = await self._get(f"{_path(name)}/preview", {**query, **cursor})
            yield page

    async def replay(
        self, name: str, query: Query, other: Mapping[str, object] | None = None
    ) -> Mapping[str, Any]:
        """Return what came of one DAG's past, taken again; with `other`, what would have been under it.

        Args:
            name: the DAG.
            query: the parameters of `GET /api/v1/dags/{name}/replay`.
            other: another definition.

        Raises:
            InvalidInput: no server answers at the address, it knows no such DAG, or what is asked is wrong.
            Transient: the server answers, but not what it should.
        """
        path = f"{_path(name)}/replay"
        if other is None:
            return await self._get(path, query)
        return await self._send(self._client.build_request("POST", path, params=query, json=other))

    async def plan(self, name: str, document: JsonObject, query: Query) -> Preview:
        """Return what storing a definition would come to. Nothing is changed.

        Args:
            name: the DAG.
            document: the definition.
            query: further parameters of `PUT /api/v1/dags/{name}`.

        Raises:
            InvalidInput: no server answers at the address, or the definition or a parameter is wrong.
            Transient: the server answers, but not what it should.
        """
        asked = {"dry_run": "true", **query}
        return await self._send(self._client.build_request("PUT", _path(name), params=asked, json=document))

    async def why(self, name: str, at: str | None) -> dict[str, Any]:
        """Return why a DAG's ramp stands where it does at a moment; now, if none is given.

        Raises:
            InvalidInput: no server answers at the address, it knows no such DAG, or the moment is wrong.
            Transient: the server answers, but not what it should.
        """
        return await self._get(f"{_path(name)}/why", {} if at is None else {"at": at})

    async def _pages(self) -> list[Status]:
        query: dict[str, Parameter] = {"limit": PAGE}
        items: list[Status] = []
        while True:
            page = await self._get(f"{API}/autoclone", query)
            items += page.get("items", [])
            if not page.get("next"):
                return items
            query["cursor"] = page["next"]

    async def _get(self, path: str, query: Query) -> dict[str, Any]:
        return await self._send(self._client.build_request("GET", path, params=query))

    async def _send(self, request: httpx.Request) -> dict[str, Any]:
        try:
            answer = await self._client.send(request)
        except httpx.ConnectError as error:
            remedy = "Start one with `autoclone serve`, or name its address with --url"
            problem = f"no server answers there ({error})"
            raise InvalidInput(Fault("--url", shown(str(self.url)), problem, remedy)) from None
        except httpx.HTTPError as error:
            raise Transient(f"{self.url} did not answer: {str(error) or type(error).__name__}") from None
        return self._read(answer)

    def _read(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            body = answer.json()
        except ValueError:  # not JSON, or not even text
            body = None
        detail = body.get("detail") if isinstance(body, dict) else None
        if answer.status_code in THEIR_MISTAKE and isinstance(detail, str):
            raise InvalidInput(Fault("", "", detail.rstrip("."), ""))
        if not answer.is_success or not isinstance(body, dict):
            what = detail or "not what AutoClone answers"
            raise Transient(f"{self.url} answered {answer.status_code}: {what}")
        return body


def _path(name: str) -> str:
    if not NAME.fullmatch(name):
        remedy = "Run `autoclone status` to see the names there are"
        raise InvalidInput(Fault("NAME", shown(name), "is not the name of a DAG", remedy))
    return f"{API}/dags/{name}"


def default_url() -> str:
    """Return where a server with this environment's settings would listen.

    Raises:
        InvalidInput: a setting is wrong.
    """
    settings = load_settings()
    host = "127.0.0.1" if settings.host in ANY_ADDRESS else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _checked(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text.strip().rstrip("/"))
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        remedy = 'Write one such as "http://127.0.0.1:8000"'
        raise InvalidInput(Fault("--url", shown(text), "is not a web address", remedy))
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
