"""Values of which there are only so many: each says which there are."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from autoclone.config.faults import did_you_mean, wrong

Choice = TypeVar("Choice", bound=StrEnum)


def one_of(choices: type[Choice]) -> Callable[[object], Choice]:
    """Return the check of a value that must be one of `choices`."""

    def check(value: object) -> Choice:
        known = {choice.value: choice for choice in choices}
        if isinstance(value, str) and value in known:
            return known[value]
        raise wrong("is none of those there are", did_you_mean(str(value), known))

    return check
