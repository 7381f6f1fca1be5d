"""The kinds of value that node parameters share."""

import re
from pathlib import PurePosixPath
from typing import Any

from autoclone.runtimes.nodes.base import Record

MISSING = object()


def lookup(record: Record, path: str) -> Any:  # noqa: ANN401 - a JSON value is any of its types
    """Return the value at `path` in `record`, where dots lead into nested objects; `MISSING` if none."""
    if path in record:
        return record[path]
    value: Any = record
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return MISSING
        value = value[part]
    return value


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> list[str]:
    """Return the names between braces in `text`, in order."""
    return _PLACEHOLDER.findall(text)


def fill(text: str, values: dict[str, str]) -> str:
    """Return `text` with `{name}` replaced; names that are not in `values` stay as they are."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def steps_up(path: str) -> bool:
    """Whether a path of forward slashes has a `..` in it."""
    return ".." in PurePosixPath(path).parts
