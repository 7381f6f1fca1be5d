"""`autoclone events tail`: the journal of a server, once or as it grows."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from autoclone.cli import main
from autoclone.cli.formats import Format
from autoclone.cli.tailing import Wanted, tail
from autoclone.errors import InvalidInput, Transient
from virtual_clock import VirtualClock
from worlds import utc

Capture = pytest.CaptureFixture[str]

URL = "http://127.0.0.1:8000"


def event(position: int, parent: str = "orders", kind: str = "clone.created") -> dict[str, Any]:
    clone = f"{parent}_20250125090000"
    return {
        "name": clone,
        "position": position,
        "at": "2025-01-25T09:00:00-05:00",
        "type": kind,
        "parent": parent,
        "clone": clone if kind.startswith("clone.") else None,
        "status": "ramping_up (1/5)",
        "message": "no\nroom" if kind.endswith("failed") else None,
    }


class Journal:
    """Answers `GET /events` as a server does; each page after the first that is followed is scripted."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events = list(events)
        self.later: list[dict[str, Any] | Exception] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if "after" in query:
            if not self.later:
                raise KeyboardInterrupt
            then = self.later.pop(0)
            if isinstance(then, Exception):
                raise then
            self.events.append(then)
        found = [one for one in self.events if one["position"] > int(query.get("after", 0))]
        found = [one for one in found if query.get("parent") in (None, one["parent"])]
        found = [one for one in found if one["type"] in query.get_list("type") or not query.get_list("type")]
        if query.get("order") == "desc":
            found.reverse()
        return httpx.Response(200, json={"items": found[: int(query["limit"])], "next": None})


def lines(
    journal: Journal,
    capsys: Capture,
    form: Format = Format.TABLE,
    **wanted: Any,  # noqa: ANN401 - the fields of Wanted
) -> list[str]:
    clock = VirtualClock(utc("09:00"))
    clock.sleep = _no_wait  # type: ignore[method-assign] # nothing else runs in this loop
    transport = httpx.MockTransport(journal)
    assert tail(Wanted(**wanted), URL, form, topic=False, clock=clock, transport=transport) == 0
    return capsys.readouterr().out.splitlines()


async def _no_wait(delay: timedelta) -> None:
    pass


def test_the_last_events_are_shown_oldest_first(capsys: Capture) -> None:
    journal = Journal(event(1), event(2, kind="clone.create_failed"), event(3, kind="ramp_up.completed"))
    assert lines(journal, capsys, last=2) == [
        "2025-01-25T09:00:00-05:00  clone.create_failed  orders_20250125090000  ramping_up (1/5)  no room",
        "2025-01-25T09:00:00-05:00  ramp_up.completed    orders  ramping_up (1/5)",
    ]


def test_one_dag_or_some_types_can_be_asked_for(capsys: Capture) -> None:
    journal = Journal(event(1, "a"), event(2, "b"), event(3, "a", "ramp_up.completed"))
    shown = lines(journal, capsys, Format.JSONL, parent="a", types=("clone.created",))
    assert [json.loads(line)["position"] for line in shown] == [1]


def test_what_comes_is_followed_and_nothing_comes_twice(capsys: Capture) -> None:
    journal = Journal(event(1), event(2))
    journal.later = [event(3), event(4)]
    shown = lines(journal, capsys, Format.JSONL, follow=True, last=1)
    assert [json.loads(line)["position"] for line in shown] == [2, 3, 4]


def test_only_what_comes_can_be_asked_for(capsys: Capture) -> None:
    journal = Journal(event(1), event(2))
    journal.later = [event(3)]
    shown = lines(journal, capsys, Format.JSONL, follow=True, last=0)
    assert [json.loads(line)["position"] for line in shown] == [3]


def test_a_server_that_is_away_for_a_while_is_waited_for(capsys: Capture) -> None:
    journal = Journal(event(1))
    journal.later = [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), event(2)]
    shown = lines(journal, capsys, Format.JSONL, follow=True)
    assert [json.loads(line)["position"] for line in shown] == [1, 2]


def test_a_server_that_never_answered_is_an_error() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(InvalidInput, match="no server answers there"):
        tail(Wanted(), URL, Format.TABLE, topic=False, transport=httpx.MockTransport(refuse))


def test_a_server_that_fails_is_an_error() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(503, json={"detail": "busy"}))
    with pytest.raises(Transient, match="busy"):
        tail(Wanted(follow=True), URL, Format.TABLE, topic=False, transport=transport)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--format", "json"], "--format = json: is one array, which never ends here. Choose jsonl"),
        (["--topic"], "AUTOCLONE_KAFKA_BOOTSTRAP: no brokers are named. Write them as in"),
        (["--last", "-1"], "--last"),
    ],
)
def test_mistakes_are_told_in_one_line(args: list[str], said: str, capsys: Capture) -> None:
    assert main(["events", "tail", *args]) == 2
    assert said in capsys.readouterr().err
