"""The command line: `autoclone serve | validate | simulate | status`.

Exit codes: 0 good, 2 the user's mistake (one line on standard error says which), 1 ours.
"""

from collections.abc import Sequence

from autoclone.cli.app import app, run

__all__ = ["app", "main"]


def main(args: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        args: the arguments; those of the process by default.
    """
    return run(args)
