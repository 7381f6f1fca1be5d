"""Several observers are told the same, whatever becomes of one."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from autoclone.core.commands import Action, Command
from autoclone.core.events import Event
from autoclone.core.inputs import Outcome
from autoclone.observability.observers import Observers
from autoclone.ports import Observer, Standing
from worlds import utc

STOP = Command(Action.STOP, "orders", "orders_20250125090000", 1, utc("17:00"))
DONE = Outcome(STOP)
PRIMARY = Standing(role="primary", epoch=1)
MOMENT = timedelta(milliseconds=5)


class Diary:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.entries: list[object] = []

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        self.entries.append(("decided", tuple(events), tuple(commands)))

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        self.entries.append(("finished", outcome, took))

    def woke(self, late: timedelta) -> None:
        self.entries.append(("woke", late))

    def lagged(self, lag: timedelta) -> None:
        self.entries.append(("lagged", lag))

    def counted(self, phases: Mapping[str, int], live: int, holds: Mapping[str, int]) -> None:
        self.entries.append(("counted", dict(phases), live, dict(holds)))

    def became(self, standing: Standing) -> None:
        self.entries.append(("became", standing))

    def pruned(self, expired: int, unsent: int) -> None:
        self.entries.append(("pruned", expired, unsent))


class Broken(Diary):
    """Fails at everything."""

    def __getattribute__(self, name: str) -> object:
        if name in ("decided", "finished", "woke", "lagged", "counted", "became", "pruned"):
            raise ZeroDivisionError
        return super().__getattribute__(name)


def tell_all(observer: Observer) -> None:
    observer.decided([], [STOP])
    observer.finished(DONE, MOMENT)
    observer.woke(MOMENT)
    observer.lagged(MOMENT)
    observer.counted({"idle": 1}, 2, {"pause": 1})
    observer.became(PRIMARY)
    observer.pruned(3, 4)


def test_each_is_told_everything() -> None:
    first, second = Diary(), Diary()

    tell_all(Observers(first, second))

    assert first.entries == second.entries
    assert first.entries == [
        ("decided", (), (STOP,)),
        ("finished", DONE, MOMENT),
        ("woke", MOMENT),
        ("lagged", MOMENT),
        ("counted", {"idle": 1}, 2, {"pause": 1}),
        ("became", PRIMARY),
        ("pruned", 3, 4),
    ]


def test_one_that_fails_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary()

    tell_all(Observers(Broken(), diary))

    assert len(diary.entries) == 7
    told = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert len(told) == 7
    assert all("Broken" in one.getMessage() and one.exc_info for one in told)
