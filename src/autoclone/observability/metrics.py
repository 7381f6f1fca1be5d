"""What the engine did, as Prometheus metrics."""

import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from autoclone.core.commands import Action, Command
from autoclone.core.events import Event, EventType
from autoclone.core.inputs import Outcome
from autoclone.core.model import HoldKind, Phase
from autoclone.ports import Standing

# Seconds. Lateness is promised in milliseconds; a command may take up to its time limit.
LATENESS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
DURATIONS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
ROLES = ("primary", "default_primary", "suspended", "secondary")
ELECTIONS = ("standalone", "connected", "suspended", "lost", "unavailable")
RESULTS = ("success", "error")


class Waiting(Protocol):
    """What waits to be published."""

    @property
    def waiting(self) -> int:
        """How many events wait."""

    @property
    def oldest_seconds(self) -> float:
        """How long the first of them has."""

    @property
    def published(self) -> int:
        """How many this process has published."""


class MetricsObserver:
    """Counts what was decided and done, in a registry of its own.

    Args:
        version: AutoClone's version, for `autoclone_build_info`.
    """

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        self._declare_state()
        self._declare_work()
        self._outbox: Callable[[], Waiting | None] = lambda: None
        self._declare_outbox()
        self._declare_streams()
        ProcessCollector(registry=self.registry)
        build = Info("autoclone_build", "What is running.", registry=self.registry)
        build.info({"version": version, "python": platform.python_version()})

    def _declare_state(self) -> None:
        dags = Gauge("autoclone_dags", "DAGs by the phase of their ramp.", ["phase"], registry=self.registry)
        self._dags = {str(phase): dags.labels(phase) for phase in Phase}
        self._live = Gauge("autoclone_live_clones", "Clones that are counted now.", registry=self.registry)
        holds = Gauge(
            "autoclone_holds", "Ramps that an operator paused or overrode.", ["kind"], registry=self.registry
        )
        self._holds = {str(kind): holds.labels(kind) for kind in HoldKind}
        self._epoch = Gauge(
            "autoclone_epoch", "The epoch in force, as far as this server knows.", registry=self.registry
        )
        roles = Gauge(
            "autoclone_role", "1 for the role that this server has.", ["role"], registry=self.registry
        )
        self._roles = {role: roles.labels(role) for role in ROLES}
        elections = Gauge(
            "autoclone_election", "1 for how the election stands.", ["state"], registry=self.registry
        )
        self._elections = {state: elections.labels(state) for state in ELECTIONS}

    def _declare_work(self) -> None:
        events = Counter("autoclone_events", "Events by type.", ["type"], registry=self.registry)
        self._events = {kind: events.labels(kind) for kind in EventType}
        commands = Counter(
            "autoclone_commands", "Commands that ended.", ["action", "result"], registry=self.registry
        )
        durations = Histogram(
            "autoclone_command_duration_seconds",
            "How long commands took.",
            ["action", "result"],
            buckets=DURATIONS,
            registry=self.registry,
        )
        pairs = [(action, result) for action in Action for result in RESULTS]
        self._commands = {pair: commands.labels(*pair) for pair in pairs}
        self._durations = {pair: durations.labels(*pair) for pair in pairs}
        self._lateness = Histogram(
            "autoclone_lateness_seconds",
            "How long after it was due the ticker handled the earliest deadline of a batch.",
            buckets=LATENESS,
            registry=self.registry,
        )
        self._lag = Histogram(
            "autoclone_event_loop_lag_seconds",
            "How far the event loop was behind, measured once a second.",
            buckets=LATENESS,
            registry=self.registry,
        )

    def _declare_outbox(self) -> None:
        def gauge(name: str, text: str, value: Callable[[Waiting], float]) -> None:
            shown = Gauge(name, text, registry=self.registry)
            shown.set_function(lambda: value(now) if (now := self._outbox()) is not None else 0)

        pruned = Counter(
            "autoclone_events_pruned",
            "Events that were removed from the journal: in due course, or never published.",
            ["kind"],
            registry=self.registry,
        )
        self._pruned = {kind: pruned.labels(kind) for kind in ("expired", "unsent")}
        gauge("autoclone_outbox_events", "Events that wait to be published.", lambda now: now.waiting)
        gauge(
            "autoclone_outbox_oldest_seconds",
            "How long the first of them has waited.",
            lambda now: now.oldest_seconds,
        )
        gauge(
            "autoclone_outbox_published",
            "Events that this process has published.",
            lambda now: now.published,
        )

    def _declare_streams(self) -> None:
        self._streams = Gauge(
            "autoclone_event_streams", "Streams of events that are open.", registry=self.registry
        )
        self._streams_cut = Gauge(
            "autoclone_event_streams_cut",
            "Streams that this process cut, since their readers were too slow.",
            registry=self.registry,
        )

    def watch_outbox(self, outbox: Callable[[], Waiting | None]) -> None:
        """Show from now on what waits to be published, asked for whenever the metrics are.

        Args:
            outbox: returns it, None while this server publishes nothing.
        """
        self._outbox = outbox

    def watch_streams(self, are_open: Callable[[], int], were_cut: Callable[[], int]) -> None:
        """Show from now on how many streams of events are open, and how many were cut as too slow."""
        self._streams.set_function(are_open)
        self._streams_cut.set_function(were_cut)

    def render(self) -> tuple[bytes, str]:
        """Return all metrics in Prometheus's text format, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:  # noqa: ARG002 - the port has it: logs tell of them
        """Count the events by type."""
        for event in events:
            self._events[event.type].inc()

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        """Count a command by action and result, and note how long it took."""
        pair = (outcome.command.action, RESULTS[outcome.error is not None])
        self._commands[pair].inc()
        self._durations[pair].observe(took.total_seconds())

    def woke(self, late: timedelta) -> None:
        """Note how late the ticker was."""
        self._lateness.observe(late.total_seconds())

    def lagged(self, lag: timedelta) -> None:
        """Note how far behind the event loop was."""
        self._lag.observe(lag.total_seconds())

    def counted(self, phases: Mapping[str, int], live: int, holds: Mapping[str, int]) -> None:
        """Show how many DAGs are in each phase, how many clones there are, and how many ramps are held."""
        for phase, gauge in self._dags.items():
            gauge.set(phases.get(phase, 0))
        self._live.set(live)
        for kind, gauge in self._holds.items():
            gauge.set(holds.get(kind, 0))

    def became(self, standing: Standing) -> None:
        """Show the role, the epoch, and how the election stands."""
        self._epoch.set(standing.epoch)
        for role, gauge in self._roles.items():
            gauge.set(role == standing.role)
        for state, gauge in self._elections.items():
            gauge.set(state == standing.election)
        if standing.role == "secondary":
            self.counted({}, 0, {})  # another counts them now: the sum over all servers stays true

    def pruned(self, expired: int, unsent: int) -> None:
        """Count the events that were removed, by why."""
        self._pruned["expired"].inc(expired)
        self._pruned["unsent"].inc(unsent)
