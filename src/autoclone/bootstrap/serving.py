"""Serves HTTP beside the engine, until a signal says otherwise."""

import asyncio
import gc
import logging
import resource
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from autoclone.bootstrap.house import House, build, running
from autoclone.config.settings import Settings
from autoclone.engine.throne import reason_of
from autoclone.errors import Fault, InvalidInput

# What open connections get to finish in when the server stops; the DAGs' own drain comes after it.
HTTP_GRACE_SECONDS = 1
BACKLOG = 2048
# After how long a client's connection is closed that takes in nothing, or does not say that it has.
UNREAD_SECONDS = 60
# How many files and connections may be open at once, if the system lets it: it often begins with 1,024.
FILES = 65_536
# After how many new objects the collector looks at those, and how much more seldom at older ones.
THRESHOLDS = (10_000, 20, 50)

log = logging.getLogger("autoclone.server")


def serve(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM, and return the exit code 0.

    Raises:
        AutoCloneError: the server could not start, or had to give up; the message is for the operator.
    """
    allow_files()
    loop_factory = uvicorn.Config("", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    # The address is taken before anything else, so that a server started twice does no harm.
    with listening(settings.host, settings.port) as listener:
        house = build(settings, address=url_of(listener))
        async with running(house) as work, answering(house, listener) as http:
            collect_seldom()
            _say_where(listener)
            ends = asyncio.create_task(stopping.wait())
            await asyncio.wait((work, http, ends), return_when=asyncio.FIRST_COMPLETED)
            ends.cancel()
            log.info("Stopping: DAGs drain for at most %g s", settings.drain_timeout.total_seconds())
        _raise_reason(work)
    log.info("Stopped. The ramps go on where they are when the server starts again")


def allow_files() -> None:
    """Have as many files and connections open at once as the system allows, up to `FILES`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def collect_seldom() -> None:
    """Have the garbage collector run seldom, and never look at what is there by now: everything waits for it.

    By Python's own thresholds it takes a third of the time of a large opening, and much at once now and then
    where a thousand streams are open.
    """
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def _say_where(listener: socket.socket) -> None:
    url = url_of(listener)
    log.info("Serving on %s", url)
    log.info("Watch the ramps on %s/, try the API out on %s/docs", url, url)


def _raise_reason(work: asyncio.Task[None]) -> None:
    """Raise why the work ended, if it did so by itself."""
    error = None if work.cancelled() else work.exception()
    if error is not None:
        raise reason_of(error)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen on an address.

    Raises:
        InvalidInput: it cannot be listened on; the fault names the setting.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except socket.gaierror as error:
        raise _refused("AUTOCLONE_HOST", host, error, "Use an address of this machine") from error
    except OSError as error:
        remedy = "Stop the program that uses it, or choose another port"
        raise _refused("AUTOCLONE_PORT", f"{port} on {host}", error, remedy) from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # what is accepted inherits it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNREAD_SECONDS * 1000))
    with listener:
        yield listener


def _refused(setting: str, value: str, error: OSError, remedy: str) -> InvalidInput:
    return InvalidInput(Fault(setting, value, f"cannot be listened on: {error.strerror}", remedy))


def url_of(listener: socket.socket) -> str:
    """Return the address of a listener, as a browser wants it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Uvicorn, but whoever starts it handles the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def answering(house: House, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Answer HTTP on `listener` inside the block. Yields the task that does."""
    server = _Server(
        uvicorn.Config(
            house.app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=HTTP_GRACE_SECONDS,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield task
    finally:
        house.hub.stop()  # streams would go on for as long as they are let
        server.should_exit = True
        await asyncio.wait((task,))
