"""The lines that operators search for, and how they are written."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from autoclone.core.commands import Action, Command
from autoclone.core.events import Event, EventType
from autoclone.core.inputs import Outcome
from autoclone.observability.log_observer import LINES
from autoclone.observability.logging import LogObserver, configure
from autoclone.ports import Standing
from worlds import World, nine_to_five, utc


@pytest.fixture
def as_before() -> Iterator[None]:
    """Logging is the process's own: leave it as it was found."""
    loggers = [logging.getLogger(name) for name in ("", "autoclone", "api", "election", "kazoo")]
    levels = [logger.level for logger in loggers]
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


class LoggedWorld(World):
    """A world whose decisions are told to an observer, as the engine tells them."""

    def tell(self, *news: Outcome | None, **more: Any) -> object:  # noqa: ANN401 - as the world has it
        seen_events, seen_commands = len(self.events), len(self.commands)
        self.obedient = False
        decision = super().tell(*news, **more)
        LogObserver().decided(self.events[seen_events:], self.commands[seen_commands:])
        return decision

    def obey(self) -> None:
        while self.outstanding:
            self.succeed()


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == "autoclone" and one.levelno >= level]


def event(kind: EventType, message: str | None = None) -> Event:
    return Event(
        7, utc("09:00"), kind, "orders", "orders_20250125090000", "ramping_up (1/5)", 1, 5, 3, message
    )


def command(action: Action, attempt: int = 1) -> Command:
    return Command(action, "orders", "orders_20250125090000", 3, utc("17:00"), attempt)


def test_a_day_is_told_in_the_contract_s_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "autoclone")
    world = LoggedWorld(nine_to_five(2), utc("09:00"))
    for at in ("09:00", "09:01", "17:00", "17:01"):
        world.now = utc(at)
        world.tell()
        world.obey()

    assert lines(caplog) == [
        "AutoClone: Created orders_20250125090000 for orders (1/2)",
        "AutoClone: Created orders_20250125090100 for orders (2/2)",
        "AutoClone: Ramp up completed for orders",
        "AutoClone: Starting ramp down for orders",
        "AutoClone: Stopping and deleting orders_20250125090000",
        "AutoClone: Stopping and deleting orders_20250125090100",
        "AutoClone: Ramp down completed for orders",
    ]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (EventType.CLONE_CREATE_FAILED, "AutoClone: Error creating clone for orders: no room in two lines"),
        (EventType.CLONE_DELETE_FAILED, "AutoClone: Error deleting clone: no room in two lines"),
    ],
)
def test_failures_are_errors_in_one_line(
    kind: EventType, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    LogObserver().decided([event(kind, "no room\n  in two lines")], [])

    assert lines(caplog, logging.ERROR) == [line]


def test_a_hold_is_told_with_its_end_and_reason(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "autoclone")
    world = LoggedWorld(nine_to_five(0), utc("09:00"))
    world.override(0, "10:00", "a rush")
    world.pause("10:00")
    world.at("10:00")

    assert lines(caplog) == [
        "orders is overridden to 0 until 2025-01-25T10:00:00+00:00: a rush",
        "orders follows its schedule again, by the operator",
        "orders is paused until 2025-01-25T10:00:00+00:00",
        "orders goes on after its pause, by the clock",
    ]


def test_a_stop_that_is_tried_again_is_not_told_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "autoclone")

    LogObserver().decided([], [command(Action.STOP, attempt=2), command(Action.DELETE)])

    assert lines(caplog) == []


def test_no_other_line_could_be_taken_for_one_of_the_seven(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "autoclone")
    told = LogObserver()

    told.decided([event(kind, "broken") for kind in EventType], [])
    told.finished(Outcome(command(Action.STOP), "broken"), timedelta(milliseconds=1500))

    assert set(LINES) == set(EventType)
    ours = [line for line in lines(caplog, logging.DEBUG) if line.startswith("AutoClone: ")]
    assert len(ours) == 6
    assert "stop orders_20250125090000: broken (1.500 s)" in lines(caplog, logging.DEBUG)


