"""Puts the house together: for the `serve` command, and for programs that embed it."""

from autoclone.bootstrap.embedding import DAGComputeServer
from autoclone.bootstrap.serving import serve

__all__ = ["DAGComputeServer", "serve"]
