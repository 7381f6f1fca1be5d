"""The migrations, and whether what stands in a database is something that they made."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from autoclone.persistence.failures import unusable

MIGRATIONS = Path(__file__).parent / "migrations"

# What may not be written fails here, and not only at the first write.
WRITES_NOTHING = "UPDATE fence SET epoch = epoch WHERE id < 0"


def configuration(connection: Connection) -> Config:
    """Return what Alembic needs to work on `connection`, without any file of settings."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def check(connection: Connection, where: str, another: str) -> Sequence[str]:
    """Return the names of the tables, of a database that is empty or of a schema that this version knows.

    Args:
        connection: a connection to it.
        where: the address of the database, to name it in an error.
        another: what an operator might use instead: `another file`, `another database`.

    Raises:
        StoreError: it is another program's, or a newer version's.
    """
    revision = MigrationContext.configure(connection).get_current_revision()
    tables = inspect(connection).get_table_names()
    if revision is None and tables:
        raise unusable(where, f"the database belongs to another program. Name {another}")
    if revision not in (None, *_known()):
        problem = f"its schema {revision} is unknown: a newer AutoClone, or another program, wrote it"
        raise unusable(where, f"{problem}. Install that version, or name {another}")
    return sorted(tables)


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date, within the transaction of `connection`."""
    command.upgrade(configuration(connection), "head")


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
