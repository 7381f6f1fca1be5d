"""Runs a command and turns what comes of it into an exit code and, for a mistake, one line."""

import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any

from typer import TyperException
from typer.core import TyperGroup

from autoclone.errors import AutoCloneError, InvalidInput

NAME = "autoclone"
GOOD, OURS, MISTAKE = 0, 1, 2


class Program(TyperGroup):
    """The group of all commands: typer parses and runs them, and this decides how they end."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 - typer's signature
    ) -> int:
        """Run a command: exit with its code, or return it where `standalone_mode` is off."""
        run = partial(
            super().main,
            args,
            prog_name or NAME,
            complete_var,
            standalone_mode=False,
            windows_expand_args=windows_expand_args,
            **extra,
        )
        code = ended(run)
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> int:  # noqa: ANN401 - typer keeps the type to itself
        """Run the chosen command. Whoever reads the output may stop at any time: that is no error."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _drop_output()
            return GOOD
        return code or GOOD


def ended(run: Callable[[], int]) -> int:
    """Return the exit code of `run`, having said in one line what was wrong.

    What nobody foresaw is left to be raised: it is a defect, and its traceback helps to mend it.
    """
    try:
        return run()
    except TyperException as error:
        return _complain(_usage(error), MISTAKE)
    except InvalidInput as error:
        return _complain(str(error), MISTAKE)
    except AutoCloneError as error:
        return _complain(str(error), OURS)


def _usage(error: TyperException) -> str:
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx is not None else NAME
    text = error.format_message().replace("Value error, ", "")
    option, others = getattr(error, "option_name", None), getattr(error, "possibilities", None)
    if option and others:
        (nearest, *_) = get_close_matches(option, others, n=1, cutoff=0)
        text = f"No such option: {option}. Did you mean {nearest}?"
    return f"{text} See: {command} --help"


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"{NAME}: {one_line(text)}\n")
    return code


def one_line(text: str) -> str:
    """Return `text` as one line that does nothing to a terminal."""
    words = " ".join(text.split())
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in words)


def _drop_output() -> None:
    """Send what is still in the buffer nowhere, so that Python's own last flush does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
