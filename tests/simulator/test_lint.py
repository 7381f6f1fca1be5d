"""What in a schedule may surprise within five years, and that plain schedules are left in peace."""

from datetime import UTC, date
from typing import Any

from autoclone.config.dag import resolve
from autoclone.simulator.lint import Finding, Kind, lint

TODAY = date(2025, 1, 25)
ON: dict[str, Any] = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}
NEW_YORK = {"timezone": "America/New_York"}


def findings(**section: object) -> list[Finding]:
    plan = resolve({"name": "orders", "autoclone": section}, zone=UTC).plan
    return lint(plan, TODAY, section)


def only(**section: object) -> Finding:
    (finding,) = findings(**section)
    return finding


def test_a_plain_schedule_surprises_nobody() -> None:
    assert findings(**ON) == []
    assert findings(**ON, **NEW_YORK, holidays="US/NY", days=["mon", "tue"]) == []


def test_a_schedule_that_is_off_is_not_looked_at() -> None:
    assert findings() == []
    assert findings(**{**ON, "ramp_count": 0}) == []


def test_times_that_clocks_skip_are_told_with_their_dates() -> None:
    found = only(**{**ON, "ramp_up_time": "0230"}, **NEW_YORK)
    assert (found.kind, found.window) == (Kind.SKIPPED, "the window")
    assert found.problem == (
        "opens at 0230, which clocks skip in America/New_York: it is read as the moment at which they do"
    )
    assert found.dates == (
        date(2025, 3, 9),
        date(2026, 3, 8),
        date(2027, 3, 14),
        date(2028, 3, 12),
        date(2029, 3, 11),
    )


def test_times_that_clocks_show_twice_are_told_on_the_date_of_the_opening() -> None:
    found = only(**{**ON, "ramp_down_time": "0130"}, **NEW_YORK)
    assert (found.kind, found.dates[0]) == (Kind.REPEATED, date(2025, 11, 1))
    assert found.problem.endswith(
        "closes at 0130, which clocks show twice in America/New_York: it is read as the first of the two"
    )


def test_only_dates_on_which_the_window_opens_are_told() -> None:
    assert findings(**{**ON, "ramp_up_time": "0230"}, **NEW_YORK, days=["mon", "sat"]) == []
    assert findings(ramp_up_time="0230", duration="1h", ramp_count=1, days=["mon"], **NEW_YORK) == []


def test_what_dst_decides_is_no_surprise() -> None:
    for rule in ("first", "last", "skip"):
        assert findings(**{**ON, "ramp_up_time": "0230"}, **NEW_YORK, dst=rule) == []


def test_midnights_and_half_hours_are_seen() -> None:
    beirut = only(**{**ON, "ramp_up_time": "0000"}, timezone="Asia/Beirut")
    assert (beirut.kind, beirut.dates[0]) == (Kind.SKIPPED, date(2025, 3, 30))
    island = only(**{**ON, "ramp_up_time": "0145"}, timezone="Australia/Lord_Howe")
    assert (island.kind, island.dates[0]) == (Kind.REPEATED, date(2025, 4, 6))
    nuuk = findings(**{**ON, "ramp_up_time": "2330"}, timezone="America/Nuuk")
    assert [(one.kind, one.dates[0]) for one in nuuk] == [
        (Kind.SKIPPED, date(2025, 3, 29)),
        (Kind.REPEATED, date(2025, 10, 25)),
    ]


def test_windows_that_are_open_together_are_told_in_pairs() -> None:
    lunch = {**ON, "ramp_up_time": "1200", "ramp_down_time": "1300", "days": ["sat"]}
    night = {**ON, "ramp_up_time": "1700", "ramp_down_time": "0800"}
    found = only(windows=[{**ON, "name": "day"}, lunch, night])
    assert (found.kind, found.window) == (Kind.OVERLAPPING, "day")
    assert found.problem == "is open together with windows[1]: the larger count holds"
    assert found.dates[:2] == (date(2025, 1, 25), date(2025, 2, 1))
    assert findings(windows=[ON, lunch], overlap="max") == []


def test_a_window_that_overlaps_itself_is_told() -> None:
    found = only(ramp_up_time="0900", duration="1d", ramp_count=1, **NEW_YORK)
    assert (found.kind, found.dates[0]) == (Kind.OVERLAPPING, date(2025, 3, 9))
    assert found.problem == "is still open when it opens again, and counts once"


def test_a_window_that_never_opens_is_told() -> None:
    years = [f"{year}-01-01..{year}-12-31" for year in range(2025, 2031)]
    found = only(windows=[ON, {**ON, "name": "never", "exclude_dates": years}], overlap="max")
    assert (found.kind, found.window, found.dates) == (Kind.NEVER_OPENING, "never", ())


def test_a_window_of_no_clones_matters_only_where_it_comes_first() -> None:
    quiet = {**ON, "ramp_up_time": "1200", "ramp_down_time": "1300", "ramp_count": 0}
    found = only(windows=[quiet, ON], overlap="max")
    assert (found.kind, found.problem) == (Kind.NEVER_OPENING, "wants 0 clones, which changes nothing")
    assert findings(windows=[quiet, ON], overlap="first") == []


def test_a_window_too_short_for_its_ramp_is_told() -> None:
    found = only(**{**ON, "ramp_down_time": "0904"})
    assert (found.kind, len(found.dates)) == (Kind.TOO_SHORT, 1828)
    assert found.problem == "wants 5 clones for 4m, and the last would be made after 4m"
    assert findings(**{**ON, "ramp_down_time": "0905"}) == []
    assert findings(**{**ON, "ramp_down_time": "0901"}, ramp_step=5) == []


def test_a_window_that_clocks_make_too_short_is_told() -> None:
    early = {"ramp_up_time": "0230", "ramp_down_time": "0303", "ramp_count": 5}
    found = only(**early, **NEW_YORK, dst="first")
    assert (found.kind, found.dates[0], len(found.dates)) == (Kind.TOO_SHORT, date(2025, 3, 9), 5)


def test_what_rises_further_is_not_too_short() -> None:
    step = {**ON, "ramp_down_time": "0902", "ramp_count": 5}
    assert findings(windows=[step, {**ON, "ramp_up_time": "0902", "ramp_count": 6}]) == []


def test_a_schedule_that_never_closes_is_told() -> None:
    found = only(ramp_up_time="0900", duration="1d", ramp_count=1)
    assert (found.kind, found.window, found.dates) == (Kind.ALWAYS_OPEN, "the schedule", (TODAY,))
    closed_once = {"exclude_dates": ["2028-05-01"]}
    assert findings(ramp_up_time="0900", duration="1d", ramp_count=1, **closed_once) == []
    assert findings(**ON, exclude_dates=["2025-01-25..2026-01-24", "2026-01-26..2027-01-20"]) == []
