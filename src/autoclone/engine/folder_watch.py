"""Notices that something in a folder may have changed."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from watchfiles import Change, awatch

QUIET_MS = 1_000
RESYNC_EVERY = 10
DEBOUNCE_MS = 200


async def follow(directory: Path) -> AsyncGenerator[None, None]:
    """Yield whenever `directory` may have changed, until the directory itself goes or is replaced.

    The first yield comes within a second, once changes are sure to be noticed. After that it yields at each
    change, and every ten quiet seconds in case one went unnoticed (behind a link, on a network drive).

    Raises:
        OSError: the directory is not there, or cannot be watched.
    """
    was, quiet = _identity(directory), 0
    async with aclosing(_watch(directory)) as batches:
        async for changes in batches:
            if changes or quiet % RESYNC_EVERY == 0:
                yield
            quiet = 0 if changes else quiet + 1
            if (Change.deleted, str(directory)) in changes or _identity(directory) != was:
                return


async def _watch(directory: Path) -> AsyncGenerator[set[tuple[Change, str]], None]:
    """Yield each batch of changes, an empty one after a second without any."""
    try:
        # Every entry counts, even hidden ones: mounted configuration changes by swapping a hidden link.
        async for changes in awatch(
            directory,
            watch_filter=None,
            recursive=False,
            debounce=DEBOUNCE_MS,
            rust_timeout=QUIET_MS,
            yield_on_timeout=True,
        ):
            yield changes
    except RuntimeError as error:  # watchfiles' own, for what the system refused
        raise OSError(str(error)) from error


def _identity(directory: Path) -> tuple[int, int] | None:
    try:
        status = directory.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
