"""Server-sent events: what is said, from where on, to how many, and how it ends."""

import json
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.streams.hub import Hub
from autoclone.core.events import EventType
from autoclone.errors import StoreError
from autoclone.ports import Standing
from fake_service import FakeService
from stream_kit import PATH, reading
from virtual_clock import VirtualClock

BEGINNING = (EventType.RAMP_UP_STARTED, EventType.CLONE_CREATED, EventType.CLONE_STARTED)
SECOND = timedelta(seconds=1)


async def test_what_happens_is_sent_as_the_list_has_it(
    app: FastAPI, client: AsyncClient, service: FakeService, hub: Hub, clock: VirtualClock
) -> None:
    service.add_events("before", *BEGINNING)
    async with reading(app) as reader:
        await clock.advance(SECOND)
        service.add_events("orders", *BEGINNING)
        hub.nudge()
        await clock.advance(SECOND)
        assert [(one.id, one.event) for one in reader.events] == [
            ("4", "ramp_up.started"),
            ("5", "clone.created"),
            ("6", "clone.started"),
        ]
        listed = (await client.get("/api/v1/events", params={"after": 3})).json()["items"]
        assert [json.dumps(one.data) for one in reader.events] == [json.dumps(one) for one in listed]


async def test_the_head_of_the_answer(app: FastAPI, clock: VirtualClock) -> None:
    async with reading(app) as reader:
        await clock.settle()
        assert reader.status == 200
        assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert reader.headers["cache-control"] == "no-store"
        assert reader.headers["x-accel-buffering"] == "no"
        assert "content-security-policy" in reader.headers


async def test_a_reader_who_has_seen_nothing_can_come_back_too(
    app: FastAPI, service: FakeService, clock: VirtualClock
) -> None:
    """A browser remembers the id that the stream begins with, though no event came with it."""
    service.add_events("orders", *BEGINNING)
    async with reading(app) as reader:
        await clock.settle()
        (opening,) = reader.told
    assert (opening.id, opening.event, opening.data) == ("3", None, None)
    assert 1000 <= int(opening.retry or "") <= 10_000


async def test_readers_do_not_all_come_back_at_once(app: FastAPI, clock: VirtualClock) -> None:
    async with reading(app) as one, reading(app) as other:
        await clock.settle()
        assert one.told[0].retry != other.told[0].retry


@pytest.mark.parametrize(("headers", "query"), [({"last_event_id": "2"}, ""), ({}, "last_event_id=2")])
async def test_it_goes_on_after_the_last_event(
    app: FastAPI, service: FakeService, clock: VirtualClock, headers: dict[str, str], query: str
) -> None:
    service.add_events("orders", *BEGINNING, *BEGINNING)
    async with reading(app, query, **headers) as reader:
        await clock.advance(SECOND)
        service.add_events("orders", *BEGINNING)
        await clock.advance(2 * SECOND)
        assert reader.positions == [3, 4, 5, 6, 7, 8, 9]


async def test_the_header_comes_before_the_parameter(
    app: FastAPI, service: FakeService, clock: VirtualClock
) -> None:
    """A browser that connects again sends the header, to the address that it first connected to."""
    service.add_events("orders", *BEGINNING)
    async with reading(app, "last_event_id=0", last_event_id="2") as reader:
        await clock.advance(SECOND)
        assert reader.positions == [3]


async def test_an_empty_header_says_nothing(app: FastAPI, service: FakeService, clock: VirtualClock) -> None:
    service.add_events("orders", *BEGINNING)
    async with reading(app, last_event_id="") as reader:
        await clock.advance(SECOND)
        assert (reader.status, reader.positions) == (200, [])


async def test_nought_begins_with_the_first_event(
    app: FastAPI, service: FakeService, clock: VirtualClock
) -> None:
    for _ in range(200):
        service.add_events("orders", *BEGINNING)
    async with reading(app, "last_event_id=0") as reader:
        await clock.advance(SECOND)
        assert reader.positions == list(range(1, 601))


async def test_only_what_is_wanted(app: FastAPI, service: FakeService, clock: VirtualClock) -> None:
    query = "parent=orders&type=clone.created&type=clone.started&last_event_id=0"
    service.add_events("orders", *BEGINNING)
    async with reading(app, query) as reader:
        await clock.advance(SECOND)
        service.add_events("other", *BEGINNING)
        service.add_events("orders", *BEGINNING)
        await clock.advance(2 * SECOND)
        assert reader.positions == [2, 3, 8, 9]


