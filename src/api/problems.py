"""Answering with a problem, and documenting that one may."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from api.catalogue import INTERNAL_ERROR, UNAVAILABLE, ProblemType
from autoclone.errors import AutoCloneError

MEDIA_TYPE = "application/problem+json"
SCHEMA = {"$ref": "#/components/schemas/Problem"}
RETRY_AFTER = {
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "schema": {"type": "integer"},
        "example": 1,
    }
}


class ProblemResponse(JSONResponse):
    """A problem in the form of RFC 9457."""

    media_type = MEDIA_TYPE


def problem(
    kind: ProblemType, detail: str, *, headers: Mapping[str, str] | None = None, **extensions: object
) -> ProblemResponse:
    """Return the answer that tells of one occurrence of a kind of problem.

    Args:
        kind: which kind.
        detail: what happened this time, with the remedy.
        headers: further headers, such as Retry-After.
        extensions: further members, which programs may read.
    """
    head = {"type": kind.uri, "title": kind.title, "status": kind.status, "detail": detail}
    return ProblemResponse({**head, **extensions}, kind.status, headers)


def plain_problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> ProblemResponse:
    """Return a problem that says no more than its HTTP status does."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return ProblemResponse(content, status, headers)


class Refused(AutoCloneError):
    """The request cannot be served as it was sent. It carries its own answer."""

    def __init__(self, response: ProblemResponse, reason: str) -> None:
        super().__init__(reason)
        self.response = response


def refused(
    kind: ProblemType, detail: str, *, headers: Mapping[str, str] | None = None, **extensions: object
) -> Refused:
    """Return the error to raise where the request is refused with `problem(...)`."""
    return Refused(problem(kind, detail, headers=headers, **extensions), detail)


def may_answer(*kinds: ProblemType) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of an operation that may end in these problems, or fail as any may."""
    responses: dict[int | str, dict[str, Any]] = {"default": _documented("Any other problem.")}
    for kind in (*kinds, UNAVAILABLE, INTERNAL_ERROR):
        known = responses.setdefault(kind.status, _documented(f"{kind.title}."))
        examples = known["content"][MEDIA_TYPE].setdefault("examples", {})
        examples[kind.slug] = {"summary": kind.title, "value": kind.example}
    responses[UNAVAILABLE.status]["headers"] = RETRY_AFTER
    return responses


def _documented(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
