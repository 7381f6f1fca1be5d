"""Labels, by which limits tell DAGs apart: `team=data`."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from autoclone.config.faults import wrong

MOST_LABELS = 32
_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?", re.ASCII)
_WRITE = 'Write an object of text, such as {"team": "data"}'
_LETTERS = 'letters, digits, "_", ".", "/" and "-", 63 at most, with a letter or digit at both ends'


def label(key: str, value: str) -> str:
    """Return a label as limits are called: `key=value`."""
    return f"{key}={value}"


def is_label(text: str) -> bool:
    """Return whether `text` is a label, written `key=value`."""
    key, _, value = text.partition("=")
    return bool(_PART.fullmatch(key) and _PART.fullmatch(value))


def _labels(value: object) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise wrong("is not an object", _WRITE)
    if len(value) > MOST_LABELS:
        raise wrong(f"has more than {MOST_LABELS} labels", f"Write {MOST_LABELS} at most")
    for key, text in value.items():
        for part in (key, text):
            if not isinstance(part, str) or not _PART.fullmatch(part):
                raise wrong(f"holds something that is no label: {str(part)[:60]!r}", f"{_WRITE}: {_LETTERS}")
    return value


# What a DAG is labelled with, by key.
Labels = Annotated[
    Mapping[str, str],
    BeforeValidator(_labels),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
