"""Faults of every kind, one upon another, in an order drawn by lot: at most one server ever acts."""

from collections.abc import Awaitable, Callable
from random import Random

import pytest

from ensemble_world import LEASE, MINUTE, SESSION, EnsembleWorld, Server, document, ensemble_world

FAULTS = 8


class Trouble:
    """What can go wrong, and how it is mended."""

    def __init__(self, world: EnsembleWorld, chance: Random) -> None:
        self._world = world
        self._chance = chance
        self._kinds: list[Callable[[Server], Awaitable[None]]] = [
            self.cut_zookeeper,
            self.silence_zookeeper,
            self.heal,
            self.cut_store,
            self.hang_store,
            self.swallow_answers,
            self.freeze,
            self.replace,
            self.replace_gracefully,
        ]

    async def strike(self) -> str:
        server = self._chance.choice(self._world.servers)
        kind = self._chance.choice(self._kinds)
        await kind(server)
        return f"{kind.__name__} {server.name}"

    async def cut_zookeeper(self, server: Server) -> None:
        server.cut_zookeeper()

    async def silence_zookeeper(self, server: Server) -> None:
        server.cut_zookeeper(silently=True)

    async def cut_store(self, server: Server) -> None:
        server.store.cut = True

    async def hang_store(self, server: Server) -> None:
        server.store.flows.clear()

    async def swallow_answers(self, server: Server) -> None:
        server.store.answers.clear()

    async def freeze(self, server: Server) -> None:
        server.freeze()

    async def heal(self, server: Server) -> None:
        server.store.cut = False
        server.thaw()

    async def replace(self, server: Server) -> None:
        await self.heal(server)
        await server.kill()
        await self._again(server.name)

    async def replace_gracefully(self, server: Server) -> None:
        await self.heal(server)
        await server.stop()
        await self._again(server.name)

    async def _again(self, name: str) -> None:
        self._world.servers = [one for one in self._world.servers if one.name != name]
        await self._world.add(name)

    async def mend(self) -> None:
        for server in self._world.servers:
            await self.heal(server)


@pytest.mark.parametrize("seed", range(3))
async def test_at_most_one_acts_whatever_happens_and_all_is_well_in_the_end(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - the same each time, which is what a test wants
    async with ensemble_world("one", "two", "three") as world:
        await world.put(document(count=4))
        trouble = Trouble(world, chance)
        happened = []
        for _ in range(FAULTS):
            happened.append(await trouble.strike())
            await world.pass_(chance.uniform(0.2, 1) * SESSION)
        await trouble.mend()
        await world.pass_(LEASE + 2 * SESSION)
        primary = world.acting()
        assert primary is not None, happened
        await world.clock.advance(4 * MINUTE)
        assert world.acting() is primary
        assert len(await primary.clones()) == 4, happened
        for server in world.servers:
            assert server is primary or await server.clones() == []
            await server.service.refresh()
            assert server.service.status_json("orders") == primary.service.status_json("orders")
        events = await world.journal()
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert [event.epoch for event in events] == sorted(event.epoch for event in events)
        created = [event.clone for event in events if event.type == "clone.created"]
        assert len(created) == len(set(created)) == 4, happened
