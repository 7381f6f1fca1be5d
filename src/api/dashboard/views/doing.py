"""What people do to DAGs: asked about first, then done by the same service that the API asks."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import orjson
from fastapi import Request, Response, status
from fastapi.responses import RedirectResponse

from api.body import filled_in, read_form
from api.dashboard.actions import Action, Offer, offer
from api.dashboard.problems import is_part
from api.dashboard.routing import AnAction, ThePages, pages_router
from api.dependencies import AService, Name
from api.schemas import CloneRequest, OverrideRequest, PauseRequest
from autoclone.engine.service import Service
from autoclone.errors import ManagedClone, NotPrimary

Form = Mapping[str, str]
Deed = Callable[[Service, str, Form], Awaitable[str]]

router = pages_router()


def _plainly(do: Callable[[Service, str], Awaitable[Any]]) -> Deed:
    """Return the deed that needs no more than a name, and leads to the DAG's page."""

    async def deed(service: Service, name: str, _: Form) -> str:
        await do(service, name)
        return f"/dags/{name}"

    return deed


def _held(model: type[PauseRequest | OverrideRequest]) -> Deed:
    """Return the deed that holds a ramp as a form says."""

    async def deed(service: Service, name: str, form: Form) -> str:
        await service.hold(name, filled_in(model, form).hold())
        return f"/dags/{name}"

    return deed


async def _copied(service: Service, name: str, form: Form) -> str:
    copy = await service.clone(name, filled_in(CloneRequest, form).name)
    return f"/dags/{copy.name}"


async def _deleted(service: Service, name: str, form: Form) -> str:
    """Delete it, confirmed by the plan that was shown."""
    await service.delete(name, confirm=form.get("confirm"))
    return "/"


# How each action is done. Each deed returns where to go on, for who came without scripts.
DEEDS: Mapping[Action, Deed] = MappingProxyType(
    {
        Action.START: _plainly(lambda service, name: service.start(name)),
        Action.STOP: _plainly(lambda service, name: service.stop(name)),
        Action.SUSPEND: _plainly(lambda service, name: service.suspend(name)),
        Action.RESUME: _plainly(lambda service, name: service.resume(name)),
        Action.CLONE: _copied,
        Action.DELETE: _deleted,
        Action.PAUSE: _held(PauseRequest),
        Action.OVERRIDE: _held(OverrideRequest),
        Action.FOLLOW: _plainly(lambda service, name: service.release(name)),
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
    going = await service.plan_delete(name) if action is Action.DELETE else None
    return pages.render(request, template, offer=offer(action, name), going=going)


@router.post("/dags/{name}/do/{action}")
async def do(request: Request, name: Name, action: AnAction, service: AService) -> Response:
    """Do it, and go on where the page was, or to what it is about."""
    there = await DEEDS[action](service, name, await read_form(request))
    return _done(request, offer(action, name), there)


def _done(request: Request, done: Offer, there: str) -> Response:
    if not is_part(request):
        return RedirectResponse(there, status.HTTP_303_SEE_OTHER)
    if done.action is Action.DELETE:  # the page may be the one of what is no more
        return Response(status_code=status.HTTP_204_NO_CONTENT, headers={"HX-Redirect": there})
    said = orjson.dumps({"autoclone:done": {"value": done.done}}).decode()
    return Response(status_code=status.HTTP_204_NO_CONTENT, headers={"HX-Trigger": said})
