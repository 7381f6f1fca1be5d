"""The cluster's PostgreSQL: made once, with a password of its own, and found again at each start."""

import secrets
from pathlib import Path

from cluster.postgres import Access, Postgres

ADMIN = "autoclone"
DATABASE = "autoclone"


def open_postgres(folder: Path, port: int) -> Postgres:
    """Return the server of a folder, as it was made or as it is to be made."""
    kept = folder / "password"
    password = kept.read_text("utf-8").strip() if kept.exists() else secrets.token_urlsafe(16)
    return Postgres(folder, Access(ADMIN, password), port=port)


def bring_up(server: Postgres) -> None:
    """Start it with its database in it."""
    if not server.made:
        server.initialise()
    server.start()
    if not server.has_database(DATABASE):
        server.create_database(DATABASE)
