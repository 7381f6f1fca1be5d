"""`autoclone status`: what a running server says, once or again and again."""

import asyncio
import io
import json
import socket
from datetime import timedelta
from typing import Any

import httpx
import pytest
from rich.console import Console, RenderableType

from autoclone.cli import main
from autoclone.cli.asking import ANY_ADDRESS, Asker, default_url
from autoclone.cli.formats import Format
from autoclone.cli.showing import show_status
from autoclone.cli.status_table import draw
from autoclone.cli.watching import Watch
from autoclone.errors import InvalidInput, Transient
from virtual_clock import VirtualClock
from worlds import utc

Capture = pytest.CaptureFixture[str]

URL = "http://127.0.0.1:8000"
SECOND = timedelta(seconds=1)


def status(name: str, **more: object) -> dict[str, Any]:
    """One DAG's status, as the server gives it."""
    return {
        "clones": [f"{name}_20250125090000"],
        "config": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5},
        "status": "ramping_up (1/5)",
        "last_clone_time": "2025-01-25T09:00:00-05:00",
        "ramp_up_completed": False,
        "ramp_down_started": False,
        "enabled": True,
        "phase": "ramping_up",
        "target": 5,
        "reason": "IN_WINDOW",
        "reason_text": "the window is open",
        "next_event_at": "2025-01-25T09:01:00-05:00",
        "error": None,
        "name": name,
        **more,
    }


class FakeServer:
    """Answers as a server does, in pages of two."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("connection refused", request=request)
        path = request.url.path
        if path == "/api/v1/autoclone":
            begin = int(request.url.params.get("cursor", "0"))
            more = str(begin + 2) if begin + 2 < len(self.names) else None
            page = [status(name) for name in self.names[begin : begin + 2]]
            return httpx.Response(200, json={"items": page, "next": more})
        name = path.split("/")[4]
        if name in self.names:
            return httpx.Response(200, json=status(name))
        detail = f"There is no DAG named {name!r}. Did you mean 'orders'?"
        return httpx.Response(404, json={"type": "urn:unknown-dag", "status": 404, "detail": detail})

    def asker(self) -> Asker:
        return Asker(URL, httpx.MockTransport(self))


def shown(server: FakeServer, form: Format, name: str | None = None) -> int:
    return show_status(name, URL, form, watch=False, transport=httpx.MockTransport(server))


def rendered(what: RenderableType, width: int = 120) -> str:
    """What a terminal of this width shows."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_page_is_asked_for(capsys: Capture) -> None:
    assert shown(FakeServer("a", "b", "c", "d", "e"), Format.JSONL) == 0

    assert [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()] == list("abcde")


def test_json_is_as_the_server_gave_it(capsys: Capture) -> None:
    assert shown(FakeServer("orders"), Format.JSON, "orders") == 0

    assert json.loads(capsys.readouterr().out) == [status("orders")]


def test_the_table_fits_the_terminal(capsys: Capture) -> None:
    assert shown(FakeServer("orders", "refunds"), Format.TABLE) == 0

    lines = capsys.readouterr().out.splitlines()
    assert any("orders" in line and "ramping_up (1/5)" in line and "1/5" in line for line in lines)
    assert max(map(len, lines)) <= 80


def test_a_wide_terminal_shows_the_window_and_why() -> None:
    wide = rendered(draw([status("orders")], width=120), 120)

    assert "5 from 0900 to 1700" in wide
    assert "the window is open" in wide


@pytest.mark.parametrize(
    ("config", "window"),
    [
        ({"ramp_up_time": "0900", "ramp_count": 5, "duration": "8h"}, "5 from 0900 for 8h"),
        ({"windows": [{}, {}]}, "2 windows"),
        ({"windows": [{}]}, "1 window"),
        ({"ramp_up_time": None, "ramp_down_time": None, "ramp_count": None}, " - "),
    ],
)
def test_other_windows_are_shown_as_they_are_written(config: dict[str, Any], window: str) -> None:
    assert window in rendered(draw([status("orders", config=config)], width=140), 140)


def test_one_dag_comes_with_its_clones_and_its_error(capsys: Capture) -> None:
    text = rendered(draw([status("orders", error="orders.json: is not JSON")], width=80, alone=True), 80)

    assert "orders_20250125090000" in text
    assert "orders: orders.json: is not JSON" in text


