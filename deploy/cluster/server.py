"""One AutoClone server among several, told by environment variables what it is and whom it shares with."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from cluster.ports import LOOPBACK
from cluster.process import Process

PREFIX = "AUTOCLONE_"
SERVE = (sys.executable, "-m", "autoclone", "serve")
ANSWER_WITHIN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all servers of a cluster have in common.

    Attributes:
        store: the address of their database, as AUTOCLONE_STORE has it.
        zookeeper_hosts: the addresses of the ensemble, as AUTOCLONE_ZOOKEEPER_HOSTS has them.
        settings: further settings, by variable.
        command: the program.
    """

    store: str = field(repr=False)
    zookeeper_hosts: str
    settings: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = SERVE


class Server(Process):
    """One server: always the same port, name (its AUTOCLONE_SERVER_ID) and address, from start to start.

    It answers a second or two after its start.
    """

    def __init__(self, number: int, folder: Path, port: int, shared: Shared) -> None:
        name = f"autoclone-{number}"
        self.number = number
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        settings = {
            **shared.settings,
            "AUTOCLONE_HOST": LOOPBACK,
            "AUTOCLONE_PORT": str(port),
            "AUTOCLONE_ADVERTISE_URL": self.url,
            "AUTOCLONE_SERVER_ID": name,
            "AUTOCLONE_STORE": shared.store,
            "AUTOCLONE_ELECTION": "zookeeper",
            "AUTOCLONE_ZOOKEEPER_HOSTS": shared.zookeeper_hosts,
        }
        super().__init__(name, shared.command, folder, _environment(settings))

    def info(self) -> Mapping[str, object] | None:
        """Return what it says of itself at /api/v1/server; None where it does not answer as it should."""
        try:
            answer = httpx.get(f"{self.url}/api/v1/server", timeout=ANSWER_WITHIN.total_seconds())
            told = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            return None
        return told if isinstance(told, dict) else None


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process' environment, without what it says to an AutoClone of its own."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    return {**inherited, **settings}
