"""What users ask for by hand, and what they are shown."""

import pytest

from autoclone.core.model import ParentStatus
from autoclone.errors import ManagedClone, UnknownDag
from engine_world import MINUTE, SECOND, World, document


async def test_a_deleted_dag_takes_its_clones_along_and_its_sequence_goes_on_later(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        await server.service.delete("orders")
        await world.clock.settle()
        assert await server.runtime.holdings() == []
        with pytest.raises(UnknownDag):
            server.status()
        assert await server.store.load() == []
        await server.put(document())
        await world.clock.settle()
        assert len(await server.clones()) == 1
        sequences = await server.sequences()
        assert sequences == list(range(1, len(sequences) + 1))


async def test_a_stopped_dag_loses_its_clones_and_a_started_one_ramps_again(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        view = await server.service.stop("orders")
        await world.clock.settle()
        assert (str(view.status), await server.clones()) == ("stopped", [])
        view = await server.service.start("orders")
        await world.clock.settle()
        assert str(view.status) == "running"
        assert len(await server.clones()) == 1


async def test_a_clone_cannot_be_changed_by_hand(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(MINUTE)
        name = (await server.clones())[0]
        service = server.service
        for refused in (service.start, service.stop, service.suspend, service.resume, service.delete):
            with pytest.raises(ManagedClone, match="orders"):
                await refused(name)
        with pytest.raises(ManagedClone):
            await service.clone(name)
        with pytest.raises(ManagedClone):
            await service.put(document(name=name))
        assert (await service.get(name)).parent == "orders"


async def test_the_list_holds_dags_and_clones_in_name_order(world: World) -> None:
    async with world.server() as server:
        for name in ("b", "a", "c"):
            await server.put(document(name=name, count=2))
        await world.clock.advance(2 * MINUTE)
        views = await server.service.dags(limit=4)
        assert [view.name for view in views] == ["a", "a_20250125090000", "a_20250125090100", "b"]
        assert [view.parent for view in views] == [None, "a", "a", None]
        rest = await server.service.dags(after="b", limit=100)
        assert [view.name for view in rest] == [
            "b_20250125090000",
            "b_20250125090100",
            "c",
            "c_20250125090000",
            "c_20250125090100",
        ]


async def test_the_same_definition_again_is_no_new_revision(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        view, created = await server.service.put(document())
        assert (view.revision, created) == (1, False)
        view, _ = await server.service.put(document(count=2))
        assert view.revision == 2


async def test_a_copy_by_hand_is_a_dag_of_its_own(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        view = await server.service.clone("orders")
        assert (view.name, view.parent) == ("orders_copy", None)
        assert view.document == document(name="orders_copy")


async def test_a_file_error_is_shown_and_goes_away(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        server.service.report("orders", "file:orders.json", "line 3: what?")
        assert server.service.autoclone_status("orders").error == "line 3: what?"
        assert b"line 3: what?" in server.service.status_json("orders")
        server.service.report("orders", "file:orders.json", None)
        assert server.service.autoclone_status("orders").error is None
        server.service.report("new", "file:new.json", "no name")
        assert [view.status for view in await server.service.dags()] == ["invalid", "running"]
        assert server.service.autoclone_status("new").reason == "INVALID_CONFIG"


async def test_the_status_that_is_served_follows_every_change(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        first = server.service.status_json("orders")
        assert server.service.status_json("orders") is first
        await world.clock.advance(MINUTE)
        assert b"ramping_up (1/3)" in server.service.status_json("orders")


async def test_the_counts_add_up(world: World) -> None:
    async with world.server() as server:
        await server.put(document("a"))
        await server.put(document("b", opens="2200", closes="0600"))
        await world.clock.advance(5 * MINUTE)
        assert world.watcher.counts["active"] == 1
        assert world.watcher.counts["idle"] == 1
        assert world.watcher.counts["live"] == 3
        assert (server.service.server().dags, server.service.server().clones) == (2, 3)


async def test_a_deleted_parent_is_marked_before_its_clones_are_gone(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(MINUTE)
        name = (await server.clones())[0]
        server.runtime.hang(name)
        await server.service.delete("orders")
        await world.clock.settle()
        (record, state), *_ = await server.store.load()
        assert record.status is ParentStatus.DELETED
        assert [clone.name for clone in state.clones] == [name]
        server.runtime.release(name)
        await world.clock.advance(SECOND)
        assert await server.store.load() == []


async def test_the_name_of_a_clone_that_is_gone_is_not_used_again_at_once(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(MINUTE)
        assert await server.clones() == ["orders_20250125090000"]
        await server.service.stop("orders")
        await world.clock.settle()
        await server.service.start("orders")
        await world.clock.settle()
        assert await server.clones() == ["orders_20250125090001"]
