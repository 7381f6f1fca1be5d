"""What the engine did, as log lines. Seven of them are a contract: operators search for those words."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from autoclone.core.commands import Action, Command
from autoclone.core.events import Event, EventType
from autoclone.core.inputs import Outcome
from autoclone.observability.silent import Silent
from autoclone.ports import Standing

Line = tuple[int, Callable[[Event], str]]


def _words(event: Event) -> str:
    """Return an error's text in one line, whatever it was."""
    return " ".join((event.message or "").split())


def _until(event: Event) -> str:
    hold = event.hold
    if hold is None:
        return ""
    return f" until {hold.until.isoformat(timespec='seconds')}{f': {hold.reason}' if hold.reason else ''}"


def _count(event: Event) -> str:
    return "" if event.hold is None else f" to {event.hold.count}"


def _by(event: Event) -> str:
    return "" if event.by is None else f", by the {event.by}"


# The contract.
CONTRACT: Mapping[EventType, Line] = MappingProxyType(
    {
        EventType.CLONE_CREATED: (
            logging.INFO,
            lambda e: f"AutoClone: Created {e.clone} for {e.parent} ({e.clones}/{e.target})",
        ),
        EventType.RAMP_UP_COMPLETED: (
            logging.INFO,
            lambda e: f"AutoClone: Ramp up completed for {e.parent}",
        ),
        EventType.RAMP_DOWN_STARTED: (
            logging.INFO,
            lambda e: f"AutoClone: Starting ramp down for {e.parent}",
        ),
        EventType.RAMP_DOWN_COMPLETED: (
            logging.INFO,
            lambda e: f"AutoClone: Ramp down completed for {e.parent}",
        ),
        EventType.CLONE_CREATE_FAILED: (
            logging.ERROR,
            lambda e: f"AutoClone: Error creating clone for {e.parent}: {_words(e)}",
        ),
        EventType.CLONE_DELETE_FAILED: (
            logging.ERROR,
            lambda e: f"AutoClone: Error deleting clone: {_words(e)}",
        ),
    }
)

# The rest, in words that nobody takes for the contract's.
FURTHER: Mapping[EventType, Line] = MappingProxyType(
    {
        EventType.RAMP_UP_STARTED: (logging.DEBUG, lambda e: f"{e.parent} ramps up to {e.target}"),
        EventType.CLONE_STARTED: (logging.DEBUG, lambda e: f"{e.clone} runs"),
        EventType.CLONE_STOPPED: (logging.DEBUG, lambda e: f"{e.clone} has stopped"),
        EventType.CLONE_DELETED: (logging.DEBUG, lambda e: f"{e.clone} is deleted"),
        EventType.CLONE_SUSPENDED: (logging.INFO, lambda e: f"{e.clone} is suspended with {e.parent}"),
        EventType.CLONE_RESUMED: (logging.INFO, lambda e: f"{e.clone} is resumed with {e.parent}"),
        EventType.CLONE_ADOPTED: (logging.INFO, lambda e: f"{e.clone} was running and is adopted"),
        EventType.CLONE_RESTORED: (logging.INFO, lambda e: f"{e.clone} was lost and runs again"),
        EventType.CLONE_DIED: (
            logging.WARNING,
            lambda e: f"{e.clone} died; the ramp replaces it",
        ),
        EventType.CLONE_SUSPEND_FAILED: (
            logging.ERROR,
            lambda e: f"{e.clone} not suspended: {_words(e)}",
        ),
        EventType.CLONE_RESUME_FAILED: (logging.ERROR, lambda e: f"{e.clone} was not resumed: {_words(e)}"),
        EventType.RAMP_PAUSED: (logging.INFO, lambda e: f"{e.parent} is paused{_until(e)}"),
        EventType.RAMP_RESUMED: (logging.INFO, lambda e: f"{e.parent} goes on after its pause{_by(e)}"),
        EventType.OVERRIDE_STARTED: (
            logging.INFO,
            lambda e: f"{e.parent} is overridden{_count(e)}{_until(e)}",
        ),
        EventType.OVERRIDE_ENDED: (logging.INFO, lambda e: f"{e.parent} follows its schedule again{_by(e)}"),
        EventType.PARENT_STOPPED: (logging.INFO, lambda e: f"{e.parent} was stopped by an operator"),
        EventType.PARENT_STARTED: (logging.INFO, lambda e: f"{e.parent} was started by an operator"),
        EventType.PARENT_SUSPENDED: (logging.INFO, lambda e: f"{e.parent} was suspended by an operator"),
        EventType.PARENT_RESUMED: (logging.INFO, lambda e: f"{e.parent} was resumed by an operator"),
        EventType.PARENT_DELETED: (logging.INFO, lambda e: f"{e.parent} was deleted"),
    }
)
ROLES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "primary": (logging.INFO, "This server is primary, epoch {epoch}"),
        "default_primary": (
            logging.WARNING,
            "ZooKeeper elects nobody: this server is primary by default, epoch {epoch}",
        ),
        "suspended": (
            logging.WARNING,
            "This server was primary, and changes nothing until it is sure that it still is",
        ),
        "secondary": (logging.INFO, "This server is a secondary; the primary is {primary}"),
    }
)
LINES: Mapping[EventType, Line] = MappingProxyType({**CONTRACT, **FURTHER})


class LogObserver(Silent):
    """Logs what was decided.

    The message is the whole line; `parent`, `clone`, `epoch` and `sequence` are fields of the record.

    Args:
        logger: where to; `autoclone` by default.
    """

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._log = logger or logging.getLogger("autoclone")
        self._became = ""

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        """Log the events in order, then the clones that are told to stop."""
        for event in events:
            level, words = LINES[event.type]
            if self._log.isEnabledFor(level):
                self._log.log(level, words(event), extra=_event_fields(event))
        for command in commands:
            if command.action is Action.STOP and command.attempt == 1:
                line = f"AutoClone: Stopping and deleting {command.clone}"
                self._log.info(line, extra=_command_fields(command))

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        """Log a command that ended, for those who look closely."""
        if self._log.isEnabledFor(logging.DEBUG):
            command = outcome.command
            line = (
                f"{command.action} {command.clone}: {outcome.error or 'done'} ({took.total_seconds():.3f} s)"
            )
            self._log.debug(line, extra=_command_fields(command))

    def became(self, standing: Standing) -> None:
        """Log the new role, as a warning where operators should look.

        What else has changed is in the metrics; of its troubles an election tells itself.
        """
        level, words = ROLES[standing.role]
        line = words.format(epoch=standing.epoch, primary=standing.primary or "not known yet")
        if line != self._became:
            self._became = line
            fields = {"role": standing.role, "epoch": standing.epoch, "election": standing.election}
            self._log.log(level, line, extra=fields)


def _event_fields(event: Event) -> dict[str, object]:
    return {
        "type": str(event.type),
        "parent": event.parent,
        "clone": event.clone,
        "epoch": event.epoch,
        "sequence": event.sequence,
    }


def _command_fields(command: Command) -> dict[str, object]:
    return {"parent": command.parent, "clone": command.clone, "epoch": command.epoch}
