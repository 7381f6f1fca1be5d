"""A real PostgreSQL for the tests: on a free port of the loopback interface, in a folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cluster import postgres
from cluster.ports import free_port

__all__ = ["ADMIN", "PASSWORD", "Postgres", "free_port", "running"]

ADMIN = "autoclone"
PASSWORD = "s3cret&word"  # noqa: S105 - of a server that lives as long as the tests do

# Quick, since nothing in it has to outlive the machine, and small, since several may run at once.
QUICK = {
    **postgres.SETTINGS,
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "track_commit_timestamp": "on",  # so that a test can tell in which order things became durable
}


class Postgres(postgres.Postgres):
    """One server, with as many empty databases as the tests ask for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, postgres.Access(ADMIN, PASSWORD), settings=QUICK)
        self._databases = 0

    def database(self) -> str:
        """Make a new, empty database and return its name."""
        self._databases += 1
        name = f"store{self._databases}"
        self.create_database(name)
        return name


@contextmanager
def running() -> Iterator[Postgres]:
    """Give a server that runs inside the block, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="autoclone-postgres-"))
    server = Postgres(folder)
    try:
        server.make()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop("immediate")
        shutil.rmtree(folder)
