"""From flags, environment and file to settings. Whatever is wrong is called what the user called it."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from autoclone.config.faults import LONGEST_PATH, Location, faults_of, nearest, path_of, shown
from autoclone.config.settings_model import PREFIX, Settings, flag, variable
from autoclone.errors import Fault, InvalidInput

__all__ = ["Settings", "flag", "load_settings", "variable"]

CONFIG_FLAG = "--config"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"

_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]+@")


@dataclass(frozen=True, slots=True)
class _Layer:
    """One place that settings come from.

    Attributes:
        values: by field.
        spelled: how a field is written there.
        place: where that is, where the spelling does not tell.
    """

    values: Mapping[str, Any]
    spelled: Callable[[str], str]
    place: str = ""

    def called(self, field: str) -> str:
        """Return what an error calls a field."""
        return self.spelled(field) + self.place


def load_settings(config: Path | None = None, **flags: object) -> Settings:
    """Return the settings: flags before `AUTOCLONE_*` variables before the TOML file before defaults.

    Args:
        config: the TOML file; else the one that `AUTOCLONE_CONFIG` names, if any.
        **flags: what the command line gave, by field; None counts as not given.

    Raises:
        InvalidInput: a value is wrong, or a name is not known, anywhere. Each fault is named as the user
            wrote it: `--port`, `AUTOCLONE_PORT`, or `port in autoclone.toml`.
    """
    layers = [_from_flags(flags), _from_environment(), *_from_file(config)]
    faults = [fault for layer in layers for fault in _unknown(layer)]
    values = {field: layer.values[field] for layer in reversed(layers) for field in layer.values}
    try:
        settings = Settings(**{field: values[field] for field in Settings.model_fields if field in values})
    except ValidationError as error:
        faults += faults_of(error, field=lambda location: _called(location, layers))
        raise InvalidInput(*map(_without_password, faults)) from None
    if faults:
        raise InvalidInput(*faults)
    return settings


def _from_flags(flags: Mapping[str, object]) -> _Layer:
    given = {field: value for field, value in flags.items() if value is not None}
    return _Layer(given, flag)


def _from_environment() -> _Layer:
    """Read the known variables through pydantic-settings, and add the unknown ones, to be refused."""
    known = EnvSettingsSource(Settings)()
    unknown = {
        name.upper().removeprefix(PREFIX).lower(): text
        for name, text in sorted(os.environ.items())
        if name.upper().startswith(PREFIX) and name.upper() != CONFIG_VARIABLE and text
    }
    return _Layer({**unknown, **known}, variable)


def _from_file(config: Path | None) -> Sequence[_Layer]:
    field, path = CONFIG_FLAG, config
    if path is None:
        field, path = CONFIG_VARIABLE, Path(os.environ.get(CONFIG_VARIABLE, ""))
        if not path.name:
            return ()
    return (_Layer(_read(path, field), str, f" in {path.name}"),)


def _read(path: Path, field: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        problem = f"cannot be read: {(error.strerror or str(error)).lower()}"
        remedy = "Name a TOML file that exists and may be read"
    except UnicodeDecodeError:
        problem, remedy = "is not UTF-8", "Save the file as UTF-8"
    except ValueError as error:  # TOML's own error, or a number with too many digits
        problem, remedy = f"is not TOML: {error}", "Correct it there"
    except RecursionError:
        problem, remedy = "nests too deep", "Write plain `key = value` lines"
    raise InvalidInput(Fault(field, shown(str(path), LONGEST_PATH), problem, remedy))


def _unknown(layer: _Layer) -> list[Fault]:
    return [
        Fault(layer.called(key), shown(value), "is not a setting", _meant(key, layer.spelled))
        for key, value in layer.values.items()
        if key not in Settings.model_fields
    ]


def _meant(key: str, spelled: Callable[[str], str]) -> str:
    close = nearest(key, Settings.model_fields)
    if close:
        return f"Did you mean {spelled(close)}?"
    return f"Write one of {', '.join(map(spelled, Settings.model_fields))}"


def _called(location: Location, layers: Sequence[_Layer]) -> str:
    field = str(location[0]) if location else ""
    return next((layer.called(field) for layer in layers if field in layer.values), path_of(location))


def _without_password(fault: Fault) -> Fault:
    return Fault(fault.field, _PASSWORD.sub(r"\1***@", fault.value), fault.problem, fault.remedy)
