"""The fence: a runtime refuses commands of a primary whose time is over."""

from autoclone.errors import StaleEpoch


class Fence:
    """Remembers the highest epoch it has seen."""

    def __init__(self) -> None:
        self._epoch = 0

    def admit(self, epoch: int) -> None:
        """Let a command of `epoch` pass. Raises `StaleEpoch` where a newer one was seen."""
        if epoch < self._epoch:
            raise StaleEpoch(epoch, self._epoch)
        self._epoch = epoch
