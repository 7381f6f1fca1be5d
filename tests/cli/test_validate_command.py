"""`autoclone validate`: every fault, where it is."""

import json
from pathlib import Path

import pytest

from autoclone.cli import main
from autoclone.cli.formats import Format
from autoclone.cli.validating import validate_files
from cli_orders import ORDERS, Write
from virtual_clock import VirtualClock
from worlds import utc

Capture = pytest.CaptureFixture[str]

BAD = {
    "name": "bad",
    "nodes": [{"id": "a", "type": "intervall"}],
    "autoclone": {"ramp_up_time": "9:00", "ramp_down_time": "1700", "ramp_cont": 5},
}


def test_a_good_file_is_told_what_it_comes_to(write: Write, capsys: Capture) -> None:
    assert main(["validate", str(write("orders.json")), "--timezone", "Europe/Berlin"]) == 0

    captured = capsys.readouterr()
    assert captured.out == "orders.json: good: orders: 5 clones from 0900 to 1700, Europe/Berlin\n"
    assert captured.err == ""


def test_windows_are_told_in_words(write: Write, capsys: Capture) -> None:
    section = {
        "ramp_count": 1,
        "holidays": "US",
        "windows": [
            {"ramp_up_time": "0900", "ramp_down_time": "1700", "days": ["mon", "fri"]},
            {"ramp_up_time": "2200", "duration": "1h30m", "ramp_count": 2, "exclude_dates": ["2025-12-24"]},
        ],
    }
    file = write("x.json", {"name": "x", "timezone": "UTC", "autoclone": section})
    assert main(["validate", str(file)]) == 0

    assert capsys.readouterr().out.splitlines()[0] == (
        "x.json: good: x: 1 clone from 0900 to 1700 on mon, fri but for holidays; "
        "2 clones from 2200 for 1h30m but for 1 date and holidays, UTC"
    )


SHORT = {
    "name": "short",
    "timezone": "UTC",
    "autoclone": {"ramp_up_time": "0900", "ramp_down_time": "0902", "ramp_count": 5},
}


def test_a_surprise_is_a_warning_and_no_mistake(write: Write, capsys: Capture) -> None:
    clock = VirtualClock(utc("2025-01-25T12:00"))
    file = write("short.json", SHORT)

    assert validate_files([file], None, {}, Format.TABLE, clock=clock) == 0

    good, warning = capsys.readouterr().out.splitlines()
    assert good.startswith("short.json: good: short: 5 clones")
    assert warning == (
        "short.json: warning: too-short: the schedule wants 5 clones for 2m, and the last would be made "
        "after 4m (2025-01-25, 2025-01-26, 2025-01-27 and 1825 more dates). "
        "Make ramp_interval shorter, ramp_step larger, ramp_count smaller, or the window longer"
    )


def test_a_surprise_is_a_mistake_with_strict(write: Write, capsys: Capture) -> None:
    assert main(["validate", str(write("orders.json")), str(write("short.json", SHORT)), "--strict"]) == 2
    assert capsys.readouterr().err == "autoclone: 1 of 2 files may surprise, which --strict refuses\n"
    assert main(["validate", str(write("orders.json")), "--strict", "--timezone", "UTC"]) == 0


def test_json_has_the_findings_in_parts(write: Write, capsys: Capture) -> None:
    assert main(["validate", str(write("short.json", SHORT)), "--format", "jsonl"]) == 0

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["kind"], finding["window"], finding["count"]) == ("too-short", "the schedule", 1828)
    assert len(finding["dates"]) == 50
    assert finding["problem"].startswith("wants 5 clones for 2m")
    assert finding["remedy"].startswith("Make ramp_interval shorter")


def test_what_is_decided_is_no_surprise(write: Write, capsys: Capture) -> None:
    section = {"ramp_up_time": "0230", "ramp_down_time": "0400", "ramp_count": 1}
    gap = {"name": "gap", "timezone": "America/New_York", "autoclone": section}
    file = write("gap.json", gap)
    assert main(["validate", str(file), "--strict"]) == 2
    assert "warning: skipped: the window opens at 0230" in capsys.readouterr().out
    file = write("gap.json", {**gap, "autoclone": {**section, "dst": "first"}})
    assert main(["validate", str(file), "--strict"]) == 0


def test_a_disabled_one_is_good_and_says_why(write: Write, capsys: Capture) -> None:
    assert main(["validate", str(write("x.json", {"name": "x"}))]) == 0

    assert capsys.readouterr().out == (
        "x.json: good: x: AutoClone is off: the document has no autoclone section\n"
    )


