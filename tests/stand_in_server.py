"""Stands in for `autoclone serve` where a test is about what surrounds it: it elects, and asks the store.

It takes the settings of a real one from the same variables, and says at /api/v1/server whether it is
primary. SIGTERM ends it in good order, so that it leaves the election at once. One that has lost its
session never stands again.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import asyncpg
from kazoo.client import KazooClient, KazooState


def setting(name: str) -> str:
    return os.environ[f"AUTOCLONE_{name}"]


class Member:
    """One candidate, which is primary for as long as it is connected and has the lock."""

    def __init__(self) -> None:
        hosts = setting("ZOOKEEPER_HOSTS") + os.environ.get("AUTOCLONE_ZOOKEEPER_CHROOT", "")
        timeout = float(os.environ.get("AUTOCLONE_ZOOKEEPER_SESSION_TIMEOUT", "10s").removesuffix("s"))
        self.client = KazooClient(hosts, timeout=timeout)
        self.lost = False
        self.client.add_listener(self._follow)
        self.lock = self.client.Lock("/stand-in", setting("SERVER_ID"))

    def _follow(self, state: str) -> None:
        self.lost = self.lost or state == KazooState.LOST

    def stand(self) -> None:
        self.client.start(timeout=30)
        threading.Thread(target=self.lock.acquire, daemon=True).start()

    def told(self) -> dict[str, object]:
        primary = self.client.connected and self.lock.is_acquired and not self.lost
        return {"role": "primary" if primary else "secondary", "epoch": asyncio.run(databases())}


async def databases() -> int:
    """How many databases there are, as a sign that the store answers."""
    connection = await asyncpg.connect(setting("STORE"))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM pg_database"))
    finally:
        await connection.close()


class Handler(BaseHTTPRequestHandler):
    member: Member

    def do_GET(self) -> None:
        body = json.dumps(self.member.told()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    Handler.member = member = Member()
    server = ThreadingHTTPServer((setting("HOST"), int(setting("PORT"))), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    member.stand()
    sys.stderr.write(f"Serving on {setting('ADVERTISE_URL')}\n")
    server.serve_forever()
    member.client.stop()
    sys.stderr.write("Stopped.\n")


if __name__ == "__main__":
    main()