def test_what_the_server_says_does_nothing_to_the_terminal() -> None:
    nasty = status("orders", reason_text="\x1b[2J[bold]x[/bold]\nnew line", status="\x07idle")

    text = rendered(draw([nasty], width=120))

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]x[/bold]" in text


def test_no_dags_is_said_in_words(capsys: Capture) -> None:
    assert shown(FakeServer(), Format.TABLE) == 0

    assert capsys.readouterr().out == "There are no DAGs.\n"


async def test_an_unknown_name_is_the_user_s_mistake() -> None:
    async with FakeServer("orders").asker() as asker:
        with pytest.raises(InvalidInput, match="no DAG named 'ordres'"):
            await asker.statuses("ordres")
        with pytest.raises(InvalidInput, match="is not the name of a DAG"):
            await asker.statuses("../server")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, json={"detail": "The server failed."}),
        httpx.Response(502, text="<html>"),
        httpx.Response(200, text="hello"),
        httpx.Response(200, json=["not", "an", "object"]),
        httpx.Response(404, text="nothing here"),
    ],
    ids=["broken", "gateway", "another program", "not an object", "another site"],
)
async def test_an_answer_that_is_none_is_not_the_user_s_mistake(answer: httpx.Response) -> None:
    async with Asker(URL, httpx.MockTransport(lambda _: answer)) as asker:
        with pytest.raises(Transient, match=f"{URL} answered {answer.status_code}: "):
            await asker.statuses()


async def test_a_server_that_does_not_answer_in_time_is_not_either() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    async with Asker(URL, httpx.MockTransport(slow)) as asker:
        with pytest.raises(Transient, match="did not answer: ReadTimeout"):
            await asker.statuses()


def test_nobody_there_is_one_line_with_the_remedy(capsys: Capture) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert main(["status", "--url", f"http://127.0.0.1:{port}"]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f'autoclone: --url = "http://127.0.0.1:{port}": no server answers there')
    assert "autoclone serve" in line


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://here", "http://", "http://:80", "8000"])
def test_what_is_no_address_is_said_so(url: str, capsys: Capture) -> None:
    assert main(["status", "--url", url]) == 2

    assert "is not a web address" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (ANY_ADDRESS[0], "http://127.0.0.1:9000"),
        (ANY_ADDRESS[1], "http://127.0.0.1:9000"),
        ("::1", "http://[::1]:9000"),
        ("example.org", "http://example.org:9000"),
    ],
)
def test_the_default_is_where_the_settings_have_it(
    host: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOCLONE_HOST", host)
    monkeypatch.setenv("AUTOCLONE_PORT", "9000")

    assert default_url() == url


def test_watching_goes_with_the_table_only(capsys: Capture) -> None:
    assert main(["status", "--watch", "--format", "json"]) == 2

    assert "--format = json: does not go with --watch" in capsys.readouterr().err


async def test_a_watch_outlives_its_server() -> None:
    server, clock = FakeServer("orders"), VirtualClock(utc("2025-01-25T09:00"))
    async with server.asker() as asker:
        watch = Watch(asker, None, clock)

        await watch.look()
        fresh = rendered(watch.drawn(120))
        server.down = True
        await clock.advance(SECOND)
        await watch.look()
        stale = rendered(watch.drawn(120))
        server.down = False
        await watch.look()
        again = rendered(watch.drawn(120))

    assert "Stale" not in fresh
    assert "ramping_up (1/5)" in stale
    assert "Stale: last answer" in stale
    assert "no server answers there" in stale.replace("\n", " ")
    assert "Stale" not in again


async def test_a_watch_may_begin_before_its_server() -> None:
    server = FakeServer("orders")
    server.down = True
    async with server.asker() as asker:
        watch = Watch(asker, None, VirtualClock(utc("09:00")))
        await watch.look()

        assert "Stale: last answer never" in rendered(watch.drawn(120))


@pytest.mark.parametrize("terminal", [True, False])
async def test_a_watch_looks_again_each_second(terminal: bool) -> None:
    server, clock = FakeServer("orders"), VirtualClock(utc("09:00"))
    console = Console(file=io.StringIO(), width=120, force_terminal=terminal, color_system=None)
    async with server.asker() as asker:
        watching = asyncio.create_task(Watch(asker, None, clock).run(console))
        await clock.advance(SECOND)
        server.names = ("orders", "refunds")
        await clock.advance(SECOND)
        watching.cancel()
        await asyncio.wait((watching,))

    assert isinstance(console.file, io.StringIO)
    assert "refunds" in console.file.getvalue()
