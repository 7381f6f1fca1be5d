"""Knows when a DAG is through with a record, for sources that must tell where they have it from."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a record was given up.

    Attributes:
        node: the id of the node that raised.
        error: what it raised.
    """

    node: str
    error: Exception


class Receipt:
    """Counts who still has a record in hand, or something made of it, and tells its source once nobody does.

    It travels with the record. It begins with one holder: the source, until the record is in all queues.
    A receipt that is dropped without `release` never ends, and so its record counts as not processed.

    Args:
        on_end: called once, with this receipt, when the last holder has released it.

    Attributes:
        failure: the first failure on the way, None where all went well.
        lost: whether it was thrown away unprocessed on the way.
    """

    __slots__ = ("_holders", "_on_end", "failure", "lost")

    def __init__(self, on_end: Callable[["Receipt"], None]) -> None:
        self._holders = 1
        self._on_end = on_end
        self.failure: Failure | None = None
        self.lost = False

    def hold(self, times: int = 1) -> None:
        """Count so many further holders."""
        self._holders += times

    def fail(self, node: str, error: Exception) -> None:
        """Note that a node could not use it; this releases nothing."""
        self.failure = self.failure or Failure(node, error)

    def release(self) -> None:
        """Count a holder off."""
        self._holders -= 1
        if self._holders == 0:
            self._on_end(self)

    def lose(self) -> None:
        """Count a holder off who has not processed it."""
        self.lost = True
        self.release()
