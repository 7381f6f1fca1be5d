"""A program in a process of its own: started, suspended, killed, stopped, and found again after a crash."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from cluster.failures import LeftOver

STOP_WITHIN = timedelta(seconds=20)


class Process:
    """A program, its folder, and its log in that folder: what every part of a cluster is.

    The file `pid` in the folder is locked for as long as the process lives, whoever started it: the lock
    is inherited. So a process that an earlier run left behind is known for certain, however often process
    ids were used again since.
    """

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.folder = folder
        self.command = tuple(command)
        self.environment = dict(os.environ if environment is None else environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended. A suspended one runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The id of the process that was started last.

        Raises:
            RuntimeError: it was never started.
        """
        if self._process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended: its status, or minus the signal's number; None while it runs or before it did."""
        return None if self._process is None else self._process.poll()

    @property
    def log_file(self) -> Path:
        """Where its output goes, that of every start after the other."""
        return self.folder / "log"

    @property
    def log(self) -> str:
        """All its output so far."""
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""

    def start(self) -> None:
        """Start it, in a session of its own, so that a Ctrl-C in the terminal is not for it.

        Raises:
            LeftOver: it still runs, from an earlier start by somebody else.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "pid", self.name) as mark, self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(mark.fileno(),),
            )
            mark.write(f"{self._process.pid}\n")

    def suspend(self) -> None:
        """Let it do nothing until it is resumed, as a machine that pauses does."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut does. Once it is down, this does nothing."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self, within: timedelta = STOP_WITHIN) -> bool:
        """Ask it to end, and kill it where it has not in time. Return whether it did so by itself."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            self.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal. To one that has ended, or was never started, this does nothing."""
        if self._process is not None:
            self._process.send_signal(number)

    def wait(self, within: timedelta | None = None) -> None:
        """Return once it has ended. Raises `subprocess.TimeoutExpired` where it has not in time."""
        if self._process is not None:
            self._process.wait(None if within is None else within.total_seconds())


def leftover(folder: Path) -> int | None:
    """Return the id of the process that was started in a folder and still runs, if there is one."""
    mark = folder / "pid"
    if not mark.exists():
        return None
    try:
        locked(mark, folder.name).close()
    except LeftOver as found:
        return found.pid
    return None


def locked(path: Path, name: str) -> IO[str]:
    """Open an empty file and lock it for as long as anybody who inherits it has it open.

    Raises:
        LeftOver: another process has it locked.
    """
    mark = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with mark:
            mark.seek(0)
            raise LeftOver(name, int(mark.read() or 0)) from None
    mark.truncate(0)
    return mark
