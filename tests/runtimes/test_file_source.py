"""The `file` source: formats, faults in files, pace, loops, packages."""

import gzip
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.ports import JsonObject
from runtime_kit import SECOND, World, chain, node, world


def copy(path: str, **params: object) -> JsonObject:
    return chain(node("in", "file", path=path, **params), node("out", "jsonl", path="out.jsonl"))


def written(at: World) -> list[object]:
    return [json.loads(line) for line in at.lines("out.jsonl")]


async def test_jsonl(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"n": 1}\n\n{"n": "é"}\n{"n": null}')
    async with world(tmp_path) as at:
        await at.completes(copy("in.jsonl"))
        assert written(at) == [{"n": 1}, {"n": "é"}, {"n": None}]
        assert (await at.node("in")).emitted == 3


async def test_csv_with_types_and_nulls(tmp_path: Path) -> None:
    rows = '\ufeffcode,n,x,late,text\n007,1,1.5,yes,"a, b\nc"\n008,NA,,0,\n'
    (tmp_path / "in.csv").write_text(rows, encoding="utf-8")
    async with world(tmp_path) as at:
        types = {"n": "int", "x": "float", "late": "bool"}
        await at.completes(copy("in.csv", types=types, nulls=["", "NA"]))
        assert written(at) == [
            {"code": "007", "n": 1, "x": 1.5, "late": True, "text": "a, b\nc"},
            {"code": "008", "n": None, "x": None, "late": False, "text": None},
        ]


async def test_a_gzip_and_a_zip_are_unpacked(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "in.csv.gz", "wt") as packed:
        packed.write("a\n1\n")
    with zipfile.ZipFile(tmp_path / "in.tsv.zip", "w") as archive:
        archive.writestr("whatever.tsv", "a\tb\n1\t2\n")
    async with world(tmp_path) as at:
        await at.completes(copy("in.csv.gz"))
        await at.completes(copy("in.tsv.zip"), "other")
        assert written(at) == [{"a": "1"}, {"a": "1", "b": "2"}]


async def test_bad_lines_are_counted_and_cost_no_others(tmp_path: Path) -> None:
    lines = [b'{"n": 1}', b"{broken", b"[1]", b'{"n": "\xff"}', b'{"n": 2}']
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "in.csv").write_bytes(b"a,b\n1,2\n3\n\xff,4\n5,x\n6,7\n")
    async with world(tmp_path) as at:
        await at.completes(copy("in.jsonl"))
        await at.completes(copy("in.csv", types={"b": "int"}), "other")
        assert written(at) == [{"n": 1}, {"n": 2}, {"a": "1", "b": 2}, {"a": "6", "b": 7}]
        assert (await at.node("in")).errors == 3
        other = await at.node("in", "other")
        assert other.errors == 3
        assert other.last_error is not None
        assert "line 5" in other.last_error


async def test_a_file_of_a_package_is_read_without_importing_it(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        document = copy("package:import_bomb/data/in.csv")
        (tmp_path / "import_bomb" / "data").mkdir(parents=True)
        (tmp_path / "import_bomb" / "__init__.py").write_text("raise RuntimeError('imported')")
        (tmp_path / "import_bomb" / "data" / "in.csv").write_text("a\n1\n")
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(tmp_path))
            await at.completes(document)
        assert written(at) == [{"a": "1"}]


async def test_the_rate_is_kept_without_drift(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"n": 1}\n' * 100)
    async with world(tmp_path) as at:
        await at.run(copy("in.jsonl", rate=4))
        await at.until("in", lambda one: one.emitted == 1)
        await at.clock.advance(timedelta(seconds=10.1))
        one = await at.node("in")
        assert one.emitted == 41
        assert one.rate_out == pytest.approx(4, abs=0.3)


async def test_a_loop_begins_again(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"n": 1}\n{"n": 2}\n')
    async with world(tmp_path) as at:
        await at.run(copy("in.jsonl", loop=True, rate=1_000))
        while (await at.node("in")).emitted < 5:
            await at.clock.advance(SECOND / 1000)
        assert await at.status() is RunStatus.RUNNING
        await at.runtime.stop("orders", 1)
        assert written(at)[:5] == [{"n": 1}, {"n": 2}, {"n": 1}, {"n": 2}, {"n": 1}]


async def test_a_loop_over_nothing_ends(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("\n")
    async with world(tmp_path) as at:
        await at.completes(copy("in.jsonl", loop=True))
        assert (await at.node("in")).emitted == 0


async def test_a_restarted_source_goes_on_after_its_last_record(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"n": 1}\nbroken\n{"n": 2}\n')
    document = copy("in.jsonl")
    document["nodes"][0] |= {"on_error": "fail"}
    async with world(tmp_path) as at:
        await at.run(document)
        await at.until("in", lambda one: one.status == "restarting")
        await at.clock.advance(SECOND)
        await at.until_status(RunStatus.COMPLETED)
        assert written(at) == [{"n": 1}, {"n": 2}]
        assert (await at.node("in")).restarts == 1


async def test_a_missing_file_is_tried_again_and_then_fails_the_dag(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(copy("none.jsonl"))
        while await at.status() is not RunStatus.FAILED:
            await at.clock.advance(SECOND)
        failed = await at.node("in")
        assert (failed.status, failed.restarts, failed.errors) == ("failed", 5, 6)
        assert "none.jsonl" in (failed.last_error or "")


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").mkdir()
    async with world(tmp_path) as at:
        document = copy("in.jsonl")
        document["nodes"][0]["restart"] = "never"
        await at.run(document)
        await at.until_status(RunStatus.FAILED)
        assert "is no file" in ((await at.node("in")).last_error or "")


async def test_bad_parameters_are_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        for params, words in (
            ({"path": "in.xml"}, ("nodes[0].params.path", "node 'in'", "Set `format`")),
            ({"path": "package:no_such_package/a.csv"}, ("no_such_package", "Install")),
            ({"path": "package:json/../a.csv"}, ("package:name/path",)),
            ({"path": "a.csv", "rate": 0}, ("nodes[0].params.rate", "greater than 0")),
            ({"path": "a.csv", "types": {"a": "date"}}, ("nodes[0].params.types.a", "'int'")),
        ):
            faults = at.refused(chain(node("in", "file", **params), node("out", "log")))
            assert len(faults) == 1
            assert all(word in faults[0] for word in words), faults[0]
