"""What people do to DAGs: asked about first, then done by the same service that the API asks."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import orjson
from fastapi import Request, Response, status
from fastapi.responses import RedirectResponse

from api.body import read_form
from api.dashboard.actions import Action, Offer, offer
from api.dashboard.problems import is_part
from api.dashboard.routing import AnAction, ThePages, pages_router
from api.dependencies import AService, Name
from autoclone.config.faults import shown
from autoclone.core.naming import NAME
from autoclone.engine.service import Service
from autoclone.errors import Fault, InvalidInput, ManagedClone, NotPrimary

router = pages_router()

SIMPLE: Mapping[Action, Callable[[Service], Callable[[str], Awaitable[Any]]]] = MappingProxyType(
    {
        Action.START: lambda service: service.start,
        Action.STOP: lambda service: service.stop,
        Action.SUSPEND: lambda service: service.suspend,
        Action.RESUME: lambda service: service.resume,
        Action.DELETE: lambda service: service.delete,
    }
)


@router.get("/dags/{name}/do/{action}")
async def ask(request: Request, name: Name, action: AnAction, pages: ThePages, service: AService) -> Response:
    """Ask whether it is meant. Only where it could then be done: elsewhere, people are sent there."""
    view = await service.get(name)
    if view.parent is not None:
        raise ManagedClone(name, view.parent)
    server = service.server()
    if server.role != "primary":
        raise NotPrimary(server.primary)
    template = "ask_part.html" if is_part(request) else "ask_page.html"
    return pages.render(request, template, offer=offer(action, name), copies=action is Action.CLONE)


@router.post("/dags/{name}/do/{action}")
async def do(request: Request, name: Name, action: AnAction, service: AService) -> Response:
    """Do it, and go on where the page was, or to what it is about."""
    if action is Action.CLONE:
        copy = await service.clone(name, _name_for_copy(await read_form(request)))
        return _done(request, offer(action, name), f"/dags/{copy.name}")
    await SIMPLE[action](service)(name)
    return _done(request, offer(action, name), "/" if action is Action.DELETE else f"/dags/{name}")


def _name_for_copy(form: Mapping[str, str]) -> str | None:
    """Return the name that was asked for, None where it was left empty. Raises `InvalidInput`."""
    name = form.get("name", "").strip()
    if name and not NAME.fullmatch(name):
        remedy = "Begin with a letter or digit, go on with those, _ or -, and write 200 at most"
        raise InvalidInput(Fault("name", shown(name), "is not a name", remedy))
    return name or None


def _done(request: Request, done: Offer, there: str) -> Response:
    if not is_part(request):
        return RedirectResponse(there, status.HTTP_303_SEE_OTHER)
    if done.action is Action.DELETE:  # the page may be the one of what is no more
        return Response(status_code=status.HTTP_204_NO_CONTENT, headers={"HX-Redirect": there})
    said = orjson.dumps({"autoclone:done": {"value": done.done}}).decode()
    return Response(status_code=status.HTTP_204_NO_CONTENT, headers={"HX-Trigger": said})
