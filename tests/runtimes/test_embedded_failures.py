"""What fails in one DAG, and that it stays there: skips, restarts, faults of our own."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.runtimes.nodes.base import Record
from autoclone.runtimes.nodes.log import LogSink
from runtime_kit import SECOND, chain, node, world

TICK = node("tick", "interval", every="1s")
PASS = node("pass", "filter", field="sequence", op="exists")
LOG = node("log", "log")
HOUR = timedelta(hours=1)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let every `log` node raise, until this is undone."""

    async def breaks(_: LogSink, __: Record) -> None:
        raise ConnectionError("it broke")

    monkeypatch.setattr(LogSink, "process", breaks)
    return monkeypatch


@pytest.mark.usefixtures("broken")
async def test_records_that_raise_are_counted_and_skipped(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, LOG))
        await at.clock.advance(4 * SECOND)
        one = await at.node("log")
        assert (one.status, one.received, one.emitted, one.errors) == ("running", 5, 0, 5)
        assert one.last_error == "ConnectionError: it broke"
        assert await at.status() is RunStatus.RUNNING


@pytest.mark.usefixtures("broken")
async def test_a_failed_node_is_restarted_with_growing_waits_and_then_fails_its_dag_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="autoclone.runtime")
    frail = {**LOG, "on_error": "fail", "restart": {"limit": 2, "backoff": "10s", "cap": "15s"}}
    async with world(tmp_path) as at:
        await at.run(chain(TICK, PASS), "other")
        await at.run(chain(TICK, frail))
        seen = []
        for _ in range(30):
            one = await at.node("log")
            seen.append((one.status, one.restarts))
            await at.clock.advance(SECOND)
        assert list(dict.fromkeys(seen)) == [("restarting", 0), ("restarting", 1), ("failed", 2)]
        assert [seen.count(one) for one in dict.fromkeys(seen)] == [10, 15, 5]
        assert await at.status() is RunStatus.FAILED
        assert await at.status("other") is RunStatus.RUNNING
        assert (await at.node("pass", "other")).received == 31
        assert caplog.messages[-1] == "orders/log failed for good: ConnectionError: it broke"


async def test_a_node_that_may_not_restart_fails_at_once_and_can_be_started_anew(
    tmp_path: Path, broken: pytest.MonkeyPatch
) -> None:
    frail = {**LOG, "on_error": "fail", "restart": "never"}
    async with world(tmp_path) as at:
        await at.run(chain(TICK, frail))
        assert await at.status() is RunStatus.FAILED
        broken.undo()
        await at.runtime.start("orders", 1)
        await at.clock.advance(SECOND)
        assert await at.status() is RunStatus.RUNNING
        assert (await at.node("log")).emitted == 2


@pytest.mark.usefixtures("broken")
async def test_the_rest_of_a_failed_dag_drains(tmp_path: Path) -> None:
    nodes = [TICK, {**LOG, "on_error": "fail", "restart": "never"}, node("out", "jsonl", path="out.jsonl")]
    async with world(tmp_path) as at:
        await at.run({"nodes": nodes, "edges": [["tick", "log"], ["tick", "out"]]})
        await at.until_status(RunStatus.FAILED)
        assert len(at.lines("out.jsonl")) == 1


async def test_a_fault_of_the_runtime_itself_fails_one_dag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(_: object) -> None:
        raise RuntimeError("a bug")

    async with world(tmp_path) as at:
        await at.run(chain(TICK, LOG), "other")
        monkeypatch.setattr("autoclone.runtimes.flow.Flow.run", breaks)
        await at.run(chain(TICK, LOG))
        monkeypatch.undo()
        assert await at.status() is RunStatus.FAILED
        assert await at.status("other") is RunStatus.RUNNING
        assert "a bug" in caplog.text
        held = at.runtime._held["orders"].runner
        assert held is not None
        assert held._flow is not None
        held._flow.close()
