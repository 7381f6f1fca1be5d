"""One real `autoclone serve`, and what it says: for tests of what a person sees who starts it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

WITHIN_SECONDS = 60.0  # far more than it takes, far less than for ever
POLL_SECONDS = 0.05
COMMON = {
    "AUTOCLONE_PORT": "0",
    "AUTOCLONE_STORE": "memory:",
    "AUTOCLONE_LOG_LEVEL": "debug",
    "AUTOCLONE_ZOOKEEPER_SESSION_TIMEOUT": "2s",
    "AUTOCLONE_LEASE": "2s",
}


class Served:
    """One server, from its start on."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        folder.mkdir()
        self._log = folder / "log"
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("AUTOCLONE_")}
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "autoclone", "serve"],
                cwd=folder,
                env={**inherited, **COMMON, **settings},
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> str:
        """All that it has said."""
        return self._log.read_text("utf-8")

    def lines(self, word: str) -> list[str]:
        """The lines with a word in them."""
        return [line for line in self.log.splitlines() if word in line]

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until it has said something."""
        return self.until(lambda: re.search(pattern, self.log))

    def serves(self) -> str:
        """Wait until it serves, and return its address."""
        return self.says(r"Serving on (http://\S+)\n")[1]

    def ends(self) -> int:
        """Wait until it has ended, and return its exit code."""
        return self.process.wait(WITHIN_SECONDS)

    def last_words(self) -> str:
        """The line that it ended with."""
        return self.log.splitlines()[-1]

    def until(self, predicate: Callable[[], T | None]) -> T:
        """Ask until the answer is true or the like, and return it, for as long as the server runs."""
        end = time.monotonic() + WITHIN_SECONDS
        while time.monotonic() < end:
            ended = self.process.poll() is not None
            answer = predicate()
            if answer:
                return answer
            if ended:
                break
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"It did not come true:\n{self.log}")


class Serving:
    """Starts servers. When the block ends each is ended, and none has shown a traceback or a secret."""

    def __init__(self, folder: Path, secrets: tuple[str, ...], ending: ExitStack) -> None:
        self._folder = folder
        self._secrets = secrets
        self._ending = ending
        self._started = 0

    def __call__(self, **settings: str) -> Served:
        """Start one. A setting is named as in `store="memory:"`."""
        self._started += 1
        variables = {f"AUTOCLONE_{name.upper()}": text for name, text in settings.items()}
        server = Served(self._folder / f"server-{self._started}", variables)
        self._ending.callback(self._end, server)
        return server

    def _end(self, server: Served) -> None:
        server.process.terminate()
        try:
            server.process.wait(WITHIN_SECONDS)
        finally:
            server.process.kill()
        assert "Traceback" not in server.log
        for secret in self._secrets:
            assert secret not in server.log


@contextmanager
def serving(folder: Path, *secrets: str) -> Iterator[Serving]:
    """Let servers be started inside the block, in `folder`; none of them may ever show the `secrets`."""
    with ExitStack() as ending:
        yield Serving(folder, secrets, ending)
