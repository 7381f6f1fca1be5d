"""The command line: `autoclone serve | validate | preview | simulate | status`.

Exit codes: 0 good, 2 the user's mistake (one line on standard error says which), 1 ours.
"""

import logging
import os
import sys
import threading
from collections.abc import Sequence

from autoclone.cli.app import app, run

__all__ = ["app", "main"]


def main(args: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        args: the arguments; those of the process by default.
    """
    code = run(args)
    if args is None:
        _abandon_threads(code)
    return code


def _abandon_threads(code: int) -> None:
    """End at once where a DAG's blocking call goes on: it was given its time to drain, and may never return.

    Python itself would wait for its thread before it ends the process.
    """
    others = (one for one in threading.enumerate() if one is not threading.main_thread())
    if any(not one.daemon for one in others):
        logging.shutdown()
        sys.stdout.flush()
        os._exit(code)
