"""What can keep the topology from standing. Each message says what to do about it."""


class ClusterError(Exception):
    """The topology cannot be started, or a part of it cannot."""


class LeftOver(ClusterError):
    """A process of an earlier run still runs.

    Attributes:
        pid: its id; 0 where it is not known.
    """

    def __init__(self, name: str, pid: int) -> None:
        super().__init__(
            f"{name} still runs, left over from an earlier run, as process {pid}: end that first"
        )
        self.pid = pid


class Interrupted(ClusterError):
    """Whoever waits was told to stop."""
