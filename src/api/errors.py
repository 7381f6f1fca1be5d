"""Which problem each error becomes."""

import logging
import math
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from api import catalogue
from api.dashboard.problems import as_page, is_for_people
from api.problems import ProblemResponse, Refused, plain_problem, problem
from api.streams.hub import TooManyStreams
from autoclone.config.faults import path_of, shown
from autoclone.errors import (
    AutoCloneOff,
    DagExists,
    Fault,
    InvalidInput,
    ManagedClone,
    NeedsConfirmation,
    NotPrimary,
    RevisionMismatch,
    StaleEpoch,
    StoreError,
    Transient,
    UnknownDag,
)

SOON = timedelta(seconds=1)
# What may stand in a path as it is, beside letters and digits (RFC 3986).
PLAIN = "/:@!$&'()*+,;=-._~"
# A database that cannot be used at all seldom mends itself within the second.
LATER = timedelta(seconds=5)

log = logging.getLogger("autoclone.http")


def retry_after(delay: timedelta) -> dict[str, str]:
    """Return the header that asks for `delay`, in whole seconds, rounded up, at least one."""
    return {"Retry-After": str(max(1, math.ceil(delay.total_seconds())))}


async def _refused(_: Request, error: Refused) -> ProblemResponse:
    return error.response


async def _invalid(_: Request, error: InvalidInput) -> ProblemResponse:
    return _faulty(str(error), error.faults)


async def _unprocessable(_: Request, error: RequestValidationError) -> ProblemResponse:
    faults = [_fault(one) for one in error.errors()]
    return _faulty("; ".join(map(str, faults)), faults)


def _fault(one: dict[str, Any]) -> Fault:
    """Return what FastAPI found; our own parameters' checks bring their remedies with them."""
    context = one.get("ctx", {})
    _, *where = one["loc"]  # the first says only that it was in the query or the path
    return Fault(
        path_of(tuple(where)),
        shown(one["input"]),
        str(context.get("problem", "is not valid")),
        str(context.get("remedy", one["msg"])),
    )


def _faulty(detail: str, faults: Iterable[Fault]) -> ProblemResponse:
    errors = [
        {"field": one.field, "value": one.value, "problem": one.problem, "remedy": one.remedy}
        for one in faults
    ]
    return problem(catalogue.INVALID_INPUT, detail, errors=errors)


async def _managed_clone(_: Request, error: ManagedClone) -> ProblemResponse:
    return problem(catalogue.MANAGED_CLONE, str(error), name=error.name, parent=error.parent)


async def _unknown_dag(_: Request, error: UnknownDag) -> ProblemResponse:
    return problem(catalogue.UNKNOWN_DAG, str(error), name=error.name, nearest=error.nearest)


async def _dag_exists(request: Request, error: DagExists) -> ProblemResponse:
    if request.method == "PUT":  # only If-None-Match makes a PUT mind that there is one
        return problem(catalogue.REVISION_MISMATCH, str(error), name=error.name)
    return problem(catalogue.DAG_EXISTS, str(error), name=error.name)


async def _autoclone_off(_: Request, error: AutoCloneOff) -> ProblemResponse:
    return problem(catalogue.AUTOCLONE_OFF, str(error), name=error.name)


async def _needs_confirmation(_: Request, error: NeedsConfirmation) -> ProblemResponse:
    return problem(
        catalogue.NEEDS_CONFIRMATION, str(error), name=error.name, plan=error.plan, clones=list(error.clones)
    )


async def _revision_mismatch(_: Request, error: RevisionMismatch) -> ProblemResponse:
    if error.actual is None:
        detail = f"There is no DAG named {error.name!r} to match. Leave If-Match out to create it."
    else:
        detail = (
            f"{error.name!r} is at revision {error.actual}, which your If-Match or If-None-Match rules out. "
            "Read it again, then repeat your change."
        )
    return problem(catalogue.REVISION_MISMATCH, detail, name=error.name, revision=error.actual)


async def _stale_epoch(_: Request, error: StaleEpoch) -> ProblemResponse:
    detail = f"{error} Try again after Retry-After."
    return problem(catalogue.NOT_PRIMARY, detail, headers=retry_after(SOON))