async def test_what_was_removed_is_told_of(app: FastAPI, service: FakeService, clock: VirtualClock) -> None:
    service.add_events("orders", *BEGINNING, *BEGINNING)
    del service.journal[2:4]
    service.removed = 4
    async with reading(app, last_event_id="1") as reader:
        await clock.advance(SECOND)
        gap, *_ = reader.events
        assert (gap.event, gap.id, gap.data["after"], gap.data["position"]) == ("gap", "1", 1, 1)
        assert reader.positions == [2, 5, 6]
    async with reading(app, last_event_id="4") as reader:
        await clock.advance(SECOND)
        assert [one.event for one in reader.events] == ["clone.created", "clone.started"]


async def test_another_journal_is_told_of(app: FastAPI, service: FakeService, clock: VirtualClock) -> None:
    """As where a server with a store in memory was started anew."""
    service.add_events("orders", *BEGINNING)
    async with reading(app, last_event_id="500") as reader:
        await clock.advance(SECOND)
        (gap,) = reader.events
        assert (gap.event, gap.id, gap.data["after"], gap.data["position"]) == ("gap", "3", 500, 3)


@pytest.mark.parametrize(
    ("query", "headers", "field", "remedy"),
    [
        ("", {"last_event_id": "x"}, "Last-Event-ID", "Write the `position` of an event, or 0"),
        ("last_event_id=-1", {}, "last_event_id", "Write the `position` of an event, or 0"),
        ("type=clone.create", {}, "type[0]", "Did you mean clone.created?"),
        ("partent=orders", {}, "partent", "Did you mean parent?"),
    ],
)
async def test_what_is_wrong_is_told(
    client: AsyncClient, query: str, headers: dict[str, str], field: str, remedy: str
) -> None:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await client.get(f"{PATH}?{query}", headers=sent)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["remedy"]) == (field, remedy)


async def test_no_more_streams_than_allowed(app: FastAPI, client: AsyncClient, clock: VirtualClock) -> None:
    async with reading(app), reading(app), reading(app) as last:
        await clock.settle()
        answer = await client.get(PATH)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["type"] == "urn:autoclone:problem:too-many-streams"
        assert answer.json()["max_streams"] == 3
        last.hang_up()
        await clock.settle()
        async with reading(app) as next_one:
            await clock.settle()
            assert next_one.status == 200


async def test_a_store_that_fails_opens_no_stream(
    client: AsyncClient, service: FakeService, hub: Hub
) -> None:
    service.failure = StoreError("It is away.")
    answer = await client.get(PATH)
    assert answer.json()["type"] == "urn:autoclone:problem:unavailable"
    assert len(hub) == 0


async def test_head_has_the_head_and_no_stream(app: FastAPI, hub: Hub, clock: VirtualClock) -> None:
    async with reading(app, method="HEAD") as reader:
        await clock.settle()
        assert (reader.status, reader.text, reader.ended) == (200, "", True)
        assert len(hub) == 0


async def test_a_server_that_stops_ends_its_streams_at_once(
    app: FastAPI, client: AsyncClient, hub: Hub, clock: VirtualClock
) -> None:
    async with reading(app) as reader:
        await clock.settle()
        hub.stop()
        await clock.settle()
        assert reader.ended
        assert (reader.events[-1].event, reader.events[-1].data["reason"]) == ("cut", "stopping")
        assert reader.events[-1].id is None
        assert (await client.get(PATH)).status_code == 503


async def test_readers_are_told_what_the_server_is_and_becomes(
    app: FastAPI, hub: Hub, clock: VirtualClock
) -> None:
    hub.tell(Standing("default_primary", 3, "unavailable", "http://one:8000"))
    async with reading(app) as reader:
        await clock.advance(SECOND)
        hub.tell(Standing("primary", 3, "connected", "http://one:8000"))
        hub.tell(Standing("secondary", 4, "connected", "http://two:8000"))
        await clock.advance(SECOND)
        assert [(one.event, one.id) for one in reader.events] == [("server", None)] * 2
        assert [one.data for one in reader.events] == [
            {"role": "primary", "epoch": 3, "primary": "http://one:8000"},
            {"role": "secondary", "epoch": 4, "primary": "http://two:8000"},
        ]
