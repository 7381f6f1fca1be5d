"""Storing what somebody tried, in the DAG that it started from: asked about first, with what comes of it."""

from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Request, Response, status
from fastapi.responses import RedirectResponse

from api import catalogue
from api.body import read_form
from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dashboard.trial import Asked, Start, start_of
from api.dependencies import AForesight, AService
from api.edits import WriteQuery, plan_of
from api.problems import refused
from autoclone.config.faults import shown
from autoclone.engine.service import Service
from autoclone.errors import Fault, InvalidInput, NotPrimary, RevisionMismatch

Answer = TypeVar("Answer")

router = pages_router()


@router.get("/try/save")
async def ask(request: Request, pages: ThePages, service: AService, foresight: AForesight) -> Response:
    """Ask whether it is meant, with what would come of it; only where it could then be done."""
    server = service.server()
    if server.role != "primary":
        raise NotPrimary(server.primary)
    asked = Asked.of(request.query_params.multi_items())
    start = await _start(service, asked)
    edit = await _as_loaded(service.plan_put(start.document, start.name, if_revision=_revision(asked)))
    return pages.render(
        request,
        "save_part.html" if is_part(request) else "save_page.html",
        asked=asked,
        start=start,
        plan=await plan_of(edit, foresight, WriteQuery()),
    )


@router.post("/try/save")
async def save(request: Request, service: AService) -> Response:
    """Store it, and go on to the DAG."""
    form = await read_form(request)
    asked = Asked.of(form.items())
    start = await _start(service, asked)
    await _as_loaded(
        service.put(
            start.document, name=start.name, if_revision=_revision(asked), confirm=form.get("confirm") or None
        )
    )
    there = f"/dags/{start.name}"
    if is_part(request):
        return Response(status_code=status.HTTP_204_NO_CONTENT, headers={"HX-Redirect": there})
    return RedirectResponse(there, status.HTTP_303_SEE_OTHER)


async def _start(service: Service, asked: Asked) -> Start:
    """Return what is to be stored. Raises `InvalidInput` where it starts from no DAG."""
    start = await start_of(service, asked)
    if start.view is None:
        missing = Fault("dag", "", "is missing", "Load the DAG first that this is to be stored in")
        raise InvalidInput(*(start.wrong or (missing,)))
    return start


def _revision(asked: Asked) -> int:
    if not (
        asked.revision.isascii() and asked.revision.isdecimal() and len(asked.revision) < len(str(2**63))
    ):
        fault = Fault("revision", shown(asked.revision), "is not a revision", "Load the DAG again")
        raise InvalidInput(fault)
    return int(asked.revision)


async def _as_loaded(work: Awaitable[Answer]) -> Answer:
    """Return what comes of `work`. Raises `Refused`, in words for people, where the DAG is another by now."""
    try:
        return await work
    except RevisionMismatch as error:
        detail = (
            f"{error.name} was changed after you loaded it: it is at revision {error.actual}, not "
            f"{error.expected}. Take the newest, and look at what that comes to."
        )
        raise refused(catalogue.REVISION_MISMATCH, detail, name=error.name, revision=error.actual) from None
