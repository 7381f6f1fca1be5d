"""Where definitions, ramps and the journal are kept: one port, a store on a disk and one in memory."""

from autoclone.persistence.address import open_store

__all__ = ["open_store"]
