"""Writes docs/configuration.md from the models, or checks that it is up to date with `--check`."""

import json
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from pages import write_or_check
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from autoclone.config.durations import format_duration
from autoclone.config.models import DagDocument
from autoclone.config.section import AutoCloneSection
from autoclone.config.settings import Settings, flag, variable

TARGET = Path(__file__).parent.parent / "docs" / "configuration.md"
COMMAND = "python scripts/docs_config.py"

DOCUMENT = {
    "name": "orders",
    "timezone": "America/New_York",
    "nodes": [
        {"id": "tick", "type": "interval", "params": {"every": "1s"}},
        {"id": "show", "type": "log"},
    ],
    "edges": [["tick", "show"]],
    "autoclone": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5, "ramp_interval": "1m"},
}

INTRODUCTION = f"""\
<!-- Made by `{COMMAND}` from the models in src/autoclone/config. Change them, not this file. -->
# Configuration

Two things can be configured: each DAG, by its document, and the server, by its settings.

## The DAG document

A JSON object, sent to `/api/v1/dags` or put as a `*.json` file into the folder of DAGs.
"""

WINDOWS = """\
An entry of `windows` may have the keys from `ramp_up_time` to `holidays`, and a `name` for messages to call
it by. What it leaves out it takes from beside `windows`; a `null` for `days`, `exclude_dates` or `holidays`
takes nothing. A count of 0 is a window in which nothing runs, where it is listed before others and
`overlap` is `first`.

```json
{
  "name": "shop",
  "autoclone": {
    "timezone": "Europe/Berlin",
    "days": ["mon", "tue", "wed", "thu", "fri"],
    "holidays": "DE/BE",
    "ramp_count": 4,
    "windows": [
      {"name": "day", "ramp_up_time": "0800", "ramp_down_time": "1800"},
      {"name": "noon", "ramp_up_time": "1130", "duration": "2h", "ramp_count": 9},
      {"name": "weekend", "ramp_up_time": "1000", "duration": "6h", "days": ["sat", "sun"], "holidays": null}
    ],
    "overlap": "max"
  }
}
```
"""

RULES = """\
### Written how

- A **time** is four digits on the 24-hour clock: `"0900"`. `"9:00"` and `900` are errors that say so.
- A **duration** is a number and a unit, or several: `"250ms"`, `"5s"`, `"1h30m"`, `"1d"`.
- A **time zone** is an IANA name: `"America/New_York"`, `"UTC"`.
- A **date** is `"2025-12-24"`; several are `"2025-12-24..2026-01-02"`, both ends included.
- The document is strict JSON in UTF-8: no byte order mark, no repeated keys, no `NaN`, no integers beyond 64
  bits, 64 levels of nesting and 1 MiB at most (`max_body_bytes`).

### Off, or wrong

AutoClone is **off** for a DAG where the section is missing, where one of `ramp_up_time`, `ramp_down_time`
(or `duration`) and `ramp_count` is missing, `null` or `""`, or where `ramp_count` is 0 or less; with
`windows`, where the list is empty or the count is 0 in each. That is no error: the status is `idle` with
the reason beside it, and clones that exist are stopped and deleted at once. A window of several that lacks
one of the three is an error.

A value that is **wrong** (a malformed time, a count in quotes or with a decimal point, two equal times, an
unknown key in `autoclone`) is an error even where AutoClone would be off. The old definition stays.

### The folder of DAGs

With `dags` set, every `*.json` file in that folder is loaded and followed, but for hidden files.

- A file in error keeps its last good definition, with the error in that DAG's status. A DAG that never had
  a good one is listed as `invalid`. No other DAG is affected.
- A DAG whose file is removed is deleted, also where that happened while the server was down. A file that is
  renamed, or written anew by an editor, keeps its DAG.
- Where two files name the same DAG, the first by file name has it and the other is in error.
- A DAG from a file belongs to the file: what is changed or deleted by hand stays so only until the file
  changes or the server starts again.
"""

SETTINGS = """\
## The server's settings

None has to be set. Where one is set in several places, a flag comes before a variable, a variable before the
TOML file, and the file before the default. The file is named by `--config` or `AUTOCLONE_CONFIG` and has the
settings' names as its keys. A variable that is empty counts as not set. An unknown key in the file, or an
unknown `AUTOCLONE_` variable, is an error.
"""

TOML = """\
# autoclone.toml
port = 8080
dags = "dags"
timezone = "Europe/Berlin"
drain_timeout = "10s"
allowed_modules = ["my_pipeline"]
max_clones = 500

[limits."team=data"]
max_clones = 20
max_creates_per_second = 5
"""


def page() -> str:
    """Return the whole page."""
    parts = [
        INTRODUCTION,
        f"```json\n{json.dumps(DOCUMENT, indent=2)}\n```\n",
        keys_table(DagDocument),
        "Further keys are welcome, and copied verbatim to the clones.\n",
        "### The `autoclone` section\n",
        keys_table(AutoCloneSection),
        WINDOWS,
        RULES,
        SETTINGS,
        settings_table(),
        f"```toml\n{TOML}```\n",
    ]
    return "\n".join(parts)


def keys_table(model: type[BaseModel]) -> str:
    """Return the table of a document model's keys."""
    rows = (
        (f"`{key}`", info.description or "", _code(json.dumps(_example(info))))
        for key, info in model.model_fields.items()
    )
    return table(("key", "meaning", "example"), rows)


def settings_table() -> str:
    """Return the table of the settings, by all their names."""
    rows = (
        (
            f"`{key}`",
            f"`{variable(key)}`",
            f"`{flag(key)}`",
            _default(info),
            info.description or "",
            _code(str(_example(info))),
        )
        for key, info in Settings.model_fields.items()
    )
    return table(("setting", "variable", "flag", "default", "meaning", "example"), rows)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _example(info: FieldInfo) -> object:
    return (info.examples or [""])[0]


def _default(info: FieldInfo) -> str:
    default = info.default
    if default is PydanticUndefined or default is None or default == ():
        return ""
    return _code(format_duration(default) if isinstance(default, timedelta) else str(default))


def _code(text: str) -> str:
    return f"`{text.replace('|', '&#124;')}`" if text else ""


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; return the exit status."""
    return write_or_check(TARGET, page(), COMMAND, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
