"""AutoClone runs streaming DAGs and scales each one by the clock."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autoclone.bootstrap import DAGComputeServer

__all__ = ["DAGComputeServer", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import the embedding API on first use, so that `import autoclone.core` stays light.

    Raises:
        AttributeError: `name` is not part of the public API.
    """
    if name == "DAGComputeServer":
        from autoclone.bootstrap import DAGComputeServer  # noqa: PLC0415 - lazy on purpose, see above

        return DAGComputeServer
    raise AttributeError(f"module 'autoclone' has no attribute {name!r}")
