"""What Alembic runs for each command: the open connection comes from the store, logging stays as it is."""

from alembic import context

from autoclone.persistence.tables import metadata

# A batch rebuilds a table where SQLite cannot alter it in place.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
