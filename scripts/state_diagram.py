"""Writes docs/state_machine.md from the core's transition table, or checks it with `--check`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from pages import write_or_check

from autoclone.core.events import EventType
from autoclone.core.model import Phase
from autoclone.core.transitions import TRANSITIONS, Transition, Trigger

TARGET = Path(__file__).parent.parent / "docs" / "state_machine.md"
COMMAND = "python scripts/state_diagram.py"

INTRODUCTION = f"""\
<!-- Made by `{COMMAND}` from src/autoclone/core/transitions.py. Change that, not this file. -->
# The ramp's state machine

A ramp follows a number: how many clones are wanted now. Its *phase* says which way it is moving. At each
step the clones that stay, which are all but those on their way out, are compared with that number, and the
*trigger* says how they compare:

| trigger | meaning |
|---|---|
| `{Trigger.SHORT}` | Fewer stay than are wanted. |
| `{Trigger.SETTLING}` | As many as are wanted, but one is being launched, or others are on their way out. |
| `{Trigger.FULL}` | Exactly those that are wanted, all launched. |
| `{Trigger.EXCESS}` | More stay than are wanted. |
| `{Trigger.EMPTY}` | None is wanted and none is left. |

The diagram has the pairs of phase and trigger that lead to another phase, with the events that are
announced on the way. When each clone comes or goes within a phase is the pace's business: see
[concepts](concepts.md).
"""

TABLE = """\
## Every pair

The table is total: a pair that is missing would be a programming error, and raise. What stands alone is a
pair that stays in its phase and announces nothing.
"""


def main() -> int:
    """Write the page, or compare it; return the exit status."""
    return write_or_check(TARGET, "\n".join(_page()).rstrip() + "\n", COMMAND, sys.argv[1:])


def _page() -> Iterator[str]:
    yield INTRODUCTION
    yield "```mermaid\nstateDiagram-v2"
    yield f"    [*] --> {Phase.IDLE}"
    yield from _arrows()
    yield "```\n"
    yield TABLE
    yield f"| phase | {' | '.join(f'`{trigger}`' for trigger in Trigger)} |"
    yield f"|---|{'---|' * len(Trigger)}"
    for phase in Phase:
        cells = (_cell(TRANSITIONS[phase, trigger]) for trigger in Trigger)
        yield f"| **`{phase}`** | {' | '.join(cells)} |"


def _arrows() -> Iterator[str]:
    for (phase, trigger), then in TRANSITIONS.items():
        if then.phase is not phase:
            yield f"    {phase} --> {then.phase}: {trigger} / {_named(then.events)}"


def _named(events: tuple[EventType, ...]) -> str:
    return ", ".join(events) or "nothing"


def _cell(then: Transition) -> str:
    events = "".join(f"<br>{event}" for event in then.events)
    return f"`{then.phase}`{events}"


if __name__ == "__main__":
    sys.exit(main())
