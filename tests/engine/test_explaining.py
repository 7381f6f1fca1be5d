"""Why a ramp stands where it does: now, in the past and in time to come."""

from datetime import datetime, timedelta

import pytest

from autoclone.core.model import HoldKind, ParentStatus, Phase
from autoclone.core.preview import Preview
from autoclone.engine.explaining import Explanation, Tense
from autoclone.engine.holds import HoldRequest
from autoclone.engine.views import AutoCloneStatus
from autoclone.errors import InvalidInput, UnknownDag
from autoclone.ports import History
from engine_world import MINUTE, NINE, SECOND, Server, World, document

HOUR = timedelta(hours=1)


async def at(world: World, when: datetime) -> None:
    await world.clock.advance(when - world.clock.now())
    await world.clock.settle()


def ramp(told: Explanation) -> AutoCloneStatus:
    assert told.autoclone is not None
    return told.autoclone


def gist(told: Explanation) -> tuple[str, str, int, int]:
    """The status, the reason, how many clones are named, and how many the schedule wants."""
    status = ramp(told)
    return status.status, str(status.reason), len(status.clones), told.scheduled


async def nothing(*_: object, **__: object) -> History:
    """A store whose record of what ramps were told begins only now."""
    return History()


async def an_eventful_day(world: World, server: Server) -> dict[datetime, tuple[str, str, int, int]]:
    """Live through a day, and return what was to be seen at moments of it."""
    seen = {}

    async def see(when: datetime) -> None:
        """Look at a moment, and let it pass: what comes next is no longer part of it."""
        await at(world, when)
        status = server.service.autoclone_status("orders")
        told = await server.service.why("orders")
        seen[when] = status.status, str(status.reason), len(status.clones), told.scheduled
        await at(world, when + SECOND)

    await server.put(document(closes="0930"))
    await see(NINE - 30 * SECOND)
    await see(NINE + 90 * SECOND)
    pause = HoldRequest(kind=HoldKind.PAUSE, lasting=5 * MINUTE, reason="a look")
    await server.service.hold("orders", pause)
    await see(NINE + 4 * MINUTE)
    await see(NINE + 9 * MINUTE)
    await server.service.suspend("orders")
    await see(NINE + 11 * MINUTE)
    await server.service.resume("orders")
    await server.put(document(closes="0930", count=1))
    await see(NINE + 14 * MINUTE)
    await server.service.stop("orders")
    await see(NINE + 16 * MINUTE)
    await server.service.start("orders")
    override = HoldRequest(kind=HoldKind.OVERRIDE, lasting=5 * MINUTE, count=2)
    await server.service.hold("orders", override)
    await see(NINE + 20 * MINUTE)
    await see(NINE + 24 * MINUTE)
    await see(NINE + 32 * MINUTE)
    return seen


async def test_every_moment_of_the_past_is_explained_as_it_was_seen(world: World) -> None:
    async with world.server() as server:
        seen = await an_eventful_day(world, server)
        codes = [reason for _, reason, _, _ in seen.values()]
        assert {"OUTSIDE_WINDOW", "PAUSED_UNTIL", "PARENT_SUSPENDED", "PARENT_STOPPED", "OVERRIDE"} <= set(
            codes
        )
        for when, what in seen.items():
            told = await server.service.why("orders", when)
            assert (when, gist(told)) == (when, what)
            assert (told.tense, told.known_from) == (Tense.PAST, "record")
    async with world.server() as server:
        for when, what in seen.items():
            assert gist(await server.service.why("orders", when)) == what, "also after a restart"


async def test_without_a_record_the_journal_tells_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.server() as server:
        seen = await an_eventful_day(world, server)
        monkeypatch.setattr(server.store, "history", nothing)
        for when, what in seen.items():
            told = await server.service.why("orders", when)
            assert (when, gist(told)) == (when, what)
            assert told.known_from == "journal"
        told = await server.service.why("orders", NINE + 4 * MINUTE)
        assert ramp(told).clones == ("orders_20250125090000", "orders_20250125090100")
        assert told.note is not None


