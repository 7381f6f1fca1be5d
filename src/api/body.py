"""Reading bodies: bounded, as raw bytes, parsed where nothing that readers may disagree on gets through."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api import catalogue
from api.problems import Refused, refused
from api.schemas import CloneRequest, OverrideRequest, PauseRequest
from autoclone.config.document import read_document
from autoclone.config.faults import Location, did_you_mean, faults_of, shown
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import JsonObject

Asked = TypeVar("Asked", bound=BaseModel)

JSON = "application/json"
# Rather than read the rest of a body that is too large, the server ends the connection.
HANG_UP = {"Connection": "close"}


async def read_body(request: Request) -> bytes:
    """Return the whole body. Raises `Refused` where it is too large, or is not sent as JSON."""
    body = await _read(request)
    if body:
        _check_encoding(request)
    return body


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form as a page of ours sends it; of one that is there twice, the last.

    Raises:
        Refused: it is too large.
        InvalidInput: it is not in UTF-8.
    """
    body = await _read(request)
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict"))
    except ValueError:
        fault = Fault("form", shown(str(body[:40])), "is not a form", "Send it from the page as it is")
        raise InvalidInput(fault) from None


async def _read(request: Request) -> bytes:
    """Return the body. Raises `Refused` as soon as more has come than is allowed, however it is sent."""
    limit: int = request.app.state.max_body_bytes
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Refused:
    detail = (
        f"The body is larger than {limit} bytes. Make it smaller, or have the server allow more with "
        "AUTOCLONE_MAX_BODY_BYTES."
    )
    return refused(catalogue.BODY_TOO_LARGE, detail, headers=HANG_UP, max_bytes=limit)


def _check_encoding(request: Request) -> None:
    """Refuse what is not plainly JSON. A browser asks first before it sends JSON to another site."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise _unsupported(
            "Content-Type", content_type, "only JSON is read here", f"Send Content-Type: {JSON}"
        )
    coding = request.headers.get("content-encoding", "identity")
    if coding.strip().lower() != "identity":
        raise _unsupported("Content-Encoding", coding, "is not understood here", "Send the body as it is")


def _unsupported(header: str, value: str, problem: str, remedy: str) -> Refused:
    detail = f"{header} = {value or 'nothing'}: {problem}. {remedy}."
    return refused(catalogue.UNSUPPORTED_MEDIA_TYPE, detail, header=header, accept=JSON)


async def read_definition(request: Request) -> JsonObject:
    """Return the DAG document in the body. Raises `InvalidInput` where it is not a JSON object."""
    return read_document(await read_body(request), max_bytes=request.app.state.max_body_bytes)


async def read_clone_request(request: Request) -> CloneRequest:
    """Return what the body asks for; without a body, nothing in particular."""
    return await _asked(request, CloneRequest)


async def read_pause(request: Request) -> PauseRequest:
    """Return what the body asks for."""
    return await _asked(request, PauseRequest)


async def read_override(request: Request) -> OverrideRequest:
    """Return what the body asks for."""
    return await _asked(request, OverrideRequest)


async def _asked(request: Request, model: type[Asked]) -> Asked:
    """Return the body as a `model`; without a body, as one that says nothing."""
    body = await read_body(request)
    given = read_document(body, max_bytes=request.app.state.max_body_bytes) if body else {}
    return _checked(model, given)


def filled_in(model: type[Asked], form: Mapping[str, str]) -> Asked:
    """Return a form as a `model`: what was left empty is not there, and whole numbers are numbers.

    Raises:
        InvalidInput: it is wrong; each fault names its field.
    """
    given = {name: text.strip() for name, text in form.items() if text.strip()}
    return _checked(model, {name: _value(name, text) for name, text in given.items()})


def _value(name: str, text: str) -> str | int:
    return (
        int(text)
        if name == "count" and text.isascii() and text.isdecimal() and len(text) < len(str(2**63))
        else text
    )


def _checked(model: type[Asked], given: Mapping[str, object]) -> Asked:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(*faults_of(error, unknown=partial(_unknown, model))) from None


def _unknown(model: type[BaseModel], location: Location) -> tuple[str, str]:
    keys = [field.alias or name for name, field in model.model_fields.items()]
    return f"{shown(location[-1])} is not a key here", did_you_mean(str(location[-1]), keys)
