"""What a write would come to, and when it has to be confirmed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from autoclone.core.preview import Preview
from autoclone.engine.folder import DagFolder
from autoclone.errors import DagExists, ManagedClone, NeedsConfirmation, RevisionMismatch, UnknownDag
from engine_world import MINUTE, NINE, Server, World, document


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """It is five past nine, three clones run, and one may be deleted unasked."""
    world = World(NINE - MINUTE)
    world.confirm_deletes = 1
    async with world.server() as server:
        await server.put(document(closes="0910"))
        await world.clock.advance(6 * MINUTE)
        yield server


async def test_a_plan_writes_nothing(server: Server) -> None:
    edit = await server.service.plan_put(document(count=1))

    assert (edit.name, edit.revision, edit.needs_confirmation) == ("orders", 1, True)
    assert edit.deletes == ("orders_20250125090000", "orders_20250125090100")
    assert len(await server.clones()) == 3
    assert (await server.service.get("orders")).revision == 1


async def test_what_it_foresees_comes_true(server: Server) -> None:
    edit = await server.service.plan_put(document(closes="0908", count=1))
    before = len(await server.journal())
    expected = [
        f"{event.at:%H:%M:%S} {event.type} {event.clone or '-'}"
        for events in Preview(edit.after, edit.after.now, NINE + 15 * MINUTE).steps()
        for event in events
    ]
    await server.service.put(document(closes="0908", count=1), confirm=edit.id)
    await server._clock.advance(9 * MINUTE)

    assert (await server.journal())[before:] == expected


async def test_too_many_deletes_need_a_confirmation(server: Server) -> None:
    with pytest.raises(NeedsConfirmation) as told:
        await server.put(document(count=1))

    assert told.value.clones == ("orders_20250125090000", "orders_20250125090100")
    assert f"?confirm={told.value.plan}" in str(told.value)
    assert (await server.service.get("orders")).document["autoclone"]["ramp_count"] == 3
    await server.service.put(document(count=1), confirm=told.value.plan)
    assert (await server.service.get("orders")).document["autoclone"]["ramp_count"] == 1


async def test_so_many_as_are_allowed_go_unasked(server: Server) -> None:
    edit = await server.service.plan_put(document(count=2))

    assert (len(edit.deletes), edit.needs_confirmation) == (1, False)
    await server.put(document(count=2))
    assert (await server.service.get("orders")).revision == 2


async def test_a_plan_is_stale_once_anything_is_another(server: Server) -> None:
    edit = await server.service.plan_put(document(count=1))
    others = [
        await server.service.plan_put(document(count=0)),
        await server.service.plan_put({**document(count=1), "more": True}),
        await server.service.plan_delete("orders"),
    ]
    await server.put({**document(), "more": True})  # another revision
    others.append(await server.service.plan_put(document(count=1)))

    assert len({edit.id, *(one.id for one in others)}) == 5
    with pytest.raises(NeedsConfirmation, match="Things have changed since the plan"):
        await server.service.put(document(count=1), confirm=edit.id)


async def test_clones_that_go_anyway_are_not_counted(server: Server) -> None:
    await server._clock.advance(475 * MINUTE + MINUTE / 2)
    edit = await server.service.plan_put(document(closes="0909"))

    assert edit.deletes == ()
    assert not edit.needs_confirmation


async def test_a_delete_needs_one_too(server: Server) -> None:
    with pytest.raises(NeedsConfirmation) as told:
        await server.service.delete("orders")
    assert len(told.value.clones) == 3
    assert (await server.service.plan_delete("orders")).id == told.value.plan

    await server.service.delete("orders", confirm=told.value.plan)
    with pytest.raises(UnknownDag):
        await server.service.get("orders")


async def test_a_new_dag_has_nothing_to_confirm(server: Server) -> None:
    edit = await server.service.plan_put({**document(), "name": "refunds"})

    assert (edit.name, edit.revision, edit.deletes) == ("refunds", None, ())


async def test_the_conditions_of_a_write_hold_for_its_plan(server: Server) -> None:
    clone = (await server.clones())[0]
    with pytest.raises(ManagedClone):
        await server.service.plan_put({**document(), "name": clone})
    with pytest.raises(ManagedClone):
        await server.service.plan_delete(clone)
    with pytest.raises(RevisionMismatch):
        await server.service.plan_put(document(), if_revision=7)
    with pytest.raises(RevisionMismatch):
        await server.service.plan_delete("orders", if_revision=7)
    with pytest.raises(DagExists):
        await server.service.plan_put(document(), if_absent=True)
    assert (await server.service.plan_put(document(), if_revision=1)).deletes == ()


async def test_without_the_setting_nothing_needs_one() -> None:
    world = World(NINE - MINUTE)
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(6 * MINUTE)

        assert not (await server.service.plan_put(document(count=0))).needs_confirmation
        await server.service.delete("orders")


async def test_a_folder_cannot_confirm_and_says_so(tmp_path: Path) -> None:
    world = World(NINE - MINUTE)
    world.confirm_deletes = 1
    file = tmp_path / "orders.json"
    section = '{"ramp_up_time": "0900", "ramp_down_time": "0910", "ramp_count": %d}'
    text = f'{{"name": "orders", "autoclone": {section}}}'
    async with world.server() as server:
        folder = DagFolder(tmp_path, server.service, world.clock)
        file.write_text(text % 3)
        await folder.sync()
        await world.clock.advance(6 * MINUTE)
        file.write_text(text % 1)
        await folder.sync()
        status = server.service.autoclone_status("orders")
        assert (len(status.clones), status.config["ramp_count"]) == (3, 3)
        assert "This would delete 2 running clones" in str(status.error)

        await world.clock.advance(9 * MINUTE)
        await folder.sync()
        status = server.service.autoclone_status("orders")
        assert (status.config["ramp_count"], status.error) == (1, None)
