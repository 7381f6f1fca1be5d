"""How what pydantic finds becomes faults that name the field, the value and the remedy."""

import difflib
import json
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from autoclone.errors import Fault

LONGEST_VALUE = 60
LONGEST_PATH = 200
LONGEST_NAME = 200
UNKNOWN_KEY = "extra_forbidden"
PLAIN = {
    "missing": ("is missing", "Add it"),
    "model_type": ("is not an object", "Write a JSON object, in braces"),
}

Location = tuple[int | str, ...]


def shown(value: object, longest: int = LONGEST_VALUE) -> str:
    """Return `value` in JSON, shortened, for an error message. A path is worth more room than most."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):  # too big or too deep to be worth showing
        text = f"<{type(value).__name__}>"
    return _shortened(text, longest)


def _shortened(text: str, longest: int) -> str:
    """Return `text` as something any encoding and any log line can hold."""
    text = text.encode(errors="replace").decode()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `name` was most likely meant to be, whatever its case; None if none."""
    if len(name) > LONGEST_NAME:
        return None
    by_lower = {one.lower(): one for one in sorted(known)}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown `name`: the nearest of `known`, else all of them."""
    known = list(known)
    close = nearest(name, known)
    return f"Did you mean {close}?" if close else f"Write one of {', '.join(known)}"


def wrong(problem: str, remedy: str) -> PydanticCustomError:
    """Return the error that a validator raises: what is wrong, and what to write instead."""
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy})


def path_of(location: Location) -> str:
    """Return a place in a document as users read it, such as `nodes[2].type`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return _shortened(text, LONGEST_PATH)


def faults_of(
    error: ValidationError,
    *,
    field: Callable[[Location], str] = path_of,
    unknown: Callable[[Location], tuple[str, str]] | None = None,
) -> list[Fault]:
    """Return one fault for each thing that pydantic found, in its order.

    Args:
        error: what pydantic raised.
        field: what users call the place.
        unknown: the problem and the remedy of a key that is not known.
    """
    return [_fault(one, field, unknown) for one in error.errors(include_url=False)]


def _fault(
    one: ErrorDetails,
    field: Callable[[Location], str],
    unknown: Callable[[Location], tuple[str, str]] | None,
) -> Fault:
    location = one["loc"]
    if one["type"] == UNKNOWN_KEY and unknown is not None:
        problem, remedy = unknown(location)
    else:
        problem, remedy = _explained(one)
    value = "" if one["type"] == "missing" or one["input"] is None else shown(one["input"])
    return Fault(field(location), value, problem, remedy)


def _explained(one: ErrorDetails) -> tuple[str, str]:
    context: dict[str, Any] = one.get("ctx", {})
    if "remedy" in context:
        return context["problem"], context["remedy"]
    return PLAIN.get(one["type"], ("is not valid", one["msg"]))
