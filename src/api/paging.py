"""Lists in pages: `?limit=&cursor=` in, `next` out. A cursor is opaque to all but this file."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn, TypeVar

import orjson
from pydantic import BeforeValidator, Field

from api.parameters import LAST_POSITION, Parameters
from autoclone.config.faults import shown, wrong
from autoclone.core.naming import NAME
from autoclone.errors import Fault, InvalidInput

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
# More than can happen at one instant.
MAX_SKIP = 1_000_000

Item = TypeVar("Item")


def _limit(value: object) -> int:
    text = str(value)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_LIMIT)) else 0
    if not 1 <= number <= MAX_LIMIT:
        raise wrong(f"is not a whole number from 1 to {MAX_LIMIT}", f"Write one, such as {DEFAULT_LIMIT}")
    return number


class Paging(Parameters):
    """Which page of a list."""

    limit: Annotated[int, BeforeValidator(_limit), Field(ge=1, le=MAX_LIMIT)] = Field(
        DEFAULT_LIMIT, description="How many items at most."
    )
    cursor: str | None = Field(None, description="Where to go on: `next` of the page before.")

    def after_name(self, kind: str) -> str | None:
        """Return the name that the page begins after, None for the first page."""
        value = self._after(kind)
        if value is None or (isinstance(value, str) and NAME.fullmatch(value)):
            return value
        return self._refuse()

    def after_position(self, kind: str) -> int:
        """Return the position that the page begins after, 0 for the first page."""
        value = self._after(kind)
        if value is None:
            return 0
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LAST_POSITION:
            return value
        return self._refuse()

    def after_moment(self, kind: str) -> tuple[datetime, int] | None:
        """Return the instant that the page begins at, and how many of its items to skip; None at first."""
        value = self._after(kind)
        if value is None:
            return None
        at, _, skip = str(value).rpartition(" ")
        try:
            moment = (datetime.fromisoformat(at).astimezone(UTC), int(skip))
        except (ValueError, OverflowError):
            return self._refuse()
        return moment if 0 < moment[1] <= MAX_SKIP else self._refuse()

    def _after(self, kind: str) -> Any:  # noqa: ANN401 - whatever was in the cursor, for the caller to check
        if self.cursor is None:
            return None
        try:
            parts = orjson.loads(base64.b64decode(self.cursor, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            return self._refuse()
        match parts:
            case [of, after] if of == kind and after is not None:
                return after
        return self._refuse()

    def _refuse(self) -> NoReturn:
        remedy = "Pass on `next` of the page before with the same order, or leave it out to begin anew"
        raise InvalidInput(Fault("cursor", shown(self.cursor), "is not a cursor of this list", remedy))


def cursor_to(kind: str, after: str | int) -> str:
    """Return the cursor for what comes after a name or position in one kind of list."""
    return base64.b64encode(orjson.dumps([kind, after]), altchars=b"-_").decode()


def cut(
    found: Sequence[Item], limit: int, kind: str, key: Callable[[Item], str | int]
) -> tuple[Sequence[Item], str | None]:
    """Return the page, and the cursor to the next one if there is one.

    Args:
        found: the items, asked for with one more than fits the page.
        limit: how many fit.
        kind: the kind of list.
        key: what a cursor remembers of an item.
    """
    page = found[:limit]
    return page, cursor_to(kind, key(page[-1])) if len(found) > limit else None
