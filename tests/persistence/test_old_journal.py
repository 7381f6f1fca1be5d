"""The journal of an earlier version, taken again by this one, comes to what it came to then.

The file is the whole database of a server that was killed and started again, whose DAG was suspended,
resumed, edited, overridden and stopped. It stays as it is: what does not come out of it any more has changed.
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from autoclone.core.model import Phase
from autoclone.engine.definitions import Definitions
from autoclone.engine.replaying import replay
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import EventFilter

OLD = Path(__file__).with_name("journal_of_schema_6.sql")
BEGINNING, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


async def test_an_old_journal_is_come_to_again_after_an_upgrade(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.executescript(OLD.read_text("utf-8"))
    database.close()
    store = SqliteStore(tmp_path / "old.db")
    await store.open()
    here = Definitions(ZoneInfo("Asia/Tokyo"), timedelta(minutes=7))
    came = await replay(store, here, "orders", BEGINNING, END)
    journal = [entry.event for entry in await store.events(EventFilter("orders"))]
    await store.close()

    assert came.exact, came.differences
    assert (came.steps, came.events) == (48, journal)
    assert came.state is not None
    assert (came.state.phase, came.state.clones) == (Phase.IDLE, ())
