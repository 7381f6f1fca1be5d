"""The sinks: `jsonl`, `log` and `http`."""

import gzip
import json
import logging
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from autoclone.core.inputs import RunStatus
from autoclone.ports import JsonObject
from runtime_kit import SECOND, chain, node, world

TICK = node("tick", "interval", every="1s", record={"x": 1})


def ticks(count: int, *rest: JsonObject) -> JsonObject:
    return chain(node("tick", "interval", every="1s", count=count), *rest)


async def test_jsonl_writes_in_batches_and_at_the_latest_after_a_while(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        sink = node("out", "jsonl", path="deep/{node}/{dag}.jsonl", flush_every="10s")
        await at.run(chain(TICK, sink))
        await at.clock.advance(9.5 * SECOND)
        one = await at.node("out")
        assert (one.received, one.emitted) == (10, 0)
        await at.clock.advance(SECOND)
        await at.until("out", lambda one: one.emitted >= 10)
        assert len(at.lines("deep/out/orders.jsonl")) >= 10


async def test_a_full_batch_is_written_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, node("out", "jsonl", path="out.jsonl", batch=2, flush_every="1h")))
        await at.clock.advance(SECOND)
        await at.until("out", lambda one: one.emitted == 2)
        assert len(at.lines("out.jsonl")) == 2


async def test_a_dag_and_its_clones_share_a_file_or_have_their_own(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        paths = ("all.jsonl", "{parent}.jsonl", "{dag}.jsonl.gz")
        sinks = [node(f"out{index}", "jsonl", path=path) for index, path in enumerate(paths)]
        document = {"nodes": [node("t", "interval", count=1), *sinks], "edges": []}
        document["edges"] = [["t", one["id"]] for one in sinks]
        for name, parent in (("orders", None), ("orders_1", "orders")):
            await at.run(document, name, parent)
        await at.clock.advance(2 * SECOND)
        for name in ("orders", "orders_1"):
            await at.until_status(RunStatus.COMPLETED, name)
        assert len(at.lines("all.jsonl")) == len(at.lines("orders.jsonl")) == 2
        with gzip.open(tmp_path / "orders_1.jsonl.gz") as packed:
            assert json.loads(packed.read())["sequence"] == 1


async def test_what_could_not_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where a folder is needed")
    async with world(tmp_path) as at:
        await at.run(chain(TICK, node("out", "jsonl", path="out/x.jsonl", flush_every="2s")))
        await at.clock.advance(2 * SECOND)
        await at.until("out", lambda one: one.errors == 1)
        (tmp_path / "out").unlink()
        await at.clock.advance(2 * SECOND)
        await at.until("out", lambda one: one.emitted >= 4)
        assert [json.loads(line)["sequence"] for line in at.lines("out/x.jsonl")][:4] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("path", "words"),
    [("{dga}.jsonl", "{dag}"), ("out.jsonl.gz", "Put {dag}"), ("package:json/a.jsonl", "not written to")],
)
async def test_jsonl_refuses_paths_that_cannot_work(tmp_path: Path, path: str, words: str) -> None:
    async with world(tmp_path) as at:
        faults = at.refused(chain(TICK, node("out", "jsonl", path=path)))
        assert len(faults) == 1
        assert "node 'out'" in faults[0]
        assert words in faults[0]


async def test_log_writes_one_record_in_so_many(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="autoclone.nodes")
    async with world(tmp_path) as at:
        await at.run(chain(TICK, node("out", "log", every=3)))
        await at.clock.advance(6 * SECOND)
        lines = [one.getMessage() for one in caplog.records if one.name == "autoclone.nodes"]
        assert [json.loads(line.removeprefix("orders/out: "))["sequence"] for line in lines] == [1, 4, 7]
        assert (await at.node("out")).emitted == 3


class Server:
    """Answers in turn as told, the last answer for ever, and keeps the bodies."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.bodies: list[object] = []
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.bodies.append(json.loads(request.content))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers)


def http(**params: object) -> JsonObject:
    return ticks(1, node("out", "http", url="http://example.test/in", **params))


async def test_http_sends_each_record(tmp_path: Path) -> None:
    server = Server(httpx.Response(204))
    async with world(tmp_path, server.transport) as at:
        await at.run(http(method="PUT", headers={"Authorization": "Bearer x"}))
        await at.until("out", lambda one: one.emitted == 1)
        assert server.requests[0].method == "PUT"
        assert server.requests[0].headers["Authorization"] == "Bearer x"
        assert server.requests[0].headers["Content-Type"] == "application/json"
        assert server.bodies == [{"sequence": 1, "at": "2025-01-25T08:00:00+00:00"}]


@pytest.mark.parametrize(
    "failure",
    [httpx.Response(503), httpx.Response(429), httpx.ConnectError("refused"), httpx.ReadTimeout("")],
)
async def test_http_tries_again_what_may_pass(tmp_path: Path, failure: httpx.Response | Exception) -> None:
    server = Server(failure, failure, httpx.Response(200))
    async with world(tmp_path, server.transport) as at:
        await at.run(http(backoff="1s"))
        await at.until("out", lambda _: len(server.bodies) == 1)
        await at.clock.advance(0.9 * SECOND)
        assert len(server.bodies) == 1
        await at.clock.advance(3 * SECOND)
        await at.until("out", lambda one: one.emitted == 1)
        assert len(server.bodies) == 3
        assert (await at.node("out")).errors == 0


async def test_http_waits_as_long_as_the_server_asks(tmp_path: Path) -> None:
    server = Server(httpx.Response(503, headers={"Retry-After": "20"}), httpx.Response(200))
    async with world(tmp_path, server.transport) as at:
        await at.run(http())
        await at.until("out", lambda _: len(server.bodies) == 1)
        await at.clock.advance(19 * SECOND)
        assert len(server.bodies) == 1
        await at.clock.advance(1.5 * SECOND)
        await at.until("out", lambda one: one.emitted == 1)


async def test_http_gives_up_after_so_many_attempts(tmp_path: Path) -> None:
    server = Server(httpx.Response(500))
    async with world(tmp_path, server.transport) as at:
        await at.run(http(attempts=3))
        await at.until("out", lambda _: len(server.bodies) == 1)
        await at.clock.advance(timedelta(minutes=1))
        await at.until_status(RunStatus.COMPLETED)
        assert len(server.bodies) == 3
        assert "500" in ((await at.node("out")).last_error or "")


async def test_http_does_not_repeat_what_the_server_refuses(tmp_path: Path) -> None:
    server = Server(httpx.Response(400))
    async with world(tmp_path, server.transport) as at:
        await at.run(http())
        await at.until("out", lambda one: one.errors == 1)
        assert len(server.bodies) == 1