def test_every_fault_has_its_own_line(write: Write, capsys: Capture) -> None:
    assert main(["validate", str(write("orders.json")), str(write("bad.json", BAD))]) == 2

    captured = capsys.readouterr()
    good, *faults = captured.out.splitlines()
    assert good.startswith("orders.json: good")
    assert [line.partition(" =")[0] for line in faults] == [
        "bad.json: autoclone.ramp_up_time",
        "bad.json: autoclone.ramp_cont",
        "bad.json: nodes[0].type",
    ]
    assert "interval" in faults[2]
    assert captured.err == "autoclone: 1 of 2 files cannot be used\n"


def test_a_folder_stands_for_its_files(write: Write, capsys: Capture) -> None:
    write("dags/b.json", {**ORDERS, "name": "b"})
    write("dags/a.json", {**ORDERS, "name": "a"})
    write("dags/.hidden.json", b"half writ")
    write("dags/notes.txt", b"not a DAG")

    assert main(["validate", "dags"]) == 0

    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "dags/a.json",
        "dags/b.json",
    ]


def test_a_name_is_taken_once_in_a_folder(write: Write, capsys: Capture) -> None:
    write("dags/first.json")
    write("dags/second.json")

    assert main(["validate", "dags"]) == 2

    assert capsys.readouterr().out.splitlines()[1] == (
        'dags/second.json: name = "orders": is the name of the DAG in first.json already. Choose another'
    )


def test_one_unreadable_file_does_not_hide_the_others(write: Write, capsys: Capture) -> None:
    write("dags/a.json", b"{")
    write("dags/b.json", {**ORDERS, "name": "b"})

    assert main(["validate", "dags", "none.json"]) == 2

    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith("dags/a.json: line 1, column 2")
    assert second.startswith("dags/b.json: good")
    assert third.startswith("none.json: cannot be read: no such file or directory")


def test_an_empty_folder_is_a_mistake(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert main(["validate", "empty"]) == 2

    assert capsys.readouterr().out == "empty: holds no *.json file. Name the folder that does\n"


def test_json_has_the_faults_in_parts(write: Write, capsys: Capture) -> None:
    assert main(["validate", str(write("bad.json", BAD)), str(write("o.json")), "--format", "json"]) == 2

    bad, good = json.loads(capsys.readouterr().out)
    assert good == {"file": "o.json", "valid": True, "name": "orders", "faults": [], "findings": []}
    assert (bad["file"], bad["valid"], bad["name"]) == ("bad.json", False, None)
    assert bad["faults"][0] == {
        "field": "autoclone.ramp_up_time",
        "value": '"9:00"',
        "problem": "is not a time of four digits",
        "remedy": 'Write "0900"',
    }


def test_json_lines_are_one_a_file(write: Write, capsys: Capture) -> None:
    paths = [str(write(f"{name}.json", {**ORDERS, "name": name})) for name in "abc"]

    assert main(["validate", *paths, "--format", "jsonl"]) == 0

    assert [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()] == ["a", "b", "c"]


def test_python_nodes_are_checked_with_the_modules_allowed(write: Write, capsys: Capture) -> None:
    nodes = [
        {"id": "tick", "type": "interval", "params": {"every": "1s"}},
        {"id": "work", "type": "python", "params": {"callable": "json:dumps"}},
    ]
    file = str(write("x.json", {"name": "x", "nodes": nodes, "edges": [["tick", "work"]]}))

    assert main(["validate", file]) == 2
    assert "nodes[1].params" in capsys.readouterr().out
    assert main(["validate", file, "--allowed-modules", "json"]) == 0


def test_kafka_nodes_are_checked_with_the_brokers_of_the_server(
    write: Write, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = [
        {"id": "read", "type": "kafka_source", "params": {"topic": "orders"}},
        {"id": "keep", "type": "log"},
    ]
    file = str(write("x.json", {"name": "x", "nodes": nodes, "edges": [["read", "keep"]]}))

    assert main(["validate", file]) == 2
    assert "nodes[0].params.bootstrap" in capsys.readouterr().out
    assert main(["validate", file, "--kafka-bootstrap", "kafka-1:9092"]) == 0
    monkeypatch.setenv("AUTOCLONE_KAFKA_BOOTSTRAP", "kafka-1:9092")
    assert main(["validate", file]) == 0
    monkeypatch.setenv("AUTOCLONE_KAFKA_SECURITY_PROTOCOL", "ssl")
    monkeypatch.setenv("AUTOCLONE_KAFKA_CA_FILE", "nowhere.pem")
    assert main(["validate", file]) == 2
    assert "AUTOCLONE_KAFKA_CA_FILE" in capsys.readouterr().err


def test_a_wrong_setting_is_one_line(write: Write, capsys: Capture) -> None:
    assert main(["validate", str(write("orders.json")), "--timezone", "Nowhere"]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith('autoclone: --timezone = "Nowhere": is not a time zone.')
