"""How a server takes part in the election that its settings name."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager

from autoclone.clock import Clock
from autoclone.config.settings import Settings
from autoclone.config.settings_model import variable
from autoclone.engine.engine import Among
from autoclone.errors import Fault, InvalidInput
from election.base import Election, Misconfigured


def among(settings: Settings, clock: Clock, address: str | None) -> Among | None:
    """Return how the server stands among others, None where it has its store to itself.

    Args:
        settings: what it was told.
        clock: the time.
        address: where others reach it.

    Raises:
        InvalidInput: a setting of ZooKeeper is wrong or missing, or its library is not installed.
    """
    if settings.election == "standalone":
        return None
    if importlib.util.find_spec("kazoo") is None:
        remedy = "Install autoclone[zookeeper], or set AUTOCLONE_ELECTION to standalone"
        raise InvalidInput(Fault(variable("election"), '"zookeeper"', "needs the library kazoo", remedy))
    if settings.zookeeper_hosts is None:
        remedy = "Write them as in zk1:2181,zk2:2181,zk3:2181"
        raise InvalidInput(
            Fault(variable("zookeeper_hosts"), "", "ZooKeeper's servers are not named", remedy)
        )

    from election.factory import zookeeper_election  # noqa: PLC0415 - needs a library that may not be there
    from election.settings import ZooKeeperSettings  # noqa: PLC0415 - likewise

    with told():
        ensemble = ZooKeeperSettings(
            hosts=settings.zookeeper_hosts,
            chroot=settings.zookeeper_chroot or "",
            digest=settings.zookeeper_digest or "",
            session_timeout=settings.zookeeper_session_timeout,
            called=variable,
        )

    def stand() -> Election:
        return zookeeper_election(ensemble, clock, address=address or "")

    return Among(stand=stand, session_timeout=settings.zookeeper_session_timeout, lease=settings.lease)


@contextmanager
def told() -> Iterator[None]:
    """Have what an election does not accept told as any other setting that is wrong."""
    try:
        yield
    except Misconfigured as error:
        fault = Fault(error.setting, error.value, error.problem, error.remedy)
        raise InvalidInput(fault) from error
