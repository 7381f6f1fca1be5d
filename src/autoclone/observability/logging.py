"""How log lines are written: text for people, JSON for programs; structlog renders both.

Everything logs through the standard library, so AutoClone's lines and those of its libraries look alike,
and a program that embeds AutoClone sees them under its own configuration.
"""

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

from autoclone.observability.log_observer import LogObserver

__all__ = ["LogObserver", "configure"]

OWN = ("autoclone", "api", "election")
# Libraries that log each of their own retries, some several a second. What is wrong we say ourselves, once.
CHATTY = ("aiokafka", "confluent_kafka", "kazoo")
HANDLER = "autoclone"

# What other formatters leave on a record, and uvicorn: the message once more, with escape codes.
COPIES = ("message", "asctime", "color_message")

EventDict = MutableMapping[str, Any]


def configure(log_format: str, level: str, stream: TextIO | None = None) -> None:
    """Send all log lines to one stream, in one format. Calling it again replaces what it did before.

    AutoClone's own loggers get `level`; libraries are kept to warnings, or to `info` where `level` is
    `debug`: what they have to say at a level matters to their authors first.

    Args:
        log_format: `text`, `json`, or `auto`: text on a terminal and JSON elsewhere.
        level: `debug`, `info`, `warning`, `error` or `critical`.
        stream: where to; standard error by default.
    """
    stream = stream or sys.stderr
    as_text = log_format == "text" or (log_format == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.set_name(HANDLER)
    handler.setFormatter(_formatter(_as_text if as_text else _as_json()))
    root = logging.getLogger()
    for old in [one for one in root.handlers if one.get_name() == HANDLER]:
        root.removeHandler(old)
    root.addHandler(handler)
    _set_levels(getattr(logging, level.upper()))


def _set_levels(level: int) -> None:
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    libraries = logging.INFO if level <= logging.DEBUG else max(level, logging.WARNING)
    logging.getLogger().setLevel(libraries)
    for name in CHATTY:
        logging.getLogger(name).setLevel(libraries if level <= logging.DEBUG else logging.CRITICAL)


def _formatter(renderer: structlog.typing.Processor) -> logging.Formatter:
    """Return a formatter that carries the fields of `extra` along, for lines of every origin."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[_head, _with_error, structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
    )


def _head(_logger: Any, _method: str, fields: EventDict) -> EventDict:  # noqa: ANN401 - structlog's signature
    """Put when, how grave and who first. The time is the record's own: only the clock may read it."""
    record: logging.LogRecord = fields["_record"]
    at = datetime.fromtimestamp(record.created, UTC)
    for copy in COPIES:
        fields.pop(copy, None)
    return {
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        **fields,
    }


def _with_error(_logger: Any, _method: str, fields: EventDict) -> EventDict:  # noqa: ANN401 - as above
    """Render a traceback, where the line has one."""
    return structlog.processors.format_exc_info(_logger, _method, fields)


def _as_json() -> structlog.typing.Processor:
    return structlog.processors.JSONRenderer()


def _as_text(_logger: Any, _method: str, fields: EventDict) -> str:  # noqa: ANN401 - as above
    """Return local time, level and message. The further fields are in the words already."""
    at = datetime.fromisoformat(fields["timestamp"]).astimezone()
    line = f"{at:%Y-%m-%d %H:%M:%S} {fields['level']:<8} {fields['event']}"
    error = fields.get("exception")
    return f"{line}\n{error}" if error else line
