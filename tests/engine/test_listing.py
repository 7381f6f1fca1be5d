"""Finding a page among many DAGs: the same as going through all of them by hand."""

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.model import Phase
from autoclone.engine.listing import STRETCH, Candidate, Query, Sort, search

NAMES = st.text("abAB_1", min_size=1, max_size=4)
FLEETS = st.dictionaries(NAMES, st.tuples(st.sampled_from(Phase), st.integers(0, 3)), max_size=12)


def fleet(of: Mapping[str, tuple[Phase, int]]) -> dict[str, Candidate]:
    return {
        name: Candidate(name, phase, tuple(f"{name}_{number}" for number in range(clones)))
        for name, (phase, clones) in of.items()
    }


def by_hand(there: Mapping[str, Candidate], query: Query) -> list[str]:
    text = query.text.lower()
    found = [
        one
        for one in there.values()
        if query.phase in (None, one.phase) and any(text in name.lower() for name in (one.name, *one.clones))
    ]
    found.sort(key=lambda one: one.name, reverse=query.sort is Sort.NAME_DOWN)
    down = query.sort.startswith("-")
    if query.sort in (Sort.CLONES, Sort.CLONES_DOWN):
        found.sort(key=lambda one: -len(one.clones) if down else len(one.clones))
    if query.sort in (Sort.PHASE, Sort.PHASE_DOWN):
        found.sort(key=lambda one: list(Phase).index(one.phase) * (-1 if down else 1))
    return [one.name for one in found]


QUERIES = st.builds(
    Query,
    text=st.text("aB_1", max_size=2),
    phase=st.none() | st.sampled_from(Phase),
    sort=st.sampled_from(Sort),
    first=st.integers(0, 12),
    limit=st.integers(1, 5),
)


@given(FLEETS, QUERIES)
def test_a_page_is_a_slice_of_all_that_fit(of: dict[str, tuple[Phase, int]], query: Query) -> None:
    there = fleet(of)
    page, total = asyncio.run(search(sorted(there), there.get, query))
    expected = by_hand(there, query)
    assert [one.name for one in page] == expected[query.first : query.first + query.limit]
    assert total == len(expected)


@pytest.mark.parametrize("sort", Sort)
async def test_others_have_a_turn_while_many_are_looked_at(sort: Sort) -> None:
    names = [f"dag_{number:06}" for number in range(4 * STRETCH)]
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    page, total = await search(names, lambda name: Candidate(name, Phase.IDLE, ()), Query(sort=sort, limit=2))
    counting.cancel()
    assert turns >= 4
    assert total == len(names)
    expected = names[:-3:-1] if sort is Sort.NAME_DOWN else names[:2]
    assert [one.name for one in page] == expected


async def test_what_went_away_meanwhile_is_left_out() -> None:
    there = fleet({"a": (Phase.IDLE, 0), "c": (Phase.IDLE, 0)})
    page, total = await search(["a", "b", "c"], there.get, Query())
    assert ([one.name for one in page], total) == (["a", "c"], 2)
