"""A transform that lets some records through."""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from autoclone.runtimes.nodes.base import Params, Record, Transform
from autoclone.runtimes.nodes.values import MISSING, lookup


def _contains(value: Any, wanted: Any) -> bool:  # noqa: ANN401 - JSON values
    return wanted in value


def _is_in(value: Any, wanted: Any) -> bool:  # noqa: ANN401 - JSON values
    return value in wanted


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "eq": operator.eq,
        "ne": operator.ne,
        "lt": operator.lt,
        "le": operator.le,
        "gt": operator.gt,
        "ge": operator.ge,
        "in": _is_in,
        "contains": _contains,
    }
)


class FilterParams(Params):
    """Parameters of `filter`."""

    field: str = Field(min_length=1, description="The field to look at; dots lead into nested objects.")
    op: Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "exists"] = Field(
        description="The comparison: `in` wants a list as `value`, `contains` a text or list as the field, "
        "`exists` takes `true` (the default) or `false`."
    )
    value: JsonValue = Field(default=None, description="What the field is compared with.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.op == "exists":
            if not isinstance(self.value, bool | None):
                raise PydanticCustomError("value", "`exists` takes true or false as value")
        elif "value" not in self.model_fields_set:
            raise PydanticCustomError("value", "`value` is missing")
        elif self.op == "in" and not isinstance(self.value, list):
            raise PydanticCustomError("value", "`in` takes a list as value")
        return self


class Filter(Transform[FilterParams]):
    """Passes on the records whose field compares as asked, and drops the others.

    A field that is absent or null matches only `exists` with `false`. Values that cannot be compared, such
    as a text with a number, are an error of that record.
    """

    model = FilterParams

    async def process(self, record: Record) -> None:
        """Pass the record on, or drop it."""
        if self._matches(lookup(record, self.params.field)):
            await self.context.emit(record)

    def _matches(self, value: object) -> bool:
        present = value is not MISSING and value is not None
        if self.params.op == "exists":
            return present is (self.params.value is not False)
        return present and OPERATORS[self.params.op](value, self.params.value)
