"""What routes are handed. All of it is async: FastAPI would run anything else in a thread."""

from typing import Annotated

from fastapi import Depends, Path, Request

from api.body import read_clone_request, read_definition, read_override, read_pause
from api.foresight import Foresight
from api.preconditions import Preconditions, read_preconditions
from api.schemas import CloneRequest, OverrideRequest, PauseRequest
from api.streams.hub import Hub
from autoclone.engine.service import Service
from autoclone.ports import JsonObject


async def the_service(request: Request) -> Service:
    """Return the service behind this application."""
    service: Service = request.app.state.service
    return service


async def the_hub(request: Request) -> Hub:
    """Return what opens streams."""
    hub: Hub = request.app.state.hub
    return hub


async def the_foresight(request: Request) -> Foresight:
    """Return what looks ahead for this application."""
    foresight: Foresight = request.app.state.foresight
    return foresight


AService = Annotated[Service, Depends(the_service)]
AHub = Annotated[Hub, Depends(the_hub)]
AForesight = Annotated[Foresight, Depends(the_foresight)]
Name = Annotated[str, Path(description="The DAG's name, or a clone's.", examples=["orders"])]
Definition = Annotated[JsonObject, Depends(read_definition)]
Pause = Annotated[PauseRequest, Depends(read_pause)]
Override = Annotated[OverrideRequest, Depends(read_override)]
Copy = Annotated[CloneRequest, Depends(read_clone_request)]
Conditions = Annotated[Preconditions, Depends(read_preconditions)]
