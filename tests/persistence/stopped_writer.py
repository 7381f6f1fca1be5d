"""A program that stops itself with SIGSTOP in the middle of a write. Only tests start it.

Usage: stopped_writer.py ADDRESS

It claims an epoch, stops with the write of an event open, and says how that ended once it goes on.
"""

import asyncio
import os
import signal
import sys

from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.errors import AutoCloneError
from autoclone.persistence import fence, journal
from autoclone.persistence.postgres import PostgresStore
from autoclone.persistence.postgres_address import PostgresAddress
from store_kit import START, event


async def main(address: str) -> None:
    store = PostgresStore(PostgresAddress.parse(address))
    await store.open()
    epoch = await store.claim_epoch("stopped", START)

    async def write(connection: AsyncConnection) -> None:
        await fence.enter(connection, epoch)
        os.kill(os.getpid(), signal.SIGSTOP)
        await journal.append(connection, journal.rows([event()]))

    try:
        await store._database.write(write)
    except AutoCloneError as error:
        sys.stdout.write(type(error).__name__)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
