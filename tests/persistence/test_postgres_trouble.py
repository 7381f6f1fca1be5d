"""A PostgreSQL that cannot be used: what the operator is told, at once or in vain, and never the password."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from autoclone.errors import AutoCloneError, StoreError, Transient
from autoclone.persistence.postgres import PostgresStore
from autoclone.persistence.postgres_address import PostgresAddress
from autoclone.persistence.postgres_patience import Patience
from postgres_kit import ADMIN, PASSWORD, Postgres, free_port
from store_kit import START, change, put

BRISK = Patience(start=timedelta(milliseconds=200), connect=timedelta(seconds=1))


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The name of a new, empty database."""
    return postgres.database()


@pytest.fixture
async def used(postgres: Postgres) -> str:
    """The name of a database with a DAG and some events in it."""
    database = postgres.database()
    store = store_at(postgres.address(database))
    await store.open()
    epoch = await store.claim_epoch("one", START)
    await put(store, epoch)
    await store.commit(epoch, [change("orders", 1, 3)])
    await store.close()
    return database


@pytest.fixture
async def store(postgres: Postgres, used: str) -> AsyncIterator[PostgresStore]:
    """The same database, open."""
    store = store_at(postgres.address(used))
    await store.open()
    yield store
    await store.close()


def store_at(address: str) -> PostgresStore:
    return PostgresStore(PostgresAddress.parse(address), patience=BRISK)


async def refused(address: str, kind: type[AutoCloneError] = StoreError) -> str:
    """What one is told who opens it; the password and what is made of it are nowhere in it."""
    store = store_at(address)
    with pytest.raises(kind) as error:
        await store.open()
    assert type(error.value) is kind
    with pytest.raises(StoreError, match="closed"):
        await store.load()
    told = str(error.value)
    assert told.startswith("AUTOCLONE_STORE = postgresql://")
    cause: BaseException | None = error.value
    while cause is not None:
        assert "s3cret" not in f"{cause} {cause!r}"
        assert "wr0ng" not in f"{cause} {cause!r}"
        cause = cause.__cause__
    return told


def a_user(postgres: Postgres, name: str, database: str) -> str:
    """Make a user with no rights but to connect, and return the address for it."""
    postgres.sql(f"DROP ROLE IF EXISTS {name}; CREATE ROLE {name} LOGIN PASSWORD 's3cret'")
    return postgres.address(database, user=name, password="s3cret")  # noqa: S106 - of a test


def tables(postgres: Postgres, database: str) -> str:
    """Those of the database."""
    counted = (
        "SELECT string_agg(table_name, ' ') FROM information_schema.tables WHERE table_schema = 'public'"
    )
    return postgres.sql(counted, database)


async def test_a_wrong_password(postgres: Postgres, database: str) -> None:
    told = await refused(postgres.address(database, password="wr0ng"))  # noqa: S106 - of a test
    assert "Correct the user and the password" in told
    assert f"{ADMIN}:***@127.0.0.1:{postgres.port}/{database}" in told


async def test_a_user_that_is_not_there(postgres: Postgres, database: str) -> None:
    told = await refused(postgres.address(database, user="nobody"))
    assert "does not let this user in" in told


async def test_a_database_that_is_not_there(postgres: Postgres) -> None:
    told = await refused(postgres.address("nowhere"))
    assert "there is no such database. Create it with createdb" in told


async def test_a_host_that_is_not_there() -> None:
    told = await refused(f"postgresql://me:{PASSWORD}@nowhere.invalid/db", Transient)
    assert "cannot be reached. Start it, or correct the host and the port" in told


async def test_a_port_on_which_nobody_listens(postgres: Postgres, database: str) -> None:
    told = await refused(postgres.address(database, port=free_port()), Transient)
    assert "cannot be reached. Start it, or correct the host and the port" in told


