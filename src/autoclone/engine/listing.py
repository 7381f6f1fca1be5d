"""Finding a page of DAGs among many, without reading a single definition."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from types import MappingProxyType

from autoclone.core.model import Phase
from autoclone.engine.fleet import Fleet
from autoclone.engine.views import DagView

# So many names are looked at in one go, which takes about a millisecond; then others have a turn.
STRETCH = 5000


class Sort(StrEnum):
    """What DAGs are ordered by. Those that are alike are in the order of their names."""

    NAME = "name"
    NAME_DOWN = "-name"
    CLONES = "clones"
    CLONES_DOWN = "-clones"
    PHASE = "phase"
    PHASE_DOWN = "-phase"


@dataclass(frozen=True, slots=True)
class Query:
    """Which DAGs, and which page of them.

    Attributes:
        text: only those whose name, or one of whose clones' names, has this in it, in any case; empty: all.
        phase: only those whose ramp is in this phase; None: in any.
        sort: their order.
        first: how many to leave out before the page.
        limit: how many fit the page.
        clones: how many clones of each to show, at most.
    """

    text: str = ""
    phase: Phase | None = None
    sort: Sort = Sort.NAME
    first: int = 0
    limit: int = 25
    clones: int = 10


@dataclass(frozen=True, slots=True)
class Group:
    """One DAG and the first of its clones, oldest first.

    Attributes:
        dag: the DAG.
        clones: its clones, as many as were asked for.
        more: how many it has beyond those.
    """

    dag: DagView
    clones: tuple[DagView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of DAGs.

    Attributes:
        groups: those on the page.
        total: how many there are on all pages.
        phases: how many DAGs there are in each phase, whatever was looked for.
    """

    groups: tuple[Group, ...]
    total: int
    phases: Mapping[str, int]


PHASES: Mapping[Phase, int] = MappingProxyType({phase: place for place, phase in enumerate(Phase)})


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a DAG without its definition."""

    name: str
    phase: Phase
    clones: tuple[str, ...]


# By which number a candidate is ordered; those without one are in the order of their names alone.
RANKS: Mapping[Sort, Callable[[Candidate], int]] = MappingProxyType(
    {
        Sort.CLONES: lambda one: len(one.clones),
        Sort.CLONES_DOWN: lambda one: -len(one.clones),
        Sort.PHASE: lambda one: PHASES[one.phase],
        Sort.PHASE_DOWN: lambda one: -PHASES[one.phase],
    }
)


def candidate(fleet: Fleet, name: str) -> Candidate | None:
    """Return what the fleet knows of a DAG; one that it does not is idle, one that is deleted is None."""
    entry = fleet.entries.get(name)
    if entry is None:
        return Candidate(name, Phase.IDLE, ())
    if entry.deleted:
        return None
    state = entry.state
    clones = tuple(clone.name for clone in state.clones if clone.counted) if state.clones else ()
    return Candidate(name, state.phase, clones)


async def search(
    names: Sequence[str], look: Callable[[str], Candidate | None], query: Query
) -> tuple[Sequence[Candidate], int]:
    """Return the candidates on the page, and how many there are on all pages.

    Args:
        names: of all DAGs, in order.
        look: finds one by its name; None where it is gone.
        query: which.
    """
    rank = RANKS.get(query.sort)
    ordered = names[::-1] if query.sort is Sort.NAME_DOWN else names
    last, total = query.first + query.limit, 0
    best: list[Candidate] = []
    async for stretch in _stretches(ordered):
        found = [one for one in map(look, stretch) if one is not None and _fits(one, query)]
        total += len(found)
        if rank is not None:
            best = nsmallest(last, [*best, *found], key=rank)  # those that are alike keep their order
        else:
            best += found[: last - len(best)]
    return best[query.first : last], total


async def _stretches(names: Sequence[str]) -> AsyncIterator[Sequence[str]]:
    for first in range(0, len(names), STRETCH):
        yield names[first : first + STRETCH]
        await asyncio.sleep(0)


def _fits(one: Candidate, query: Query) -> bool:
    if query.phase is not None and one.phase is not query.phase:
        return False
    text = query.text.casefold()
    return text in one.name.casefold() or any(text in clone.casefold() for clone in one.clones)
