"""What can keep the topology from standing. Each message says what to do about it."""


class ClusterError(Exception):
    """The topology cannot be started, or a part of it cannot."""


class LeftOver(ClusterError):
    """What is to be started runs already: somebody else, or an earlier run, has started it.

    Attributes:
        pid: its id; 0 where it is not known.
    """

    def __init__(self, name: str, pid: int) -> None:
        super().__init__(f"{name} runs already, as process {pid or 'unknown'}. End that first.")
        self.pid = pid


class Interrupted(ClusterError):
    """A signal asked for the end before the start was through."""