async def test_the_definition_the_last_event_and_the_hold_of_then_are_told(world: World) -> None:
    async with world.server() as server:
        await an_eventful_day(world, server)
        told = await server.service.why("orders", NINE + 4 * MINUTE)
        assert (told.revision, told.parent_status) == (1, "running")
        assert told.last_event is not None
        assert told.last_event.event.type == "ramp.paused"
        status = ramp(told)
        assert status.hold is not None
        assert status.hold.reason == "a look"
        assert status.next is not None
        assert (status.next.type, status.next_event_at) == ("ramp.resumed", status.hold.until)
        later = await server.service.why("orders", NINE + 16 * MINUTE)
        assert (later.revision, later.parent_status) == (2, "stopped")
        assert ramp(later).config["ramp_count"] == 1


async def test_where_the_journal_was_shortened_it_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.server() as server:
        await an_eventful_day(world, server)
        epoch, old = server.engine.standing.epoch, NINE + 20 * MINUTE
        await server.store.prune(epoch, before=old, unsent_before=old)
        await server.store.prune_history(epoch, before=old)
        told = await server.service.why("orders", NINE + 4 * MINUTE)
        assert (told.known_from, told.autoclone, told.parent_status) == ("nothing", None, None)
        assert (told.scheduled, told.revision) == (3, 1)
        assert told.note is not None
        assert "shortened" in told.note
        monkeypatch.setattr(server.store, "history", nothing)
        told = await server.service.why("orders", NINE + 24 * MINUTE)
        assert (told.known_from, ramp(told).status) == ("journal", "active")
        assert told.note is not None
        assert "Earlier ones were removed" in told.note


async def test_before_there_was_such_a_dag_there_is_nothing_to_explain(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE)
        with pytest.raises(InvalidInput, match="before 'orders' was first stored"):
            await server.service.why("orders", NINE - HOUR)
        with pytest.raises(UnknownDag):
            await server.service.why("order")


async def test_a_ramp_that_never_moved_was_idle(world: World) -> None:
    async with world.server() as server:
        await server.put(document(opens="2200", closes="2300"))
        await at(world, NINE)
        told = await server.service.why("orders", NINE - 30 * SECOND)
        assert gist(told) == ("idle", "OUTSIDE_WINDOW", 0, 0)
        assert told.last_event is None


async def test_what_is_to_come_is_explained_from_how_the_ramp_will_stand(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE)
        when = NINE + 90 * SECOND
        preview = Preview(server.service.present("orders"), when, when)
        list(preview.steps())
        told = await server.service.why("orders", when, preview.state)
        assert gist(told) == ("ramping_up (2/3)", "IN_WINDOW", 2, 3)
        assert (told.tense, told.known_from, told.parent_status) == (Tense.FUTURE, "plan", "running")
        assert told.note is not None
        assert server.service.autoclone_status("orders").status == "ramping_up (1/3)", "nothing has changed"


async def test_a_dag_whose_file_was_never_right_says_so_at_any_moment(world: World) -> None:
    async with world.server() as server:
        server.service.report("broken", "broken.json", "is not JSON")
        for when in (None, NINE - 2 * HOUR, NINE + 2 * HOUR):
            told = await server.service.why("broken", when)
            assert (ramp(told).reason, told.revision, told.parent_status) == ("INVALID_CONFIG", 0, None)
            assert ramp(told).reason_values == {"error": "is not JSON"}


async def test_a_deleted_dag_that_is_put_again_knows_that_it_was_away(world: World) -> None:
    async with world.server() as server:
        await server.put(document())
        await at(world, NINE + 5 * MINUTE)
        await server.service.delete("orders")
        await at(world, NINE + 10 * MINUTE)
        await server.put(document())
        await at(world, NINE + 20 * MINUTE)
        away = await server.service.why("orders", NINE + 7 * MINUTE)
        assert (ramp(away).reason, ramp(away).phase) == ("PARENT_STOPPED", Phase.IDLE)
        assert away.parent_status == ParentStatus.DELETED
