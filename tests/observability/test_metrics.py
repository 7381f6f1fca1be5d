"""What Prometheus is told."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from autoclone.core.commands import Action, Command
from autoclone.core.events import Event, EventType
from autoclone.core.inputs import Outcome
from autoclone.observability.metrics import ELECTIONS, ROLES, MetricsObserver
from autoclone.ports import Standing
from autoclone.simulator.simulate import simulate
from election.role import Connection, Role
from worlds import nine_to_five, utc


@pytest.fixture
def metrics() -> MetricsObserver:
    return MetricsObserver("1.2.3")


def value(metrics: MetricsObserver, name: str, **labels: str) -> float | None:
    """One sample, as a scrape sees it."""
    text, _ = metrics.render()
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return None


def command(action: Action, epoch: int = 3) -> Command:
    return Command(action, "orders", "orders_20250125090000", epoch, utc("09:00"))


def test_every_series_is_there_from_the_start(metrics: MetricsObserver) -> None:
    for name, labels in (
        ("autoclone_dags", {"phase": "ramping_down"}),
        ("autoclone_live_clones", {}),
        ("autoclone_epoch", {}),
        ("autoclone_events_total", {"type": "clone.create_failed"}),
        ("autoclone_commands_total", {"action": "suspend", "result": "error"}),
        ("autoclone_command_duration_seconds_count", {"action": "suspend", "result": "error"}),
        ("autoclone_lateness_seconds_count", {}),
        ("autoclone_event_loop_lag_seconds_count", {}),
        ("autoclone_events_pruned_total", {"kind": "expired"}),
        ("autoclone_events_pruned_total", {"kind": "unsent"}),
    ):
        assert value(metrics, name, **labels) == 0, name


def test_it_tells_what_is_running(metrics: MetricsObserver) -> None:
    assert value(metrics, "autoclone_build_info", version="1.2.3") == 1


def test_the_content_type_is_prometheus_s(metrics: MetricsObserver) -> None:
    _, content_type = metrics.render()

    assert content_type.startswith("text/plain; version=")


def test_events_are_counted_by_type(metrics: MetricsObserver) -> None:
    day: list[Event] = list(simulate("orders", nine_to_five(3), utc("08:00"), utc("18:00")))

    metrics.decided(day, [])

    assert value(metrics, "autoclone_events_total", type=EventType.CLONE_CREATED) == 3
    assert value(metrics, "autoclone_events_total", type=EventType.RAMP_DOWN_COMPLETED) == 1
    assert value(metrics, "autoclone_events_total", type=EventType.CLONE_DIED) == 0


def test_the_standing_is_shown(metrics: MetricsObserver) -> None:
    metrics.became(Standing("default_primary", 4, "unavailable"))
    assert value(metrics, "autoclone_epoch") == 4
    assert value(metrics, "autoclone_role", role="default_primary") == 1
    assert value(metrics, "autoclone_election", state="unavailable") == 1

    metrics.became(Standing("secondary", 5, "connected"))
    assert value(metrics, "autoclone_epoch") == 5
    assert value(metrics, "autoclone_role", role="default_primary") == 0
    assert value(metrics, "autoclone_role", role="secondary") == 1


def test_a_secondary_counts_nothing_that_the_primary_counts(metrics: MetricsObserver) -> None:
    metrics.counted({"active": 2}, 7, {})
    metrics.became(Standing("suspended", 5, "suspended"))
    assert value(metrics, "autoclone_live_clones") == 7

    metrics.became(Standing("secondary", 5, "lost"))
    assert value(metrics, "autoclone_live_clones") == value(metrics, "autoclone_dags", phase="active") == 0


def test_commands_are_counted_and_timed_by_how_they_ended(metrics: MetricsObserver) -> None:
    metrics.finished(Outcome(command(Action.CREATE)), timedelta(milliseconds=20))
    metrics.finished(Outcome(command(Action.CREATE)), timedelta(milliseconds=40))
    metrics.finished(Outcome(command(Action.CREATE), "no room"), timedelta(seconds=30))

    assert value(metrics, "autoclone_commands_total", action="create", result="success") == 2
    assert value(metrics, "autoclone_commands_total", action="create", result="error") == 1
    sums = "autoclone_command_duration_seconds_sum"
    assert value(metrics, sums, action="create", result="success") == pytest.approx(0.06)
    assert value(metrics, sums, action="create", result="error") == 30


def test_lateness_and_lag_are_histograms_in_seconds(metrics: MetricsObserver) -> None:
    metrics.woke(timedelta(milliseconds=30))
    metrics.lagged(timedelta(milliseconds=3))

    assert value(metrics, "autoclone_lateness_seconds_bucket", le="0.025") == 0
    assert value(metrics, "autoclone_lateness_seconds_bucket", le="0.05") == 1
    assert value(metrics, "autoclone_event_loop_lag_seconds_bucket", le="0.0025") == 0
    assert value(metrics, "autoclone_event_loop_lag_seconds_bucket", le="0.005") == 1


def test_a_phase_that_nobody_is_in_goes_back_to_zero(metrics: MetricsObserver) -> None:
    metrics.counted({"active": 2, "idle": 1}, 7, {})
    metrics.counted({"idle": 3}, 0, {})

    assert value(metrics, "autoclone_dags", phase="active") == 0
    assert value(metrics, "autoclone_dags", phase="idle") == 3
    assert value(metrics, "autoclone_live_clones") == 0


def test_events_that_were_removed_are_counted_by_why(metrics: MetricsObserver) -> None:
    metrics.pruned(10, 0)
    metrics.pruned(5, 2)

    assert value(metrics, "autoclone_events_pruned_total", kind="expired") == 15
    assert value(metrics, "autoclone_events_pruned_total", kind="unsent") == 2


def test_two_servers_in_one_process_count_for_themselves() -> None:
    one, other = MetricsObserver("1"), MetricsObserver("1")

    one.counted({"active": 1}, 5, {})

    assert value(other, "autoclone_live_clones") == 0


@pytest.mark.parametrize("role", ["primary", "default_primary", "suspended", "secondary"])
@pytest.mark.parametrize("state", ["standalone", "connected", "suspended", "lost", "unavailable"])
def test_one_role_and_one_state_of_the_election_are_shown(
    metrics: MetricsObserver, role: str, state: str
) -> None:
    for one in ("primary", role):
        metrics.became(Standing(one, 1, state))
    roles = {one: value(metrics, "autoclone_role", role=one) for one in ROLES}
    states = {one: value(metrics, "autoclone_election", state=one) for one in ELECTIONS}
    assert [one for one, shown in roles.items() if shown] == [role]
    assert [one for one, shown in states.items() if shown] == [state]


def test_every_role_and_connection_that_there_is_has_a_gauge() -> None:
    assert set(ROLES) == set(Role)
    assert set(ELECTIONS) == {"standalone", *Connection}
