"""What a secondary answers: as the store has it right now, and nothing that only its primary knows."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from autoclone.core.model import HoldKind
from autoclone.engine.holds import HoldRequest
from autoclone.errors import NotPrimary, UnknownDag
from autoclone.ports import EventFilter
from ensemble_world import MINUTE, SECOND, SESSION, EnsembleWorld, Server, document, ensemble_world

CLONE = "orders_20250125090000"


@pytest.fixture
async def world() -> AsyncIterator[EnsembleWorld]:
    async with ensemble_world("one", "two") as made:
        await made.pass_(SECOND)
        yield made


async def status(server: Server, name: str = "orders") -> str:
    await server.service.refresh()
    return server.service.autoclone_status(name).status


async def listed(server: Server) -> list[tuple[str, str]]:
    return [(view.name, str(view.status)) for view in await server.service.dags()]


async def test_a_secondary_shows_what_its_primary_has_just_written(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document())
    view = await two.service.get("orders")
    assert (view.revision, view.document, str(view.status)) == (1, document(), "running")
    await one.service.put(document(count=7))
    assert (await two.service.get("orders")).revision == 2
    await two.service.refresh()
    assert two.service.autoclone_status("orders").config["ramp_count"] == 7
    await one.service.suspend("orders")
    assert await listed(two) == [("orders", "suspended")]
    await one.service.resume("orders")
    assert await listed(two) == [("orders", "running")]
    await one.service.stop("orders")
    assert await listed(two) == [("orders", "stopped")]


async def test_both_show_the_same_ramp_at_each_moment_of_a_day(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document(closes="0906"))
    await one.service.put(document("later", opens="2200", closes="0600"))
    for _ in range(12):
        await world.pass_(MINUTE)
        await two.service.refresh()
        for name in ("orders", "later"):
            assert two.service.status_json(name) == one.service.status_json(name)
        assert two.service.autoclone_statuses() == one.service.autoclone_statuses()
        assert [view.name for view in await two.service.dags()] == [
            view.name for view in await one.service.dags()
        ]
        everything = EventFilter()
        assert await two.service.events(everything) == await one.service.events(everything)
        assert two.engine.fleet.live == one.engine.fleet.live


async def test_a_hold_is_shown_by_a_secondary_and_kept_by_the_next_primary(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document())
    await world.pass_(MINUTE + SECOND)
    pause = HoldRequest(kind=HoldKind.PAUSE, lasting=10 * MINUTE, reason="a look")
    with pytest.raises(NotPrimary):
        await two.service.hold("orders", pause)
    await one.service.hold("orders", pause)
    await two.service.refresh()
    shown = two.service.autoclone_status("orders")
    assert shown == one.service.autoclone_status("orders")
    assert (shown.reason, shown.status) == ("PAUSED_UNTIL", "ramping_up (1/3)")
    await one.stop()
    assert await world.acting_within(SECOND) is two
    await world.pass_(5 * MINUTE)
    assert await two.clones() == [CLONE]
    assert two.service.autoclone_status("orders").hold == shown.hold
    await world.pass_(6 * MINUTE)
    assert len(await two.clones()) == 3


async def test_a_secondary_s_schedule_needs_no_write_to_go_on(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document(opens="2200", closes="2300"))
    await status(two)
    before = two.service.autoclone_status("orders").next_event_at
    assert before is not None
    assert before.hour == 22


async def test_clones_are_listed_beside_their_dags_with_what_they_do(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document())
    await world.pass_(MINUTE + SECOND)
    assert await listed(two) == [("orders", "running"), (CLONE, "running")]
    assert (await two.service.get(CLONE)).parent == "orders"
    await one.service.suspend("orders")
    await world.pass_(SECOND)
    assert await listed(two) == [("orders", "suspended"), (CLONE, "suspended")]
    await one.service.resume("orders")
    await world.pass_(SECOND)
    one.runtime.hang(CLONE)
    await one.service.delete("orders")
    assert await listed(two) == [(CLONE, "running")], "it is deleted, and its clone not gone yet"
    one.runtime.release(CLONE)
    await world.pass_(SECOND)
    assert await listed(two) == []


async def test_deleted_dags_are_gone_and_may_come_back(world: EnsembleWorld) -> None:
    one, two = world.servers
    for _ in range(3):
        await one.service.put(document())
        assert await status(two) == "idle"
        await one.service.delete("orders")
        await world.clock.settle()
        with pytest.raises(UnknownDag):
            await status(two)
        with pytest.raises(UnknownDag):
            await two.service.get("orders")
        assert (await listed(two), two.service.autoclone_statuses()) == ([], [])
        assert two.service.server().dags == 0


async def test_nothing_is_changed_on_a_secondary_and_the_primary_is_named(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document())
    service, version = two.service, (await world.lease()).version
    for refused in (
        service.put(document(count=9)),
        service.put(document("new")),
        service.delete("orders"),
        service.start("orders"),
        service.stop("orders"),
        service.suspend("orders"),
        service.resume("orders"),
        service.clone("orders"),
        service.stats("orders"),
    ):
        with pytest.raises(NotPrimary) as caught:
            await refused
        assert caught.value.primary == "http://one"
    assert (await world.lease()).version == version
    assert await two.runtime.holdings() == []


async def test_where_nobody_is_primary_none_is_named(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document())
    one.cut_zookeeper()
    two.cut_zookeeper()
    await world.pass_(SESSION * 3 / 4 + 2 * SECOND)
    for server in (one, two):
        with pytest.raises(NotPrimary) as caught:
            await server.service.stop("orders")
        assert caught.value.primary is None
        assert await status(server) == "idle"


async def test_one_that_has_to_pause_answers_reads_and_changes_nothing(world: EnsembleWorld) -> None:
    one, _ = world.servers
    await one.service.put(document())
    one.cut_zookeeper()
    await world.clock.settle()
    assert one.role == "suspended"
    assert await listed(one) == [("orders", "running")]
    with pytest.raises(NotPrimary):
        await one.service.stop("orders")
    assert "until it is sure" in one.service.server().warnings[0]


async def test_a_secondary_is_ready_once_it_has_read_everything() -> None:
    async with ensemble_world("one") as world:
        await world.put(document())
        two = world.make("two")
        two.store.holds("load")
        starting = asyncio.create_task(world.start_all())
        await world.pass_(SECOND)
        assert (two.service.server().ready, starting.done()) == (False, False)
        two.store.lets_go()
        await world.pass_(SECOND)
        await starting
        view = two.service.server()
        assert (view.ready, view.role, view.primary, view.epoch) == (True, "secondary", "http://one", 1)
        assert (view.dags, view.warnings, view.election) == (1, (), "connected")


async def test_what_was_read_already_is_not_read_again_at_a_takeover(world: EnsembleWorld) -> None:
    one, two = world.servers
    for name in ("a", "b", "c"):
        await one.service.put(document(name, opens="2200", closes="2300"))
    await two.service.refresh()
    two.store.loaded.clear()
    await one.service.put(document("b", opens="2100", closes="2300"))
    await one.stop()
    assert await world.acting_within(SECOND) is two
    assert two.store.loaded == ["b"]
    assert [name for name, _ in await listed(two)] == ["a", "b", "c"]
    assert two.service.autoclone_status("b").config["ramp_up_time"] == "2100"
    assert [one.name for one in await two.runtime.holdings()] == ["a", "b", "c"]


async def test_a_dag_that_went_between_two_reads_does_not_return_with_the_next_primary(
    world: EnsembleWorld,
) -> None:
    one, two = world.servers
    await one.service.put(document())
    await two.service.refresh()
    await one.service.delete("orders")
    await world.clock.settle()
    await one.stop()
    assert await world.acting_within(SECOND) is two
    await world.pass_(3 * MINUTE)
    assert await two.runtime.holdings() == []
    assert await listed(two) == []
    assert [event.type for event in await world.journal()] == ["parent.deleted"]


async def test_a_read_that_is_under_way_does_not_disturb_a_takeover(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document())
    two.store.holds("load")
    reading = asyncio.create_task(two.service.dags())
    await world.pass_(MINUTE + SECOND)
    assert not reading.done()
    await one.stop()
    await world.pass_(SECOND)
    assert (two.engine.leads, two.engine._leadership.reign) == (True, None)
    two.store.lets_go()
    assert await world.acting_within(SECOND) is two
    assert [view.name for view in await reading] in (["orders"], ["orders", CLONE])
    assert await two.clones() == [CLONE]
    assert await status(two) == "ramping_up (1/3)"


async def test_a_read_that_is_under_way_when_the_reign_ends_finds_everything(world: EnsembleWorld) -> None:
    one, _ = world.servers
    await one.service.put(document())
    await world.pass_(MINUTE + SECOND)
    one.store.holds("get_dag")
    one.store.holds("list_dags")
    reading = asyncio.create_task(one.service.get("orders"))
    listing = asyncio.create_task(one.service.dags())
    await world.clock.settle()
    one.cut_zookeeper()
    await world.pass_(SESSION)
    assert not one.engine.leads
    one.store.lets_go()
    assert (await reading).name == "orders"
    assert [view.name for view in await listing] == ["orders", CLONE]


async def test_one_that_was_primary_follows_the_next_and_is_primary_again(world: EnsembleWorld) -> None:
    one, two = world.servers
    await one.service.put(document())
    await world.pass_(2 * MINUTE)
    one.cut_zookeeper()
    assert await world.acting_within(2 * SESSION) is two
    one.heal_zookeeper()
    await two.service.put(document("new"))
    await world.pass_(MINUTE)
    assert [name for name, _ in await listed(one)] == [name for name, _ in await listed(two)]
    await two.service.delete("new")
    await two.stop()
    assert await world.acting_within(SECOND) is one
    await world.pass_(SECOND)
    assert await listed(one) == [("orders", "running")] + [(name, "running") for name in await one.clones()]
    assert len(await one.clones()) == 3
    assert one.engine.fleet.live == 3


async def test_what_is_wrong_with_a_file_is_its_primary_s_to_tell(world: EnsembleWorld) -> None:
    one, _ = world.servers
    await one.service.put(document())
    one.service.report("orders", "file:orders.json", "line 3: what?")
    assert (await one.service.get("orders")).error == "line 3: what?"
    one.cut_zookeeper()
    await world.pass_(SESSION)
    assert (await one.service.get("orders")).error is None
