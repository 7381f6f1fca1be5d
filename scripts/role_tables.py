"""Writes the tables of docs/election.md from src/election/role.py, or checks them with `--check`."""

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from election.role import MANDATES, TITLES, VERDICTS, Connection, Epoch, Lease, Lock, Mandate, Title

TARGET = Path(__file__).parent.parent / "docs" / "election.md"
COMMAND = "python scripts/role_tables.py"

START = f"<!-- tables: made by `{COMMAND}` from src/election/role.py -->\n"
END = "\n<!-- end of tables -->"

MANDATE = """\
## What ZooKeeper's side comes to

The connection is down the side, who holds the lock is across.
"""

TITLE = """\
## What the store's side comes to

The lease is down the side; across is how this server's epoch compares with the one in force.
"""

VERDICT = """\
## What follows

The mandate is down the side, the title across. Below each role is what to do about the lease: `claim` it,
together with a new epoch, in one transaction that fails where another holds it; `renew` it; `release` it, so
that nobody has to wait until it has run out; or `leave` it. Only `primary` and `default_primary` issue
commands. A `suspended` server keeps the lease and issues nothing.
"""


def main() -> int:
    """Write the page, or compare it; return the exit status."""
    before, _, rest = TARGET.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    page = before + START + "\n".join(_tables()).rstrip() + END + after
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(page, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == page:
        return 0
    print(f"docs/election.md is stale: run `{COMMAND}`", file=sys.stderr)
    return 1


def _tables() -> Iterator[str]:
    yield MANDATE
    yield from _grid(Connection, Lock, {key: f"`{mandate}`" for key, mandate in MANDATES.items()})
    yield TITLE
    yield from _grid(Lease, Epoch, {key: f"`{title}`" for key, title in TITLES.items()})
    yield VERDICT
    cells = {key: f"`{verdict.role}`<br>{verdict.lease}" for key, verdict in VERDICTS.items()}
    yield from _grid(Mandate, Title, cells)


def _grid(
    side: type[StrEnum], across: type[StrEnum], cells: Mapping[tuple[StrEnum, StrEnum], str]
) -> Iterator[str]:
    yield f"| | {' | '.join(f'`{column}`' for column in across)} |"
    yield f"|---|{'---|' * len(across)}"
    for row in side:
        yield f"| **`{row}`** | {' | '.join(cells[row, column] for column in across)} |"
    yield ""


if __name__ == "__main__":
    sys.exit(main())
