"""From a DAG document to the plan of its ramp."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any

from pydantic import BaseModel, ValidationError

from autoclone.config.faults import Location, did_you_mean, faults_of, nearest, path_of, shown
from autoclone.config.labels import label
from autoclone.config.models import DagDocument
from autoclone.config.pacing import StartGate, Steps
from autoclone.config.plans import plan_of
from autoclone.config.section import AutoCloneSection, WindowKeys, WindowSection
from autoclone.config.windows import faults_of_windows, windows_of
from autoclone.core.model import Plan
from autoclone.core.naming import NAME
from autoclone.errors import Fault, InvalidInput

SECTION = "autoclone"
REQUIRED = ("ramp_up_time", "ramp_down_time", "ramp_count")
ONE_MINUTE = timedelta(minutes=1)

# What people write in the section who mean something else by it.
MISPLACED = {
    "start_time": "Write ramp_up_time, or move start_time out of autoclone for the DAG's own time window",
    "end_time": "Write ramp_down_time, or move end_time out of autoclone for the DAG's own time window",
    "count": "Write ramp_count",
    "interval": "Write ramp_interval",
    "clones": "Write ramp_count",
}

INNER_PATH = re.compile(r"[.\[]")
SECTION_KEYS = frozenset(AutoCloneSection.model_fields)

# The objects in the section that have keys of their own.
INNER: Mapping[str, type[BaseModel]] = {
    "ramp_step": Steps,
    "start_gate": StartGate,
    "windows": WindowSection,
}


@dataclass(frozen=True, slots=True)
class Dag:
    """One DAG, checked.

    Attributes:
        name: the DAG's name.
        plan: what its ramp is to do.
        config: `ramp_up_time`, `ramp_down_time` and `ramp_count` as written, None where missing; then
            `duration` and `windows`, where they are written.
        labels: what it is labelled with, as `key=value`, in order.
    """

    name: str
    plan: Plan
    config: Mapping[str, object]
    labels: tuple[str, ...] = ()


def resolve(
    document: Mapping[str, Any],
    *,
    zone: tzinfo,
    name: str | None = None,
    default_interval: timedelta = ONE_MINUTE,
) -> Dag:
    """Check a DAG document and return what it comes to. Nodes and edges are the runtime's to check.

    Args:
        document: the whole definition, which stays as it is.
        zone: the time zone where the document names none.
        name: the name it must have, where the address says one; the document may then leave it out.
        default_interval: the pace where the document names none.

    Raises:
        InvalidInput: with every fault there is, in document order.
    """
    if not isinstance(document, Mapping):
        raise InvalidInput(
            Fault("", shown(document), "the document is not an object", "Write a JSON object, in braces")
        )
    given = document if name is None or "name" in document else {"name": name, **document}
    faults = _other_name(document, name)
    try:
        model = DagDocument.model_validate(given)
    except ValidationError as error:
        faults += faults_of(error, unknown=_unknown)
        raise InvalidInput(*sorted(faults, key=lambda fault: _place(document, fault.field))) from None
    faults += faults_of_windows(model.autoclone) if model.autoclone else ()
    if faults:
        raise InvalidInput(*faults)
    plan = plan_of(model, _disabled(document, model.autoclone), zone, default_interval)
    labels = tuple(sorted(label(key, text) for key, text in model.labels.items()))
    return Dag(model.name, plan, _as_written(document), labels)


def _unknown(location: Location) -> tuple[str, str]:
    *outer, key = map(str, (part for part in location if isinstance(part, str)))
    inner = INNER.get(outer[-1], AutoCloneSection)
    known = tuple(inner.model_fields)
    misplaced = MISPLACED if issubclass(inner, WindowKeys) else {}
    close = nearest(key, (*known, *misplaced))
    remedy = misplaced.get(close or "") or _beside(key, inner) or did_you_mean(key, known)
    return f"is not a key of {outer[-1]}", remedy


def _beside(key: str, inner: type[BaseModel]) -> str:
    """Return the remedy for a key of the whole section that stands in one of its windows."""
    return "Write it beside windows: it is for all" if inner is WindowSection and key in SECTION_KEYS else ""


def _other_name(document: Mapping[str, Any], wanted: str | None) -> list[Fault]:
    written = document.get("name")
    if wanted is None or not isinstance(written, str) or written == wanted or not NAME.fullmatch(written):
        return []
    problem = f'is not the name in the address, "{wanted}"'
    return [Fault("name", shown(written), problem, f'Write "{wanted}"')]


def _place(document: Mapping[str, Any], field: str) -> tuple[int, int]:
    """Return where in the document `field` stands, missing ones last."""
    outer, _, inner = field.partition(".")
    section = document.get(outer)
    return _index(document, outer), _index(section, inner) if isinstance(section, Mapping) else 0


def _index(mapping: Mapping[str, Any], key: str) -> int:
    keys = [path_of((one,)) for one in mapping]
    known = key if key in keys else INNER_PATH.split(key)[0]
    return keys.index(known) if known in keys else len(keys)


def _disabled(document: Mapping[str, Any], section: AutoCloneSection | None) -> str | None:
    """Return why AutoClone is off, or None where it is on."""
    if section is None:
        return _no_section(document)
    if section.windows is not None:
        return _no_window(section)
    missing = [key for key in REQUIRED if getattr(section, key) is None]
    if section.duration is not None:
        missing = [key for key in missing if key != "ramp_down_time"]
    if missing:
        *others, last = missing
        what = f"{', '.join(others)} and {last} are" if others else f"{last} is"
        return f"AutoClone is off: {what} missing"
    count = section.ramp_count
    return f"AutoClone is off: ramp_count is {count}" if count is not None and count <= 0 else None


def _no_window(section: AutoCloneSection) -> str | None:
    if not section.windows:
        return "AutoClone is off: windows is empty"
    wanted = any(window.count for window in windows_of(section))
    return None if wanted else "AutoClone is off: ramp_count is 0 in every window"


def _no_section(document: Mapping[str, Any]) -> str:
    close = nearest(SECTION, [key for key in document if key != SECTION])
    hint = f" (did you mean it by {shown(close)}?)" if close else ""
    return f"AutoClone is off: the document has no autoclone section{hint}"


def _as_written(document: Mapping[str, Any]) -> Mapping[str, object]:
    section = document.get(SECTION) or {}
    further = {key: section[key] for key in ("duration", "windows") if section.get(key) is not None}
    return {key: section.get(key) for key in REQUIRED} | further
