"""What is shown of a DAG whose windows open on some dates only."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine_world import MINUTE, World, document

KIRITIMATI = ZoneInfo("Pacific/Kiritimati")  # 14 hours ahead: midnight comes soon


def on_mondays() -> dict[str, Any]:
    made = document()
    made["autoclone"] |= {"days": ["mon"], "timezone": KIRITIMATI.key}
    return made


async def test_the_reason_follows_the_dates_and_the_next_event_is_an_opening(world: World) -> None:
    monday = datetime(2025, 1, 27, 9, tzinfo=KIRITIMATI)
    async with world.server() as server:
        await server.put(on_mondays())
        await world.clock.settle()
        here = world.clock.now().astimezone(KIRITIMATI)
        saturday = server.service.autoclone_status("orders")
        assert (str(saturday.reason), saturday.next_event_at) == ("DAY_EXCLUDED", monday)
        assert saturday.reason_values["date"] == here.date().isoformat()

        await world.clock.advance(timedelta(hours=24 - here.hour) + MINUTE)
        sunday = server.service.autoclone_status("orders")
        assert (str(sunday.reason), sunday.next_event_at) == ("DAY_EXCLUDED", monday)
        assert sunday.reason_values["date"] == (here.date() + timedelta(days=1)).isoformat()
