"""Stores in PostgreSQL for the tests, as patient as each wants them."""

from datetime import timedelta

from autoclone.persistence.postgres import PostgresStore
from autoclone.persistence.postgres_address import PostgresAddress
from autoclone.persistence.postgres_patience import Patience

SHORT = timedelta(milliseconds=300)
BRISK = Patience(start=SHORT, connect=SHORT, lock=SHORT, idle=SHORT, statement=SHORT, answer=2 * SHORT)
LONG_ENOUGH = 30


def store_at(address: str, patience: Patience | None = None) -> PostgresStore:
    """The store at an address, with the patience of a real one unless said otherwise."""
    return PostgresStore(PostgresAddress.parse(address), patience=patience)
