"""Look after a cluster that runs: start again what has ended, and tell who is primary."""

import subprocess
import time
from collections.abc import Callable
from datetime import timedelta

from cluster.cluster import Cluster, Say, Stopping
from cluster.failures import ClusterError

EVERY = timedelta(seconds=1)


class Watch:
    """Remembers since when each part has been down, and what was told last."""

    def __init__(self, cluster: Cluster, say: Say) -> None:
        self._cluster = cluster
        self._say = say
        self._restart_after = cluster.plan.restart_after.total_seconds()
        self._down: dict[str, float] = {}
        self._told = ""

    def follow(self, stopping: Stopping) -> None:
        """Look once a second until told to stop."""
        while not stopping():
            self.look()
            time.sleep(EVERY.total_seconds())

    def look(self) -> None:
        """Look once at every part."""
        for one in (*self._cluster.members, self._cluster.postgres):
            if one.running:
                self._down.pop(one.name, None)
            else:
                self._bring_back(one.name, one.start)
        self._tell_roles()

    def _bring_back(self, name: str, start: Callable[[], None]) -> None:
        since = self._down.get(name)
        if since is None:
            self._down[name] = time.monotonic()
            self._say(f"{name} is down. It is started again in {self._restart_after:g} s")
        elif time.monotonic() - since >= self._restart_after:
            del self._down[name]
            self._start(name, start)

    def _start(self, name: str, start: Callable[[], None]) -> None:
        try:
            start()
        except (ClusterError, OSError, subprocess.SubprocessError) as error:
            self._say(f"{name} cannot be started: {error}")
        else:
            self._say(f"{name} is started again")

    def _tell_roles(self) -> None:
        told = ", ".join(self._role(number) for number in range(len(self._cluster.servers)))
        if told != self._told:
            self._say(told)
        self._told = told

    def _role(self, number: int) -> str:
        server = self._cluster.servers[number]
        info = server.info() if server.running else None
        doing = f"{info.get('role')}" if info else "no answer" if server.running else "down"
        return f"{server.name} (pid {server.pid}): {doing}"