async def test_another_programs_database(postgres: Postgres, database: str) -> None:
    postgres.sql("CREATE TABLE invoices (number integer)", database)
    told = await refused(postgres.address(database))
    assert "belongs to another program. Name another database" in told
    assert tables(postgres, database) == "invoices"


async def test_a_newer_version(postgres: Postgres, used: str) -> None:
    postgres.sql("UPDATE alembic_version SET version_num = '0042'", used)
    told = await refused(postgres.address(used))
    assert "schema 0042" in told
    assert "newer AutoClone" in told
    assert "Install that version, or name another database" in told


async def test_a_database_that_cannot_hold_every_letter(postgres: Postgres) -> None:
    postgres.sql("DROP DATABASE IF EXISTS latin")
    postgres.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    told = await refused(postgres.address("latin"))
    assert "its encoding LATIN1" in told
    assert "ENCODING 'UTF8'" in told


async def test_a_user_that_may_not_make_tables(postgres: Postgres, database: str) -> None:
    told = await refused(a_user(postgres, "guest", database))
    assert "this user may not use the database. Make it the owner" in told
    assert tables(postgres, database) == ""


async def test_a_user_that_may_not_write(postgres: Postgres, used: str) -> None:
    address = a_user(postgres, "reader", used)
    postgres.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", used)
    assert "this user may not use the database" in await refused(address)
    postgres.sql("DROP OWNED BY reader", used)


async def test_an_owner_that_is_no_administrator_is_enough(postgres: Postgres, database: str) -> None:
    address = a_user(postgres, "owner", database)
    postgres.sql(f"ALTER DATABASE {database} OWNER TO owner")
    store = store_at(address)
    await store.open()
    await put(store, await store.claim_epoch("one", START))
    await store.close()
    postgres.sql(f"ALTER DATABASE {database} OWNER TO {ADMIN}")
    postgres.sql("DROP OWNED BY owner CASCADE", database)


async def test_a_read_only_database(postgres: Postgres, database: str, used: str) -> None:
    for name in (database, used):
        postgres.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        told = await refused(postgres.address(name))
        assert "the database is read-only. Name the primary server of PostgreSQL" in told


async def test_one_that_turns_read_only(store: PostgresStore, postgres: Postgres, used: str) -> None:
    postgres.sql(f"ALTER DATABASE {used} SET default_transaction_read_only = on")
    postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'autoclone'"
    )
    with pytest.raises(StoreError, match="the database is read-only"):
        await store.commit(1, [change("orders", 4, 4)])
    assert await store.get_dag("orders") is not None


async def test_a_database_that_is_dropped_while_in_use(
    store: PostgresStore, postgres: Postgres, used: str
) -> None:
    postgres.sql(f"DROP DATABASE {used} WITH (FORCE)")
    with pytest.raises(StoreError, match="there is no such database"):
        await store.commit(1, [change("orders", 4, 4)])


async def test_tables_that_are_dropped_while_in_use(
    store: PostgresStore, postgres: Postgres, used: str
) -> None:
    await store.commit(1, [change("orders", 4, 4)])
    postgres.sql("DROP TABLE events", used)
    with pytest.raises(StoreError, match=r"AUTOCLONE_STORE = .*tables were changed by another program"):
        await store.commit(1, [change("orders", 5, 5)])


async def test_too_many_connections(postgres: Postgres, used: str) -> None:
    address = a_user(postgres, "crowd", used)
    postgres.sql("ALTER ROLE crowd CONNECTION LIMIT 0")
    told = await refused(address, Transient)
    assert "out of connections" in told


@pytest.mark.parametrize(
    "statement", ["UPDATE ramps SET state = 'garbage'", "UPDATE dag_revisions SET document = '{'"]
)
async def test_contents_that_cannot_be_read_are_told(
    store: PostgresStore, postgres: Postgres, used: str, statement: str
) -> None:
    postgres.sql(statement, used)
    with pytest.raises(StoreError, match=r"AUTOCLONE_STORE = .* damaged\. Restore it .*cannot be read"):
        await store.load()
