"""What the scripts that make pages from the code have in common."""

import sys
from pathlib import Path


def write_or_check(target: Path, text: str, command: str, arguments: list[str]) -> int:
    """Write the page `target`, or compare it where `--check` is among `arguments`; return the exit status."""
    if "--check" not in arguments:
        target.write_text(text, encoding="utf-8")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return 0
    print(f"docs/{target.name} is out of date: run `{command}`", file=sys.stderr)
    return 1
