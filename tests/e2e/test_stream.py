"""A reader of real servers that die and stop: whatever happens, it sees exactly the journal."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cluster.ports import free_ports
from postgres_kit import Postgres
from serve_kit import Served, serving
from stream_kit import AGAIN_SECONDS, PATH, Follower, following, journal
from trio import trio
from zookeeper_kit import Ensemble

CLONES = 30
WITHIN_SECONDS = 60.0


def document(count: int = CLONES) -> dict[str, Any]:
    """A DAG that is within its window."""
    opens, closes = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-2, 2))
    window = {"ramp_up_time": f"{opens:%H%M}", "ramp_down_time": f"{closes:%H%M}"}
    return {"name": "orders", "autoclone": {**window, "timezone": "UTC", "ramp_count": count}}


async def post(url: str, body: dict[str, Any]) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        (await client.post("/api/v1/dags", json=body)).raise_for_status()


async def until(come_true: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            if come_true():
                return
            await asyncio.sleep(AGAIN_SECONDS)


def completed(follower: Follower) -> bool:
    return any(one["type"] == "ramp_up.completed" for one in follower.events)


async def test_kills_and_restarts_cost_no_event_and_double_none(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with serving(tmp_path) as serve:

        async def started() -> Served:
            store = f"sqlite:///{tmp_path}/store.db"
            server = serve(store=store, port=str(port), ramp_interval="100ms", log_level="info")
            await asyncio.to_thread(server.serves)
            return server

        server = await started()
        async with following(url) as follower:
            await post(url, document())
            for kills in (1, 2):
                await until(lambda seen=20 * kills: len(follower.events) >= seen)
                server.process.kill()
                server.process.wait()
                server = await started()
            server.process.terminate()
            assert await asyncio.to_thread(server.ends) == 0
            server = await started()
            await until(lambda: completed(follower))
            assert follower.events == await journal(url)
            assert follower.connected == 4
            assert [one.data["reason"] for one in follower.other if one.event == "cut"] == ["stopping"]
            assert [one.data["epoch"] for one in follower.other if one.event == "server"] == [1, 2, 3, 4]


async def test_streams_do_not_hold_up_the_end_of_a_server(tmp_path: Path) -> None:
    with serving(tmp_path) as serve:
        server = serve(store="memory:", drain_timeout="10s")
        url = await asyncio.to_thread(server.serves)
        async with httpx.AsyncClient(base_url=url) as client, client.stream("GET", PATH) as answer:
            assert answer.status_code == 200
            began = asyncio.get_running_loop().time()
            server.process.terminate()
            text = "".join([part async for part in answer.aiter_text()])
            assert asyncio.get_running_loop().time() - began < 1
            assert '"reason":"stopping"' in text
        assert await asyncio.to_thread(server.ends) == 0
        assert "graceful shutdown" not in server.log


@pytest.mark.parametrize("fault", ["kill", "stop"])
async def test_a_failover_costs_no_event_and_doubles_none(
    tmp_path: Path, zookeepers: Ensemble, postgres: Postgres, fault: str
) -> None:
    """One reader is on the primary and goes from there to another server; the other stays on a secondary."""
    async with trio(tmp_path, zookeepers, postgres) as three:
        await three.start()
        first = await three.primary()
        others = [one for one in three.servers if one is not first]
        async with (
            following(first.url, *(one.url for one in others)) as moving,
            following(others[0].url) as staying,
        ):
            (await first.put("/api/v1/dags/orders", document(8))).raise_for_status()
            await until(lambda: len(moving.events) >= 6)
            if fault == "kill":
                first.kill()
            else:
                assert await asyncio.to_thread(first.stop)
            await until(lambda: completed(moving) and completed(staying))
            assert await three.primary() is not first
            told = await journal(others[0].url)
            assert moving.events == told
            assert staying.events == told
            assert {one["epoch"] for one in told} == {1, 2}
            assert (moving.connected > 1, staying.connected) == (True, 1)
            known = [one.data for one in staying.other if one.event == "server"]
            assert (known[0]["epoch"], known[0]["primary"]) == (1, first.url)
            assert (known[-1]["epoch"], known[-1]["primary"]) == (2, (await three.primary()).url)
