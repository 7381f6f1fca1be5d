"""What every store does alike with the record of what ramps were told. Each test runs over all of them."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from autoclone.core.commands import Action, Command
from autoclone.core.demand import Demand
from autoclone.core.inputs import Input, Outcome, Release, RunStatus, Sighting
from autoclone.core.model import Hold, HoldKind, ParentStatus, Plan, RampState
from autoclone.core.window import Schedule
from autoclone.errors import StaleEpoch
from autoclone.ports import Change, Defaults, Heard, History, Pruned, Steps, Store
from store_kit import MINUTE, START, Opened, document, put, state

DEFAULTS = Defaults("Europe/Berlin", timedelta(seconds=90))
DEMAND = Demand(3, START - MINUTE, START + 60 * MINUTE)
FAILED = Outcome(
    Command(Action.CREATE, "orders", "orders_1", 7, START - MINUTE, 3), "no room", timedelta(seconds=0.25)
)
RICH = Heard(
    now=START,
    demand=DEMAND,
    parent=ParentStatus.SUSPENDED,
    epoch=7,
    outcome=FAILED,
    sightings=(Sighting("orders_1", RunStatus.FAILED, START),),
    takeover=True,
    order=Hold(HoldKind.OVERRIDE, START + MINUTE, 3, START, "sale"),
    made=("orders_2", "orders_3"),
)


def told(minute: int, before: RampState | None = None, parent: str = "orders", *more: Heard) -> Steps:
    """What a ramp was told in one commit, some minutes after the start."""
    heard = Heard(START + minute * MINUTE, DEMAND)
    return Steps(parent, 1, DEFAULTS, (heard, *more), before)


async def record(store: Store, epoch: int, *steps: Steps, final: RampState | None = None) -> None:
    await store.commit(epoch, [Change(final or state(one.parent), (), steps=one) for one in steps])


def minutes(history: History) -> list[int]:
    return [(one.heard[0].now - START) // MINUTE for one in history.steps]


async def test_what_a_ramp_was_told_comes_back_as_it_was(opened: Opened) -> None:
    before = state(sequence=4, clones=2)
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        released = replace(RICH, order=Release())
        await record(store, epoch, told(0, before, "orders", RICH, released), final=state(sequence=5))
    async with opened() as store:
        history = await store.history("orders", since=START)
        assert history == History((told(0, before, "orders", RICH, released),), state=state(sequence=5))
        assert await store.history("nobody", since=START) == History()


async def test_nothing_that_a_step_may_depend_on_is_left_out() -> None:
    plan = Plan(Schedule((), UTC))
    given = Input(
        RICH.now,
        plan,
        RICH.demand,
        RICH.parent,
        RICH.epoch,
        RICH.outcome,
        RICH.sightings,
        RICH.takeover,
        order=RICH.order,
    )
    again = Heard.of(given, RICH.made).said(plan)
    assert Heard.of(given, RICH.made) == RICH
    assert {one.name for one in fields(Input)} - {"taken"} == {
        one.name for one in fields(Input) if getattr(again, one.name) == getattr(given, one.name)
    } - {"taken"}
    assert "orders_2" not in again.taken
    assert "orders_4" in again.taken


async def test_the_words_of_an_error_become_such_as_every_database_takes(opened: Opened) -> None:
    outcome = replace(FAILED, error="bad\0 \udcff")
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await record(store, epoch, told(0, None, "orders", replace(RICH, outcome=outcome)))
        (steps,) = (await store.history("orders", since=START)).steps
    assert steps.heard[1].outcome == replace(FAILED, error=r"bad\x00 \udcff")


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (START - MINUTE, [1, 2, 3, 4, 5]),
        (START + MINUTE, [1, 2, 3, 4, 5]),
        (START + 3 * MINUTE, [3, 4, 5]),
        (START + 9 * MINUTE, [3, 4, 5]),
    ],
)
async def test_it_is_read_from_the_last_state_before_an_instant(
    opened: Opened, since: datetime, expected: list[int]
) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        known = RampState("orders")
        await record(store, epoch, told(0), told(1, known), told(1, known, "other"), told(2))
        await record(store, epoch, told(3, known), told(4), told(5))
        assert minutes(await store.history("orders", since=since)) == expected


async def test_it_is_read_in_pages_the_last_of_which_has_the_stored_state(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        steps = [told(n, RampState("orders") if n == 0 else None) for n in range(5)]
        await record(store, epoch, *steps, final=state(sequence=9))
        first = await store.history("orders", since=START, limit=3)
        assert (minutes(first), first.state) == ([0, 1, 2], None)
        last = await store.history("orders", since=START, after=first.next or 0, limit=3)
        assert (minutes(last), last.next, last.state) == ([3, 4], None, state(sequence=9))


async def test_a_commit_without_a_record_leaves_none(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await store.commit(epoch, [Change(state())])
        assert await store.history("orders", since=START) == History(state=state())


async def test_every_definition_there_was_can_be_read(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await put(store, epoch, document=document(step=1))
        await put(store, epoch, document=document(step=2))
        await store.delete_dag(epoch, "orders", at=START)
        assert await store.get_revision("orders", 1) == document(step=1)
        assert await store.get_revision("orders", 2) == document(step=2)
        assert await store.get_revision("orders", 3) is None
        assert await store.get_revision("nobody", 1) is None


async def test_the_definition_that_was_in_force_is_found_by_its_time(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await put(store, epoch, document=document(step=1), at=START)
        second = await put(store, epoch, document=document(step=2), at=START + 2 * MINUTE, source="a.json")
        await store.set_status(epoch, "orders", ParentStatus.STOPPED)
        await put(store, epoch, "other", at=START)
        assert await store.revision_at("orders", START - MINUTE) is None
        assert await store.revision_at("nobody", START) is None
        for minute, step in ((0, 1), (1, 1), (2, 2), (60, 2)):
            found = await store.revision_at("orders", START + minute * MINUTE)
            assert found is not None
            assert (found.revision, found.document) == (step, document(step=step))
        assert await store.revision_at("orders", START + 2 * MINUTE) == second
        await store.delete_dag(epoch, "orders", at=START + 3 * MINUTE)
        assert await store.revision_at("orders", START + 3 * MINUTE) == second


async def test_old_steps_are_removed_up_to_the_last_old_state(opened: Opened) -> None:
    known = RampState("orders")
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await record(store, epoch, told(0, known), told(1), told(2, known), told(3), told(4, known), told(5))
        await record(store, epoch, told(0, known, "other"))
        pruned = await store.prune_history(epoch, before=START + 4 * MINUTE)
        assert (pruned.sent, pruned.done) == (2, True)
        assert minutes(await store.history("orders", since=START)) == [2, 3, 4, 5]
        assert minutes(await store.history("other", since=START)) == [0]


async def test_old_steps_are_removed_in_stretches(opened: Opened) -> None:
    async with opened() as store:
        epoch = await store.claim_epoch("one", START)
        await record(store, epoch, *(told(n, RampState("orders")) for n in range(6)))
        removed, stretch = 0, Pruned(done=False)
        while not stretch.done:
            stretch = await store.prune_history(
                epoch, before=START + 60 * MINUTE, after=stretch.position, limit=2
            )
            removed += stretch.sent
        assert removed == 5
        assert minutes(await store.history("orders", since=START)) == [5]
        assert (await store.prune_history(epoch, before=START)).sent == 0


async def test_an_old_epoch_removes_nothing(opened: Opened) -> None:
    async with opened() as store:
        old = await store.claim_epoch("one", START)
        await record(store, old, told(0, RampState("orders")), told(1, RampState("orders")))
        await store.claim_epoch("two", START)
        with pytest.raises(StaleEpoch):
            await store.prune_history(old, before=START + 60 * MINUTE)
        assert minutes(await store.history("orders", since=START)) == [0, 1]
