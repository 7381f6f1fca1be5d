"""A database of an earlier schema, with all that is in it, is brought up to date; one of a later is left."""

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from autoclone.core.model import ParentStatus
from autoclone.errors import StaleEpoch, StoreError
from autoclone.persistence import open_store
from autoclone.persistence.schema import configuration
from autoclone.ports import DagRecord, Lease, OutboxLag, Pruned
from old_schema import change_behind, make_the_first_schema
from store_kit import START, change, document, loaded_since, numbers, put, state


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    address: str = request.getfixturevalue("address")
    return address


async def test_a_database_of_the_first_schema_goes_on_with_all_that_is_in_it(where: str) -> None:
    await change_behind(where, make_the_first_schema)
    store = open_store(where)
    await store.open()
    flights = DagRecord("flights", document("flights"), 1, "api", ParentStatus.STOPPED, START)
    orders = DagRecord("orders", document(), 2, "api", ParentStatus.RUNNING, START)
    loaded = await store.load()
    assert [record for record, _ in loaded] == [flights, orders]
    assert loaded[1][1] == state("orders", 2)
    assert await store.lease() == Lease(epoch=3)
    assert await numbers(store) == [1, 2]
    with pytest.raises(StaleEpoch):
        await store.commit(2, [change("orders", 3, 3)])
    assert await store.claim_epoch("new", START, seen=Lease(epoch=3)) == 4
    assert await loaded_since(store, 1) == []
    await store.commit(4, [change("orders", 3, 3)])
    assert await loaded_since(store, 1) == ["orders"]
    assert (await put(store, 4, "flights")).revision == 2
    assert await loaded_since(store, 1) == ["flights", "orders"]
    await store.close()


async def test_one_that_was_brought_up_to_date_is_opened_again_as_it_is(where: str) -> None:
    await change_behind(where, make_the_first_schema)
    store = open_store(where)
    await store.open()
    await store.claim_epoch("new", START, address="http://new:8000")
    await store.close()
    await store.open()
    assert await store.lease() == Lease(4, 1, "new", "http://new:8000")
    assert await loaded_since(store, 0) == ["flights", "orders"]
    await store.close()


async def test_what_was_journalled_before_waits_to_be_published_and_can_be_removed(where: str) -> None:
    await change_behind(where, make_the_first_schema)
    store = open_store(where)
    await store.open()
    await store.claim_epoch("new", START)
    waiting = [entry.position for entry in await store.unsent(10)]
    assert waiting == [1, 2]
    await store.mark_sent(4, waiting[:1], START)
    assert await store.lag() == OutboxLag(1, START)
    later = START + timedelta(days=1)
    assert await store.prune(4, before=later, unsent_before=later) == Pruned(1, 0, 2)
    assert await numbers(store) == [2]
    await store.close()


async def test_a_later_schema_is_refused_and_left_alone(where: str) -> None:
    def advance(connection: Connection) -> None:
        command.upgrade(configuration(connection), "head")
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    def look(connection: Connection) -> None:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        assert found == "9999"

    await change_behind(where, advance)
    with pytest.raises(StoreError, match=r"schema 9999 is unknown: a newer AutoClone"):
        await open_store(where).open()
    await change_behind(where, look)


async def test_what_is_new_is_found_by_an_index(where: str) -> None:
    asked = "SELECT name FROM dags WHERE version > 5 UNION SELECT parent FROM ramps WHERE version > 5"

    def look(connection: Connection) -> None:
        command.upgrade(configuration(connection), "head")
        explain = "EXPLAIN QUERY PLAN"
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            explain = "EXPLAIN"
        plan = "\n".join(str(row) for row in connection.execute(text(f"{explain} {asked}")))
        assert "ix_dags_version" in plan
        assert "ix_ramps_version" in plan

    await change_behind(where, look)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("SELECT * FROM events WHERE published_at IS NULL ORDER BY position LIMIT 5", "ix_events_unsent"),
        ("SELECT position FROM events WHERE at >= 5 ORDER BY at DESC LIMIT 5", "ix_events_at"),
        ("SELECT min(position + 0) FROM events WHERE at < 5 AND position > 5", "ix_events_at"),
    ],
)
async def test_events_are_found_by_an_index(where: str, asked: str, index: str) -> None:
    def look(connection: Connection) -> None:
        command.upgrade(configuration(connection), "head")
        explain = "EXPLAIN QUERY PLAN"
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
            explain = "EXPLAIN"
        plan = "\n".join(str(row) for row in connection.execute(text(f"{explain} {asked}")))
        assert index in plan

    await change_behind(where, look)
