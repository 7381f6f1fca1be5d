"""A setting of PostgreSQL that is wrong: one line names it, its value and the remedy, as documented for each.

docs/high-availability.md has the table.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from alembic.script import ScriptDirectory

from autoclone.persistence.schema import MIGRATIONS
from cluster.ports import free_port
from old_schema import change_behind, make_the_first_schema
from postgres_kit import ADMIN, PASSWORD, Postgres
from serve_kit import Served, Serving, serving

WRONG = "wr0ng"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, PASSWORD, "s3cret", WRONG) as start:
        yield start


def told(server: Served) -> str:
    """The line that a server ends with whose store cannot be used."""
    assert server.ends() == 1
    return server.last_words()


def test_a_wrong_password(serve: Serving, postgres: Postgres) -> None:
    database = postgres.database()
    server = serve(store=postgres.address(database, password=WRONG))
    line = told(server)
    assert line.startswith(
        f"autoclone: AUTOCLONE_STORE = postgresql://{ADMIN}:***@127.0.0.1:{postgres.port}/"
    )
    assert "Correct the user and the password" in line
    assert len(server.lines("AUTOCLONE_")) == 1


def test_a_database_that_is_not_there(serve: Serving, postgres: Postgres) -> None:
    server = serve(store=postgres.address("nowhere"))
    assert "/nowhere: there is no such database. Create it with createdb, or correct its name" in told(server)
    assert len(server.lines("AUTOCLONE_STORE = ")) == 1


def test_an_address_that_cannot_be_meant(serve: Serving) -> None:
    server = serve(store=f"postgresql://autoclone:{WRONG}@db:77777/autoclone")
    assert server.ends() == 2
    assert server.last_words().startswith(
        'autoclone: AUTOCLONE_STORE = "postgresql://***@db:77777/autoclone": '
    )
    assert server.last_words().endswith("Use 1 to 65535")


@pytest.mark.parametrize("host", ["127.0.0.1", "nosuch.invalid"])
def test_where_nobody_answers_it_tries_again_for_a_while(serve: Serving, host: str) -> None:
    server = serve(store=f"postgresql://autoclone:{WRONG}@{host}:{free_port()}/autoclone")
    server.says(r"AUTOCLONE_STORE = postgresql://autoclone:\*\*\*@.*Start it, .* It is tried again\n")
    assert "PostgreSQL cannot be reached. Start it, or correct the host and the port" in told(server)
    assert len(server.lines("AUTOCLONE_STORE = ")) == 2, "at the first try and at the last"


def test_a_server_that_is_started_meanwhile_is_used(serve: Serving, postgres: Postgres) -> None:
    store = postgres.address(postgres.database())
    postgres.stop()
    try:
        server = serve(store=store)
        server.says("It is tried again")
    finally:
        postgres.start()
    assert httpx.get(f"{server.serves()}/readyz").status_code == 200


async def test_an_older_schema_is_brought_up_to_date(serve: Serving, postgres: Postgres) -> None:
    database = postgres.database()
    address = postgres.address(database)
    await change_behind(address, make_the_first_schema)
    serve(store=address).serves()
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert postgres.sql("SELECT version_num FROM alembic_version", database) == newest != "0001"


def test_a_newer_schema_is_refused_and_left_alone(serve: Serving, postgres: Postgres) -> None:
    database = postgres.database()
    address = postgres.address(database)
    first = serve(store=address)
    first.serves()
    first.process.terminate()
    assert first.ends() == 0
    postgres.sql("UPDATE alembic_version SET version_num = '9999'", database)
    before = postgres.sql("SELECT epoch, version FROM fence", database)
    line = told(serve(store=address))
    assert f"/{database}: its schema 9999 is unknown: a newer AutoClone, or another program, wrote it" in line
    assert line.endswith("Install that version, or name another database.")
    assert postgres.sql("SELECT epoch, version FROM fence", database) == before
