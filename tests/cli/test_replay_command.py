"""`autoclone replay`, over answers of the API itself."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from autoclone.cli import main
from autoclone.cli.formats import Format
from autoclone.cli.replaying import Asked, show_replay
from autoclone.errors import InvalidInput
from autoclone.ports import Change
from cli_orders import Write
from replay_kit import PATH, looked_back

Capture = pytest.CaptureFixture[str]
FEWER = {"autoclone": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 1}}


@cache
def answered(other: bool = False, changed: bool = False) -> Mapping[str, Any]:
    """What a server answers."""

    async def ask() -> Mapping[str, Any]:
        async with looked_back() as (client, server, _):
            state = await server.store.get_state("orders")
            if changed and state is not None:
                await server.store.commit(1, [Change(replace(state, ramp_up_completed=False))])
            params = {"from": "2025-01-25T08:59:00"}
            asked = client.post(PATH, params=params, json=FEWER) if other else client.get(PATH, params=params)
            answer: Mapping[str, Any] = (await asked).json()
            return answer

    return asyncio.run(ask())


class Server:
    """Answers whatever it is asked, and remembers that."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.asked: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._respond)
        self._answer = answer

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, json=self._answer)


def show(server: Server, form: Format = Format.TABLE, **asked: object) -> int:
    return show_replay(
        replace(Asked("orders", url="http://127.0.0.1:8000"), **asked), form, transport=server.transport
    )


def test_a_table_shows_the_events_a_chart_and_the_verdict(capsys: Capture) -> None:
    assert show(Server(answered()), price=0.6) == 0

    out = capsys.readouterr().out
    assert "2025-01-25T09:00:00+00:00  ramp_up.started      -" in out
    assert "3 │" in out
    assert "all clones together: 12.0 clone-minutes, 0.12" in out
    assert "steps came to the very same events and state" in out


def test_json_has_the_answer_and_the_cost(capsys: Capture) -> None:
    assert show(Server(answered()), Format.JSON, price=0.6) == 0

    (answer,) = json.loads(capsys.readouterr().out)
    assert (answer["exact"], answer["cost"]) == (True, pytest.approx(0.12, abs=0.001))


def test_what_came_to_something_else_is_told_and_exits_with_1(capsys: Capture) -> None:
    assert show(Server(answered(changed=True))) == 1
    assert "not the same:\n  the state that is stored is" in capsys.readouterr().out


def test_where_nothing_is_recorded_it_says_so(capsys: Capture) -> None:
    empty = {**answered(), "recorded_from": None, "items": [], "steps": 0}
    assert show(Server(empty)) == 0
    assert "nothing is recorded of that time" in capsys.readouterr().out


def test_another_definition_is_sent_and_both_days_are_drawn(write: Write, capsys: Capture) -> None:
    server = Server(answered(other=True))
    assert show(server, other=write("other.json", FEWER), start="2025-01-25T08:59") == 0

    (request,) = server.asked
    assert (request.method, request.url.path) == ("POST", PATH)
    assert json.loads(request.content) == FEWER
    assert request.url.params["from"] == "2025-01-25T08:59:00"
    out = capsys.readouterr().out
    assert "it was: 12.0 clone-minutes" in out
    assert "it would have been: 5.0 clone-minutes" in out
    assert "2025-01-25T09:02:00+00:00  to  2025-01-25T09:05:00+00:00  3 -> 1" in out


def test_in_json_each_course_has_its_cost(write: Write, capsys: Capture) -> None:
    assert show(Server(answered(other=True)), Format.JSON, other=write("other.json", FEWER), price=0.6) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["other"]["cost"] == pytest.approx(0.05, abs=0.001)


def test_the_same_day_is_told_as_such(write: Write, capsys: Capture) -> None:
    same = {**answered(other=True), "differences": []}
    assert show(Server(same), other=write("other.json", FEWER)) == 0
    assert "it would have been the same" in capsys.readouterr().out


def test_what_is_wrong_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    server = Server(answered())
    with pytest.raises(InvalidInput, match=r"--price = -1: is no price\. Write 0 or more"):
        show(server, price=-1)
    with pytest.raises(InvalidInput, match=r"none\.json.*: cannot be read"):
        show(server, other=tmp_path / "none.json")
    with pytest.raises(InvalidInput, match="--from"):
        show(server, start="yesterday")
    assert server.asked == []


def test_a_server_that_is_not_there_is_told_in_a_line(capsys: Capture) -> None:
    assert main(["replay", "orders", "--url", "http://127.0.0.1:1"]) == 2
    assert "no server answers there" in capsys.readouterr().err
