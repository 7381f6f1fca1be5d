"""Ports of the loopback interface that nobody else takes in the meantime."""

import secrets
import socket
from contextlib import ExitStack, suppress

LOOPBACK = "127.0.0.1"
# Below what systems give to outgoing connections. A port from there could be gone to one of them
# while its server is down, and a server has to come back at the same address.
LOWEST, HIGHEST = 10_000, 32_000


def free_ports(count: int) -> list[int]:
    """Return ports that are free right now, all different."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
            with suppress(OSError):
                held.enter_context(_listener(port))
                found.append(port)
    return found


def free_port() -> int:
    """Return a port that is free right now."""
    return free_ports(1)[0]


def is_free(port: int) -> bool:
    """Tell whether one could listen on a port."""
    try:
        _listener(port).close()
    except OSError:
        return False
    return True


def _listener(port: int) -> socket.socket:
    return socket.create_server((LOOPBACK, port))
