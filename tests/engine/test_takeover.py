"""What the next server finds: clones, tombstones, a newer primary."""

from autoclone.errors import StaleEpoch
from engine_world import MINUTE, SECOND, World, document


async def test_the_next_server_starts_the_same_clones_again_and_goes_on_in_time(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(2 * MINUTE)
        before = await server.clones()
        assert len(before) == 2
    world.clock.jump(20 * SECOND)
    async with world.server() as server:
        assert await server.clones() == before
        await world.clock.advance(40 * SECOND)
        assert await server.clones() == [*before, "orders_20250125090200"]
        assert "clone.created" not in str((await server.journal())[-1])
        assert (await server.journal()).count(f"09:01:20 clone.restored {before[0]}") == 1


async def test_clones_that_still_run_are_adopted_not_made_again(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(2 * MINUTE)
        runtime, before = server.runtime, await server.journal()
    async with world.server(runtime=runtime) as server:
        assert len(await server.clones()) == 2
        assert await server.journal() == before


async def test_a_newer_primary_ends_the_older_one_and_its_commands_are_refused(world: World) -> None:
    async with world.server() as old:
        await old.put(document())
        async with world.server() as new:
            await world.clock.advance(MINUTE)
            assert await old.clones() == []
            assert await new.clones() == ["orders_20250125090000"]
            assert old.work.done()
            failure = old.work.exception()
            assert isinstance(failure, ExceptionGroup)
            assert failure.subgroup(StaleEpoch) is not None


async def test_a_deleted_dag_is_forgotten_even_if_the_server_ends_in_between(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        for clone in await server.clones():
            server.runtime.hang(clone)
        deleting = server.service.delete("orders")
        await deleting
    async with world.server() as server:
        await world.clock.advance(SECOND)
        assert await server.runtime.holdings() == []
        assert await server.store.load() == []


async def test_what_nobody_knows_is_removed_from_the_runtime(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(3 * MINUTE)
        runtime = server.runtime
    world.backing = type(world.backing)()
    async with world.server(runtime=runtime) as server:
        await world.clock.advance(20 * SECOND)
        assert await server.runtime.holdings() == []


async def test_late_by_hours_makes_one_at_once_and_goes_on(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
    world.clock.jump(3 * 60 * MINUTE)
    async with world.server() as server:
        assert await server.clones() == ["orders_20250125115900"]
        await world.clock.advance(MINUTE)
        assert await server.clones() == ["orders_20250125115900", "orders_20250125120000"]


async def test_a_server_with_nothing_to_do_notices_too_that_another_has_taken_over(world: World) -> None:
    async with world.server() as old:
        await old.store.claim_epoch("another", world.clock.now())
        await world.clock.advance(10 * SECOND)
        failure = old.work.exception()
        assert isinstance(failure, ExceptionGroup)
        assert failure.subgroup(StaleEpoch) is not None
