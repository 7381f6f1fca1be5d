"""Turns what pydantic finds wrong into faults that name the field, the value and the remedy."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from autoclone.config.faults import nearest, path_of, shown
from autoclone.errors import Fault


def faults_of(error: ValidationError, model: type[BaseModel], prefix: str, who: str) -> Iterator[Fault]:
    """Yield a fault for each thing wrong with what `model` was given.

    Args:
        error: what pydantic raised.
        model: the model.
        prefix: where the model stands in the document, such as `nodes[2]`.
        who: what the problem starts with, such as `node 'reader': `; may be empty.
    """
    for one in error.errors(include_url=False):
        loc = [part for part in one["loc"] if part != "[key]"]
        place = path_of((*loc,))
        field = f"{prefix}{place}" if place.startswith("[") else f"{prefix}.{place}".removesuffix(".")
        problem, remedy = _explained(one, loc, model)
        value = "" if one["type"] == "missing" else shown(one["input"])
        yield Fault(field, value, f"{who}{problem}", remedy)


def _explained(one: ErrorDetails, loc: list[int | str], model: type[BaseModel]) -> tuple[str, str]:
    """Return the problem and the remedy."""
    context: dict[str, Any] = one.get("ctx", {})
    described = _description(model, loc)
    if one["type"] == "extra_forbidden":
        known = list(_keys(_model_at(model, loc[:-1])))
        return "there is no such key", _instead(str(loc[-1]), known)
    if one["type"] == "missing":
        return "is missing", f"Add it. {described}".rstrip(". ")
    if "remedy" in context:
        return context["problem"], context["remedy"]
    return one["msg"][0].lower() + one["msg"][1:], f"Correct it. {described}".rstrip(". ")


def _instead(key: str, known: list[str]) -> str:
    close = nearest(key, known)
    if close is not None:
        return f"Did you mean {close!r}?"
    return f"Use one of: {', '.join(known)}" if known else "Remove it: there are none"


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name


def _field(model: type[BaseModel], key: object) -> FieldInfo | None:
    found = (field for name, field in model.model_fields.items() if (field.alias or name) == key)
    return next(found, None)


def _model_at(model: type[BaseModel], loc: list[int | str]) -> type[BaseModel]:
    """Return the innermost model on the way along `loc`."""
    for part in loc:
        field = _field(model, part)
        inner = None if field is None else _inner_model(field.annotation)
        model = inner or model
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any type may be annotated
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for one in get_args(annotation) if (model := _inner_model(one))), None)


def _description(model: type[BaseModel], loc: list[int | str]) -> str:
    """Return what the innermost described field along `loc` is for."""
    described = ""
    for part in loc:
        field = _field(model, part)
        if field is not None:
            described = field.description or described
            model = _inner_model(field.annotation) or model
    return described.removesuffix(".")
