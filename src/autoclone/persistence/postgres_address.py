"""The address of a database of PostgreSQL, as the setting AUTOCLONE_STORE has it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+asyncpg"
EXAMPLE = "postgresql://user:password@host:5432/autoclone"
OPTIONS = {"sslmode": "ssl", "host": "host", "port": "port"}
LAST_PORT = 65535
ENCRYPTION = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class AddressError(ValueError):
    """It is no such address: the words are what is wrong, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where a database is, and as whom to use it.

    Attributes:
        url: what SQLAlchemy connects to.
        arguments: what the driver wants besides.
        shown: the address as people may see it, without the password.
    """

    url: URL
    arguments: dict[str, Any]
    shown: str

    @classmethod
    def parse(cls, text: str) -> "PostgresAddress":
        """Return the address in `text`. Raises `AddressError`, which does not repeat what it was given."""
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise AddressError("is not an address that can be read", f'Write "{EXAMPLE}"') from None
        if url.port is not None and not 0 < url.port <= LAST_PORT:
            raise AddressError(f"names the port {url.port}, which there is not", f"Use 1 to {LAST_PORT}")
        if not url.database:
            raise AddressError("names no database", f'Write "{EXAMPLE}"')
        return cls(
            url=url.set(drivername=DRIVER, query={}),
            arguments=_options(url),
            shown=url.set(drivername="postgresql").render_as_string(hide_password=True),
        )


def _options(url: URL) -> dict[str, Any]:
    """Return the options after the question mark as the driver has them."""
    for name, value in url.query.items():
        if name not in OPTIONS:
            remedy = (
                "Leave it out; sslmode (encryption) and host and port (of a socket in a folder) are known"
            )
            raise AddressError(f"carries the unknown option {name!r}", remedy)
        if name == "sslmode" and value not in ENCRYPTION:
            raise AddressError(f"has {value!r} for sslmode", f"Use one of {', '.join(ENCRYPTION)}")
        if name == "port" and not str(value).isdecimal():
            raise AddressError(f"has {value!r} for port", "Write a number, such as 5432")
        if name in {"host", "port"} and getattr(url, name):
            raise AddressError(f"names the {name} twice", "Leave one of them out")
    return {OPTIONS[name]: int(str(value)) if name == "port" else value for name, value in url.query.items()}
