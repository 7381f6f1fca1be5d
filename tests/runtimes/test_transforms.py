"""The transforms: `python`, `filter` and `aggregate`."""

import json
from pathlib import Path

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.ports import JsonObject
from runtime_kit import SECOND, World, chain, node, world

Records = list[JsonObject]


async def through(at: World, records: Records, *transforms: JsonObject) -> Records:
    """Return what comes out where `records` go in."""
    (at.folder / "in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    (at.folder / "out.jsonl").write_text("")
    source, sink = node("in", "file", path="in.jsonl"), node("out", "jsonl", path="out.jsonl")
    await at.completes(chain(source, *transforms, sink))
    return [json.loads(line) for line in at.lines("out.jsonl")]


def python(function: str, **params: object) -> JsonObject:
    return node("call", "python", callable=f"runtime_functions:{function}", **params)


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        ("add_one", [{"n": 1}], [{"n": 2}]),
        ("thread_name", [{}], [{"main": False}]),
        ("twice", [{"n": 1}], [{"n": 1}, {"n": 1}]),
        ("each_letter", [{"text": "ab"}], [{"letter": "a"}, {"letter": "b"}]),
        ("each_letter_async", [{"text": "ab"}], [{"letter": "a"}, {"letter": "b"}]),
        ("drop", [{"n": 1}], []),
    ],
)
async def test_python_passes_on_what_the_function_returns(
    tmp_path: Path, function: str, given: Records, expected: Records
) -> None:
    async with world(tmp_path) as at:
        assert await through(at, given, python(function)) == expected


async def test_python_gives_the_function_its_arguments(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        assert await through(at, [{"m": 4}], python("add_one", arguments={"field": "m"})) == [{"m": 5}]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("raises_on_even", "ValueError: 2 is even"),
        ("a_number", "must return records"),
        ("leaves", "sys.exit"),
    ],
)
async def test_python_counts_what_the_function_raises(tmp_path: Path, function: str, words: str) -> None:
    async with world(tmp_path) as at:
        await through(at, [{"n": 2}], python(function))
        call = await at.node("call")
        assert (call.received, call.emitted, call.errors) == (1, 0, 1)
        assert words in (call.last_error or "")


async def test_python_gives_up_a_call_that_takes_too_long(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        assert await through(at, [{"n": 1}], python("never", timeout="1ms")) == []
        assert "took longer than" in ((await at.node("call")).last_error or "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("os:remove", ("'os' is not allowed", "runtime_functions", "allowed_modules")),
        ("runtime_functions_2:f", ("is not allowed",)),
        ("runtime_functions.inner:f", ("cannot be imported",)),
        ("runtime_functions:ad_one", ("has no 'ad_one'", "Did you mean 'add_one'?")),
        ("runtime_functions:NOT_CALLABLE", ("cannot be called",)),
        ("runtime_functions", ("nodes[1].params.callable", "`module:function`")),
    ],
)
async def test_python_refuses_what_it_may_not_or_cannot_call(
    tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    async with world(tmp_path) as at:
        faults = at.refused(chain(node("t", "interval"), node("call", "python", callable=name)))
        assert len(faults) == 1
        assert all(word in faults[0] for word in words), faults[0]


NUMBERS: Records = [{"n": 1, "in": {"x": "a"}}, {"n": 2}, {"n": None}, {}]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"field": "n", "op": "gt", "value": 1}, [1]),
        ({"field": "n", "op": "ne", "value": 1}, [1]),
        ({"field": "n", "op": "in", "value": [1, 5]}, [0]),
        ({"field": "in.x", "op": "contains", "value": "a"}, [0]),
        ({"field": "n", "op": "exists"}, [0, 1]),
        ({"field": "n", "op": "exists", "value": False}, [2, 3]),
    ],
)
async def test_filter(tmp_path: Path, params: JsonObject, expected: list[int]) -> None:
    async with world(tmp_path) as at:
        kept = await through(at, NUMBERS, node("pick", "filter", **params))
        assert kept == [NUMBERS[index] for index in expected]


async def test_filter_counts_what_cannot_be_compared(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        kept = await through(at, [{"n": "x"}, {"n": 2}], node("pick", "filter", field="n", op="gt", value=1))
        assert kept == [{"n": 2}]
        assert (await at.node("pick")).errors == 1


SALES: Records = [
    {"shop": "a", "price": 2},
    {"shop": "b", "price": 5},
    {"shop": "a", "price": 4},
    {"shop": "a", "price": None},
]
METRICS = {
    "sales": {"op": "count"},
    "total": {"op": "sum", "field": "price"},
    "least": {"op": "min", "field": "price"},
    "most": {"op": "max", "field": "price"},
    "mean": {"op": "avg", "field": "price"},
}


async def test_aggregate_sums_up_by_group(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        rows = await through(at, SALES, node("sum", "aggregate", group_by="shop", metrics=METRICS))
        assert rows == [
            {"shop": "a", "sales": 3, "total": 6, "least": 2, "most": 4, "mean": 3.0},
            {"shop": "b", "sales": 1, "total": 5, "least": 5, "most": 5, "mean": 5.0},
        ]


@pytest.mark.parametrize(("running", "totals"), [(False, [3, 1]), (True, [3, 4])])
async def test_aggregate_every_so_many(tmp_path: Path, running: bool, totals: list[int]) -> None:
    async with world(tmp_path) as at:
        params = {"metrics": {"n": {"op": "count"}}, "every": 3, "running": running}
        rows = await through(at, SALES, node("sum", "aggregate", **params))
        assert [row["n"] for row in rows] == totals


async def test_aggregate_every_so_often(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        counting = node("sum", "aggregate", metrics={"n": {"op": "count"}}, interval="10s")
        await at.run(chain(node("tick", "interval", every="1s"), counting, node("log", "log")))
        await at.clock.advance(25 * SECOND)
        one = await at.node("sum")
        assert (one.received, one.emitted) == (26, 2)


async def test_aggregate_bounds_its_groups(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        params = {"group_by": ["shop"], "metrics": {"n": {"op": "count"}}, "max_groups": 1}
        rows = await through(at, SALES, node("sum", "aggregate", **params))
        assert rows == [{"shop": "a", "n": 3}]
        assert "max_groups" in ((await at.node("sum")).last_error or "")


@pytest.mark.parametrize(
    "params",
    [
        {"metrics": {}},
        {"metrics": {"n": {"op": "sum"}}},
        {"metrics": {"n": {"op": "count"}}, "group_by": ["n"]},
        {"metrics": {"n": {"op": "count"}}, "every": 1, "interval": "1s"},
    ],
)
async def test_aggregate_refuses_what_makes_no_sense(tmp_path: Path, params: JsonObject) -> None:
    async with world(tmp_path) as at:
        faults = at.refused(chain(node("t", "interval"), node("sum", "aggregate", **params)))
        assert len(faults) == 1
        assert "nodes[1].params" in faults[0]


async def test_branches_do_not_see_each_others_changes(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"n": 1}\n')
    async with world(tmp_path) as at:
        nodes = [
            node("in", "file", path="in.jsonl"),
            python("nest"),
            node("plain", "jsonl", path="plain.jsonl"),
            node("marked", "jsonl", path="marked.jsonl"),
        ]
        edges = [["in", "call"], ["in", "plain"], ["call", "marked"]]
        await at.completes({"nodes": nodes, "edges": edges})
        assert at.lines("plain.jsonl") == ['{"n":1}']
        assert at.lines("marked.jsonl") == ['{"n":1,"mark":true}']
        assert await at.status() is RunStatus.COMPLETED