async def _not_primary(request: Request, error: NotPrimary) -> ProblemResponse:
    """Send the request on to the primary, or ask for another try where none is known."""
    if error.primary is None:
        return problem(
            catalogue.NOT_PRIMARY, f"{error} Try again after Retry-After.", headers=retry_after(SOON)
        )
    # What came percent-encoded is decoded here, and a header takes no spaces, no letters beyond Latin-1.
    query = f"?{request.url.query}" if request.url.query else ""
    there = error.primary.rstrip("/") + quote(request.scope["path"], safe=PLAIN) + query
    return problem(catalogue.AT_THE_PRIMARY, str(error), headers={"Location": there}, primary=error.primary)


async def _too_many_streams(_: Request, error: TooManyStreams) -> ProblemResponse:
    detail = f"{error} Try again after Retry-After, or have it allow more with AUTOCLONE_MAX_STREAMS."
    return problem(catalogue.TOO_MANY_STREAMS, detail, headers=retry_after(LATER), max_streams=error.most)


async def _transient(request: Request, error: Transient) -> ProblemResponse:
    return _unavailable(request, error, error.retry_after or SOON)


async def _store_error(request: Request, error: StoreError) -> ProblemResponse:
    return _unavailable(request, error, LATER)


def _unavailable(request: Request, error: Exception, delay: timedelta) -> ProblemResponse:
    log.warning("%s %r is not possible just now: %s", request.method, request.url.path, error)
    return problem(catalogue.UNAVAILABLE, catalogue.UNAVAILABLE.detail, headers=retry_after(delay))


async def _http(request: Request, error: HTTPException) -> ProblemResponse:
    path = request.url.path
    if error.status_code == catalogue.UNKNOWN_PATH.status:
        hint = f" Did you mean {path.rstrip('/')}?" if path.rstrip("/") and path.endswith("/") else ""
        detail = f"There is nothing at {path}.{hint} /docs lists what there is."
        return problem(catalogue.UNKNOWN_PATH, detail)
    if error.status_code == catalogue.METHOD_NOT_ALLOWED.status:
        allow = sorted(_allowed(request)) or ["GET", "HEAD"]  # what is mounted is files
        words = ", ".join(allow)
        detail = f"{request.method} is not possible on {path}. Use {words}."
        return problem(catalogue.METHOD_NOT_ALLOWED, detail, headers={"Allow": words}, allow=allow)
    return plain_problem(error.status_code, error.detail, error.headers)


def _allowed(request: Request) -> set[str]:
    """Return the methods of a path: each is a route of its own, and the router names only the first's."""
    allowed: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            allowed |= route.methods or set()
    return allowed | {"HEAD"} if "GET" in allowed else allowed


Handler = Callable[[Request, Any], Awaitable[Any]]

HANDLERS: tuple[tuple[type[Exception], Handler], ...] = (
    (Refused, _refused),
    (InvalidInput, _invalid),
    (RequestValidationError, _unprocessable),
    (ManagedClone, _managed_clone),
    (UnknownDag, _unknown_dag),
    (DagExists, _dag_exists),
    (NeedsConfirmation, _needs_confirmation),
    (AutoCloneOff, _autoclone_off),
    (RevisionMismatch, _revision_mismatch),
    (StaleEpoch, _stale_epoch),
    (NotPrimary, _not_primary),
    (TooManyStreams, _too_many_streams),
    (Transient, _transient),
    (StoreError, _store_error),
    (HTTPException, _http),
)


def handle_errors(app: FastAPI) -> None:
    """Have every error answered with its problem. What nobody foresaw is the edge's to answer."""
    for error, handler in HANDLERS:
        app.add_exception_handler(error, _in_its_form(handler))


def _in_its_form(handler: Handler) -> Handler:
    """Return the handler that makes a page of what `handler` answers, where people asked for one."""

    async def handle(request: Request, error: Any) -> Response:  # noqa: ANN401 - as the handlers it is for
        answer = await handler(request, error)
        return as_page(request, answer) if is_for_people(request) else answer

    return handle
