"""Where results go: standard output, as a table, a JSON array or JSON lines."""

import json
import sys
from collections.abc import Iterable
from typing import NoReturn

from rich.console import Console

from autoclone.cli.formats import Format


class Terminal(Console):
    """Standard output for people. Nothing is guessed from the text: names are not markup."""

    def __init__(self) -> None:
        super().__init__(markup=False, highlight=False, emoji=False)

    def on_broken_pipe(self) -> NoReturn:
        """Leave it to the program: a reader that has seen enough is no error."""
        raise BrokenPipeError


def write_lines(lines: Iterable[str]) -> None:
    """Write each line as it comes."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


def write_objects(objects: Iterable[str], form: Format) -> None:
    """Write objects that are JSON already: one a line, or as one array."""
    if form is Format.JSONL:
        write_lines(objects)
        return
    before = "[\n  "
    for one in objects:
        sys.stdout.write(f"{before}{one}")
        before = ",\n  "
    sys.stdout.write("[]\n" if before.startswith("[") else "\n]\n")


def as_json(value: object) -> str:
    """Return `value` as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)
