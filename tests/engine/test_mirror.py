"""A fleet that follows the store: all of it, and nothing twice."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from autoclone.core.model import ParentStatus, RampState
from autoclone.engine import mirror as module
from autoclone.engine.definitions import Definitions
from autoclone.engine.fleet import Entry
from autoclone.engine.mirror import Mirror
from autoclone.errors import Transient
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import Change
from engine_world import NINE, document
from ensemble_parts import LinkedStore


class Followed:
    """A store with a primary that writes, and a mirror of it over a link."""

    def __init__(self) -> None:
        self.primary = MemoryStore()
        self.store = LinkedStore(self.primary)
        self.mirror = Mirror(self.store, Definitions(ZoneInfo("UTC"), timedelta(minutes=1)))

    async def put(self, name: str, **more: int) -> None:
        await self.primary.put_dag(1, name, document(name, **more), source="api", at=NINE)

    async def forget(self, name: str) -> None:
        await self.primary.commit(1, [Change(RampState(name), forget=True)])

    async def names(self) -> list[str]:
        """What is shown after a refresh, deleted ones left out."""
        await self.mirror.refresh()
        return [name for name in self.mirror.fleet.dag_names(None) if not self.entry(name).deleted]

    def entry(self, name: str) -> Entry:
        return self.mirror.fleet.entries[name]


@pytest.fixture
async def followed() -> Followed:
    made = Followed()
    await made.primary.open()
    await made.store.open()
    await made.primary.claim_epoch("primary", NINE)
    for name in ("a", "b", "c"):
        await made.put(name)
    return made


async def test_only_what_changed_is_read(followed: Followed) -> None:
    assert await followed.names() == ["a", "b", "c"]
    assert followed.store.loaded == ["a", "b", "c"]
    await followed.names()
    await followed.put("b", count=7)
    await followed.put("d")
    assert await followed.names() == ["a", "b", "c", "d"]
    assert followed.store.loaded == ["a", "b", "c", "b", "d"]
    assert followed.entry("b").config["ramp_count"] == 7


async def test_the_records_that_were_read_are_returned(followed: Followed) -> None:
    assert [record.name for record in await followed.mirror.refresh()] == ["a", "b", "c"]
    assert list(await followed.mirror.refresh()) == []


async def test_a_fleet_of_many_is_read_in_pages(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    assert await followed.names() == ["a", "b", "c"]
    await followed.put("d")
    await followed.put("e")
    assert len(await followed.mirror.refresh()) == 2
    for name in ("a", "b", "d"):
        await followed.primary.delete_dag(1, name, at=NINE)
        await followed.forget(name)
    assert await followed.names() == ["c", "e"]


async def test_status_and_state_are_followed(followed: Followed) -> None:
    await followed.names()
    await followed.primary.set_status(1, "a", ParentStatus.SUSPENDED)
    await followed.primary.commit(1, [Change(RampState("b", sequence=4))])
    await followed.names()
    assert followed.entry("a").parent is ParentStatus.SUSPENDED
    assert followed.entry("b").state.sequence == 4


async def test_a_deleted_dag_is_there_until_it_is_forgotten(followed: Followed) -> None:
    await followed.names()
    await followed.primary.delete_dag(1, "a", at=NINE)
    assert await followed.names() == ["b", "c"]
    assert followed.entry("a").deleted
    await followed.forget("a")
    assert await followed.names() == ["b", "c"]
    assert list(followed.mirror.fleet.entries) == ["b", "c"]


async def test_one_that_is_deleted_and_forgotten_between_two_looks_is_gone(followed: Followed) -> None:
    await followed.names()
    await followed.primary.delete_dag(1, "a", at=NINE)
    await followed.forget("a")
    assert await followed.names() == ["b", "c"]
    assert sum(followed.mirror.fleet.phases.values()) == 2


async def test_one_that_went_while_another_came_is_gone(followed: Followed) -> None:
    await followed.names()
    await followed.primary.delete_dag(1, "a", at=NINE)
    await followed.forget("a")
    await followed.put("d")
    assert await followed.names() == ["b", "c", "d"]


@pytest.mark.parametrize("looks_between", [False, True])
async def test_one_that_is_put_again_returns_as_it_is_now(followed: Followed, looks_between: bool) -> None:
    await followed.names()
    await followed.primary.delete_dag(1, "a", at=NINE)
    if looks_between:
        await followed.names()
    await followed.forget("a")
    if looks_between:
        await followed.names()
    await followed.put("a", count=9)
    assert await followed.names() == ["a", "b", "c"]
    assert followed.entry("a").config["ramp_count"] == 9
    assert followed.entry("a").parent is ParentStatus.RUNNING


async def test_a_definition_that_is_not_understood_is_shown_with_its_error(followed: Followed) -> None:
    await followed.names()
    await followed.primary.put_dag(
        1, "a", {"name": "a", "autoclone": {"ramp_count": "x"}}, source="api", at=NINE
    )
    await followed.names()
    assert "ramp_count" in str(followed.entry("a").error)
    await followed.put("a", count=2)
    await followed.names()
    assert (followed.entry("a").error, followed.entry("a").config["ramp_count"]) == (None, 2)


async def test_a_refresh_that_fails_in_the_middle_is_made_good_by_the_next(followed: Followed) -> None:
    await followed.names()
    await followed.put("a", count=9)
    followed.store.cut = True
    with pytest.raises(Transient):
        await followed.mirror.refresh()
    followed.store.cut = False
    await followed.names()
    assert followed.entry("a").config["ramp_count"] == 9


async def test_what_is_written_during_a_refresh_is_read_by_the_next(followed: Followed) -> None:
    followed.store.holds("load")
    refreshing = asyncio.create_task(followed.mirror.refresh())
    await followed.store.kept_back.wait()
    await followed.put("a", count=9)
    followed.store.lets_go()
    await refreshing
    await followed.names()
    assert followed.entry("a").config["ramp_count"] == 9


async def test_two_that_look_at_once_read_everything_once(followed: Followed) -> None:
    await asyncio.gather(followed.mirror.refresh(), followed.mirror.refresh())
    assert followed.store.loaded == ["a", "b", "c"]