@pytest.mark.parametrize(
    ("standing", "level", "words"),
    [
        (Standing("primary", 7, "connected"), logging.INFO, ["primary", "7"]),
        (Standing("default_primary", 7, "unavailable"), logging.WARNING, ["ZooKeeper", "7"]),
        (Standing("suspended", 7, "suspended"), logging.WARNING, ["primary"]),
        (Standing("secondary", 7, "connected", "http://one:8000"), logging.INFO, ["http://one:8000"]),
        (Standing("secondary", 7, "lost"), logging.INFO, ["not known yet"]),
    ],
)
def test_what_the_server_becomes_is_told(
    standing: Standing, level: int, words: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "autoclone")
    LogObserver().became(standing)
    (record,) = caplog.records
    assert record.levelno == level
    assert all(word in record.getMessage() for word in words)
    fields = vars(record)
    assert (fields["role"], fields["epoch"], fields["election"]) == (standing.role, 7, standing.election)


def test_a_role_is_told_once_whatever_else_changes(caplog: pytest.LogCaptureFixture) -> None:
    observer = LogObserver()
    with caplog.at_level(logging.INFO):
        observer.became(Standing("secondary", 3, "connected", "http://one"))
        observer.became(Standing("secondary", 3, "suspended", "http://one"))
        observer.became(Standing("suspended", 4, "suspended", trouble="which the election has logged"))
    assert caplog.messages == [
        "This server is a secondary; the primary is http://one",
        "This server was primary, and changes nothing until it is sure that it still is",
    ]


def test_json_lines_carry_the_fields(as_before: None) -> None:
    stream = io.StringIO()
    configure("json", "info", stream)

    LogObserver().decided([event(EventType.CLONE_CREATED)], [command(Action.STOP)])

    created, stopping = map(json.loads, stream.getvalue().splitlines())
    assert created.pop("timestamp").endswith("Z")
    assert created == {
        "level": "info",
        "logger": "autoclone",
        "event": "AutoClone: Created orders_20250125090000 for orders (1/5)",
        "type": "clone.created",
        "parent": "orders",
        "clone": "orders_20250125090000",
        "epoch": 3,
        "sequence": 7,
    }
    assert (stopping["clone"], stopping["epoch"]) == ("orders_20250125090000", 3)


def test_text_is_plain(as_before: None) -> None:
    stream = io.StringIO()
    configure("text", "info", stream)

    LogObserver().decided([event(EventType.RAMP_UP_COMPLETED)], [])

    (line,) = stream.getvalue().splitlines()
    assert line.endswith(" info     AutoClone: Ramp up completed for orders")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "is_json"), [(io.StringIO(), True), (Terminal(), False)])
def test_auto_looks_where_it_writes(stream: io.StringIO, is_json: bool, as_before: None) -> None:
    configure("auto", "info", stream)

    logging.getLogger("autoclone.engine").warning("The clock was set")

    assert stream.getvalue().startswith("{") is is_json


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_library_s_line_looks_like_ours(log_format: str, as_before: None) -> None:
    stream = io.StringIO()
    configure(log_format, "info", stream)

    try:
        int("50 % off")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("it %s", "broke", extra={"color_message": "\x1b[31m"})

    text = stream.getvalue()
    assert "it broke" in text
    assert "ValueError: invalid literal" in text
    assert "\x1b" not in text
    assert "color_message" not in text


@pytest.mark.parametrize(
    ("level", "ours", "theirs"),
    [
        ("debug", ["debug", "info", "warning", "error"], ["info", "warning", "error"]),
        ("info", ["info", "warning", "error"], ["warning", "error"]),
        ("error", ["error"], ["error"]),
    ],
)
def test_libraries_are_kept_quieter(level: str, ours: list[str], theirs: list[str], as_before: None) -> None:
    stream = io.StringIO()
    configure("json", level, stream)

    for name in ("autoclone.engine", "httpx"):
        for one in ("debug", "info", "warning", "error"):
            getattr(logging.getLogger(name), one)("a line")

    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [one["level"] for one in said if one["logger"] == "autoclone.engine"] == ours
    assert [one["level"] for one in said if one["logger"] == "httpx"] == theirs


def test_a_library_that_tells_of_each_try_is_heard_at_debug_only(as_before: None) -> None:
    configure("text", "info", stream := io.StringIO())
    logging.getLogger("kazoo.client").warning("Connection dropped")
    assert stream.getvalue() == ""
    configure("text", "debug", stream)
    logging.getLogger("kazoo.client").warning("Connection dropped")
    assert stream.getvalue().endswith("Connection dropped\n")


def test_configuring_again_replaces_what_was(as_before: None) -> None:
    first, second = io.StringIO(), io.StringIO()
    configure("text", "info", first)
    configure("text", "info", second)

    logging.getLogger("autoclone").info("once")

    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1
