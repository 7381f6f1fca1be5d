"""What queries have in common: a parameter that is not known is refused, and positions in the journal."""

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from autoclone.config.faults import did_you_mean, shown, wrong
from autoclone.errors import Fault, InvalidInput

LAST_POSITION = 2**63 - 1
LONGEST = len(str(LAST_POSITION)) + 1


class Parameters(BaseModel):
    """The parameters of a query."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _nothing_else(self) -> Self:
        """Refuse a misspelt parameter, rather than answer as if it were not there."""
        known = [field.alias or name for name, field in type(self).model_fields.items()]
        faults = [
            Fault(key, shown(value), "is not a parameter here", did_you_mean(key, known))
            for key, value in (self.model_extra or {}).items()
        ]
        if faults:
            raise InvalidInput(*faults)
        return self


def _position(value: object) -> int | None:
    text = str(value)
    if not text:  # a browser that has seen no event yet may say so
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:LONGEST]) <= LAST_POSITION):
        raise wrong("is not a position", "Write the `position` of an event, or 0")
    return int(text)


# A place in the journal.
Position = Annotated[int | None, BeforeValidator(_position)]
