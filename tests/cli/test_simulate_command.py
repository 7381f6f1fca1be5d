"""`autoclone simulate`, to the letter of its contract."""

import io
import json
import sys
from pathlib import Path

import pytest

from autoclone.cli import main
from autoclone.cli.formats import Format
from autoclone.cli.simulating import Request, prepare, show_simulation
from cli_orders import ORDERS, Write
from virtual_clock import VirtualClock
from worlds import utc

DAY = ("--from", "2025-01-25T08:00", "--to", "2025-01-25T18:00")
NEW_YORK = ("--timezone", "America/New_York")

Capture = pytest.CaptureFixture[str]


def simulated(capsys: Capture, *args: str) -> list[dict[str, object]]:
    """The events of a run, from JSON lines."""
    assert main(["simulate", *args, "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def complaint(capsys: Capture, *args: str) -> str:
    """The one line of a run that was the user's mistake."""
    assert main(["simulate", *args]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("autoclone: ")
    return line.removeprefix("autoclone: ")


def test_json_lines_are_as_the_contract_has_them(write: Write, capsys: Capture) -> None:
    assert main(["simulate", str(write("orders.json")), *DAY, *NEW_YORK, "--format", "jsonl"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == (
        '{"at": "2025-01-25T09:00:00-05:00", "type": "clone.created", "clone": "orders_20250125090000", '
        '"status": "ramping_up (1/5)", "clones": 1}'
    )
    assert lines[-1] == (
        '{"at": "2025-01-25T17:04:00-05:00", "type": "ramp_down.completed", "clone": null, '
        '"status": "idle", "clones": 0}'
    )
    assert len(lines) == 24


def test_json_is_an_array_of_the_same(write: Write, capsys: Capture) -> None:
    file = str(write("orders.json"))
    lines = simulated(capsys, file, *DAY)

    assert main(["simulate", file, *DAY, "--format", "json"]) == 0

    assert json.loads(capsys.readouterr().out) == lines


def test_json_of_nothing_is_an_empty_array(write: Write, capsys: Capture) -> None:
    off = write("off.json", {"name": "off"})

    assert main(["simulate", str(off), *DAY, "--format", "json"]) == 0

    captured = capsys.readouterr()
    assert json.loads(captured.out) == []
    assert (
        captured.err == "off: AutoClone is off: the document has no autoclone section, so nothing happens\n"
    )


def test_the_table_has_columns_and_a_chart(write: Write, capsys: Capture) -> None:
    assert main(["simulate", str(write("orders.json")), *DAY, *NEW_YORK]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "2025-01-25T09:00:00-05:00  ramp_up.started      -                        0  ramping_up (0/5)"
    )
    assert lines[25] == (
        "orders: 5 clones made, 5 at most at once, 2025-01-25 08:00 to 2025-01-25 18:00 America/New_York"
    )
    assert lines[26].startswith("5 │")
    assert lines[-3].startswith("0 ┼───────▲──")
    assert "\x1b" not in "".join(lines)


def test_the_table_of_nothing_says_why(write: Write, capsys: Capture) -> None:
    night = ("--from", "2025-01-25T18:00", "--to", "2025-01-25T23:00")

    assert main(["simulate", str(write("orders.json")), *night]) == 0
    assert capsys.readouterr().out == (
        "orders: nothing happens, 2025-01-25 18:00 to 2025-01-25 23:00 UTC: "
        "no clone comes or goes in that time\n"
    )

    assert main(["simulate", str(write("off.json", {"name": "off"})), *DAY]) == 0
    assert "AutoClone is off: the document has no autoclone section" in capsys.readouterr().out


def test_naive_times_are_in_the_zone_of_the_option(write: Write, capsys: Capture) -> None:
    first, *_ = simulated(capsys, str(write("orders.json")), *DAY, *NEW_YORK)

    assert first["at"] == "2025-01-25T09:00:00-05:00"


def test_naive_times_are_else_in_the_dag_s_own_zone(write: Write, capsys: Capture) -> None:
    tokyo = write("tokyo.json", {**ORDERS, "timezone": "Asia/Tokyo"})

    first, *_ = simulated(capsys, str(tokyo), *DAY)

    assert first["at"] == "2025-01-25T09:00:00+09:00"


def test_the_option_does_not_move_a_window_that_has_a_zone(write: Write, capsys: Capture) -> None:
    tokyo = write("tokyo.json", {**ORDERS, "timezone": "Asia/Tokyo"})

    first, *_ = simulated(
        capsys, str(tokyo), "--from", "2025-01-25T01:00", "--to", "2025-01-25T20:00", *NEW_YORK
    )

    # 01:00 in New York is 15:00 in Tokyo, where the window is open: it is joined there and then.
    assert first["at"] == "2025-01-25T15:00:00+09:00"


def test_the_server_s_setting_comes_before_the_system_s(
    write: Write, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOCLONE_TIMEZONE", "Asia/Kolkata")
    monkeypatch.setenv("AUTOCLONE_RAMP_INTERVAL", "30s")

    events = simulated(capsys, str(write("orders.json")), *DAY)

    created = [one["at"] for one in events if one["type"] == "clone.created"]
    assert created[:2] == ["2025-01-25T09:00:00+05:30", "2025-01-25T09:00:30+05:30"]


def test_aware_times_are_what_they_say(write: Write, capsys: Capture) -> None:
    events = simulated(
        capsys,
        str(write("orders.json")),
        "--from",
        "2025-01-25T14:00Z",
        "--to",
        "2025-01-25T15:00:30+01:00",
        *NEW_YORK,
    )

    assert [one["type"] for one in events] == ["ramp_up.started", "clone.created", "clone.started"]


def test_a_time_that_a_zone_skips_is_the_first_after_it(write: Write) -> None:
    spring = Request(write("orders.json"), "2025-03-09T02:30", "2025-03-09T12:00", "America/New_York")

    assert prepare(spring, VirtualClock(utc("00:00"))).start == utc("2025-03-09T07:00")


def test_by_default_it_is_today(write: Write) -> None:
    clock = VirtualClock(utc("2025-01-25T02:00"))  # still the day before in New York

    today = prepare(Request(write("orders.json"), timezone="America/New_York"), clock)

    assert (today.start, today.end) == (utc("2025-01-24T05:00"), utc("2025-01-25T05:00"))


def test_standard_input_will_do(write: Write, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(ORDERS).encode())))

    assert len(simulated(capsys, "-", *DAY)) == 24


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--from", "noon"), '--from = "noon": is not a date and time. Write it as in "2025-01-25T08:00"'),
        (("--to", "2025-13-01"), '--to = "2025-13-01": is not a date and time.'),
        (("--from", "0001-01-01"), '--from = "0001-01-01": is too far away. Write a year from 1900 to 8999'),
        (("--to", "9999-12-31T23:59Z"), '--to = "9999-12-31T23:59Z": is too far away.'),
        (
            ("--from", "2025-01-26", "--to", "2025-01-25"),
            '--from = "2025-01-26": is not before --to, "2025-01-25". Let --to be the later of the two',
        ),
        (("--from", "2025-01-26", "--to", "2025-01-26"), '--from = "2025-01-26": is not before --to'),
        (("--timezone", "America/New_Yrok"), 'Did you mean "America/New_York"?'),
        (("--ramp-interval", "5"), '--ramp-interval = "5": '),
        (("--config", "none.toml"), '--config = "none.toml": cannot be read'),
        (("--format", "jsn"), "Invalid value for '--format': 'jsn' is not one of 'table', 'json', 'jsonl'."),
        (("--fron", "2025-01-25"), "No such option: --fron. Did you mean --from?"),
    ],
)
def test_a_mistake_is_one_line(args: tuple[str, ...], expected: str, write: Write, capsys: Capture) -> None:
    assert expected in complaint(capsys, str(write("orders.json")), *args)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "x.json: the document is empty."),
        (b"\xff", "x.json: line 1, column 1 = 0xff: is not UTF-8."),
        (b'{"name": "x",}', "x.json: line 1, column 14"),
        (b"[" * 100, "x.json: line 1, column 65"),
        (b'{"name": "x", "name": "y"}', "the key is there more than once"),
        (
            b'{"name": "x", "a": "' + b"a" * 2**20 + b'"}',
            "x.json: the document is larger than 1048576 bytes.",
        ),
        (
            b'{"name": "x", "autoclone": {"ramp_up_time": "9:00", "ramp_count": 1.5}}',
            'x.json: autoclone.ramp_up_time = "9:00": is not a time of four digits. Write "0900"; x.json: ',
        ),
        (b'{"name": "a b"}', 'x.json: name = "a b": is not a name.'),
    ],
)
def test_a_bad_document_is_one_line(content: bytes, expected: str, write: Write, capsys: Capture) -> None:
    assert expected in complaint(capsys, str(write("x.json", content)))


def test_a_file_that_is_not_there_is_named(capsys: Capture, tmp_path: Path) -> None:
    assert complaint(capsys, "none.json").startswith("none.json: cannot be read: no such file or directory.")
    assert "cannot be read: is a directory" in complaint(capsys, str(tmp_path))
    assert complaint(capsys, "a\nb\x1b[31m.json").startswith("a b\\x1b[31m.json: cannot be read")


def test_the_clock_of_a_program_can_be_given(write: Write, capsys: Capture) -> None:
    clock = VirtualClock(utc("2025-01-25T12:00"))

    assert show_simulation(Request(write("orders.json")), Format.JSONL, clock) == 0

    assert json.loads(capsys.readouterr().out.splitlines()[0])["at"] == "2025-01-25T09:00:00+00:00"
