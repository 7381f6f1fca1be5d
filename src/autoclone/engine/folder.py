"""Keeps the DAGs in step with a folder of files. Thin: `folder_plan` decides, the service acts."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from anyio import CapacityLimiter, create_task_group, to_thread

from autoclone.clock import Clock
from autoclone.config.document import MAX_BYTES
from autoclone.config.faults import LONGEST_PATH, shown
from autoclone.engine.folder_plan import (
    PREFIX,
    UNSETTLED,
    Complaint,
    Keep,
    Put,
    Refuse,
    Seen,
    complaints,
    decide,
    gone,
    leftovers,
    source_of,
)
from autoclone.engine.folder_read import Found, read_folder
from autoclone.engine.folder_watch import follow
from autoclone.errors import AutoCloneError, Fault, InvalidInput, NeedsConfirmation, UnknownDag
from autoclone.ports import JsonObject

# An editor that saves by renaming lets a file vanish for a moment. A DAG is deleted only where the file is
# still gone after this long.
GRACE = timedelta(milliseconds=250)

# How long to wait before watching again a folder that cannot be watched.
RETRY = timedelta(seconds=1)

# One DAG whose runtime is slow to answer does not keep the others waiting.
PUTS_AT_ONCE = 16

log = logging.getLogger(__name__)


class FolderTarget(Protocol):
    """What a folder of DAGs needs of the service."""

    async def put(self, document: JsonObject, *, source: str) -> object:
        """Check and store a definition; what is stored already changes nothing. Raises `InvalidInput`."""

    async def delete(self, name: str) -> None:
        """Delete a DAG. Raises `UnknownDag`."""

    async def sourced(self, prefix: str) -> Mapping[str, str]:
        """Return the source of each stored DAG whose source begins with `prefix`, by DAG name."""

    def report(self, name: str, source: str, error: str | None) -> None:
        """Show what is wrong with the newest version of a DAG's file, or that nothing is any more.

        Args:
            name: the DAG; where there is none of that name it is listed as invalid while the error lasts.
            source: the file.
            error: what is wrong, in place of what was; None where nothing is any more.
        """


class DagFolder:
    """The DAGs of one folder: its `*.json` files are loaded and followed.

    A file in error keeps its last good definition, with the error in that DAG's status, and stops no other.
    """

    def __init__(
        self,
        directory: Path,
        service: FolderTarget,
        clock: Clock,
        *,
        max_bytes: int = MAX_BYTES,
        changes: Callable[[Path], AsyncGenerator[None, None]] = follow,
    ) -> None:
        self._directory = directory.absolute()
        self._service = service
        self._clock = clock
        self._max_bytes = max_bytes
        self._changes = changes
        self._found: Mapping[str, Found] = {}
        self._seen: dict[str, Seen] = {}
        self._reported: Mapping[str, Complaint] = {}
        self._stored: set[str] = set()
        self._unconfirmed_said: dict[str, str] = {}
        self._at_once = CapacityLimiter(PUTS_AT_ONCE)

    async def follow(self, _epoch: int) -> None:
        """Load the folder and follow it, as the primary does: see `run`."""
        await self.run()

    async def run(self) -> None:
        """Load the folder and follow it, until cancelled.

        Raises:
            InvalidInput: the folder is not there at the start. Later it may go and come back.
        """
        await self._read()
        await self._sync_or_report()
        while True:
            try:
                async with aclosing(self._changes(self._directory)) as changes:
                    async for _ in changes:
                        await self._sync_or_report()
            except OSError as error:
                log.debug("DAG folder: %s cannot be watched: %s", self._directory, error)
                await self._clock.sleep(RETRY)
                await self._sync_or_report()

    async def check(self) -> None:
        """Raise `InvalidInput` where the folder cannot be listed. Nothing is changed."""
        self._found = await self._read()

    async def sync(self) -> None:
        """Bring the DAGs in step with the folder, once.

        Raises:
            InvalidInput: the folder cannot be listed. Nothing was changed.
        """
        self._found = await self._read()
        sources = await self._service.sourced(PREFIX)
        async with create_task_group() as tasks:
            for action in decide(self._found, self._seen, sources):
                tasks.start_soon(self._carry_out, action)
        await self._delete_leftovers()
        for file in gone(self._found, self._seen):
            del self._seen[file]
        self._report()

    async def _read(self) -> Mapping[str, Found]:
        try:
            return await to_thread.run_sync(read_folder, self._directory, self._found, self._max_bytes)
        except OSError as error:
            raise InvalidInput(_unlisted(self._directory, error)) from None

    async def _sync_or_report(self) -> None:
        try:
            await self.sync()
        except InvalidInput as error:
            for file, last in self._seen.items():
                self._seen[file] = Seen(UNSETTLED, last.name, f"{file}: {error}")
            self._report()
        except AutoCloneError as error:
            log.warning("DAG folder: %s was not read, and will be again: %s", self._directory, error)
        except Exception:
            log.exception("DAG folder: %s was not read, and will be again", self._directory)

    async def _carry_out(self, action: Put | Refuse | Keep) -> None:
        match action:
            case Put():
                self._seen[action.file] = await self._put(action)
            case Refuse():
                self._seen[action.file] = Seen(action.digest, action.name, action.error)
            case Keep():
                pass

    async def _put(self, put: Put) -> Seen:
        """Store one file's document, and return what came of it."""
        try:
            async with self._at_once:
                await self._service.put(put.document, source=source_of(put.file))
        except InvalidInput as error:
            return Seen(put.digest, put.name, f"{put.file}: {error}")
        except AutoCloneError as error:
            return Seen(UNSETTLED, put.name, f"{put.file}: {error}")
        except Exception as error:
            log.exception("DAG folder: %s failed", put.file)
            return Seen(UNSETTLED, put.name, f"{put.file}: {error!r}")
        self._stored.add(put.name)
        return Seen(put.digest, put.name)

    def _report(self) -> None:
        """Show what is wrong now, where it is news or where storing a definition has wiped it out."""
        wrong = complaints(self._seen)
        for name in sorted({*wrong, *self._reported}):
            now, before = wrong.get(name), self._reported.get(name)
            if now is not None and now != before:
                log.error("DAG folder: %s", now.error)
            if now is not None and (now != before or name in self._stored):
                self._service.report(name, now.source, now.error)
            elif now is None and before is not None:
                self._service.report(name, before.source, None)
        self._reported, self._stored = wrong, set()

    async def _delete_leftovers(self) -> None:
        sources = await self._service.sourced(PREFIX)
        doomed = leftovers(self._found, self._seen, sources)
        if not doomed:
            return
        await self._clock.sleep(GRACE)
        still = leftovers(await self._read(), self._seen, sources)
        for name in doomed:
            if name in still:
                await self._delete(name)

    async def _delete(self, name: str) -> None:
        try:
            await self._service.delete(name)
        except UnknownDag:
            pass  # somebody was faster
        except NeedsConfirmation as error:
            self._unconfirmed(name, str(error))
        except Exception:
            log.exception("DAG folder: %s could not be deleted, and will be again", name)

    def _unconfirmed(self, name: str, error: str) -> None:
        """Show that a DAG whose file is gone waits for somebody to confirm its end."""
        words = f"its file is gone. {error}"
        if self._unconfirmed_said.get(name) != words:
            self._unconfirmed_said[name] = words
            log.error("DAG folder: %s: %s", name, words)
        self._service.report(name, PREFIX, words)


def _unlisted(directory: Path, error: OSError) -> Fault:
    problem = f"cannot be listed: {(error.strerror or str(error)).lower()}"
    return Fault(
        "AUTOCLONE_DAGS",
        shown(str(directory), LONGEST_PATH),
        problem,
        "Name a folder that exists and may be read",
    )
