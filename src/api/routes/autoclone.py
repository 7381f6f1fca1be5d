"""How ramps stand: one DAG's, and all of them."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BeforeValidator, Field

from api import catalogue
from api.dependencies import AService
from api.describing import NAME, router_for
from api.paging import Paging, cut
from api.problems import may_answer
from api.schemas import RampStatus, RampStatusList
from autoclone.config.choices import one_of
from autoclone.core.model import Phase
from autoclone.engine.service import Service

BY_NAME = "autoclone"

router = router_for("AutoClone")


class RampQuery(Paging):
    """Which ramps to list."""

    phase: Annotated[Phase, BeforeValidator(one_of(Phase))] | None = Field(
        None, description="Only those in this phase."
    )


@router.get(
    "/dags/{name}/autoclone",
    summary="Show a DAG's ramp",
    response_model=None,
    responses={
        **may_answer(catalogue.UNKNOWN_DAG),
        200: {"model": RampStatus, "description": "How the ramp stands."},
    },
    openapi_extra={"parameters": [NAME]},
)
async def get_autoclone(request: Request) -> Response:
    """How it stands and why. A clone has no ramp of its own: ask for its parent's."""
    # The most polled path of all. The service keeps the bytes ready; FastAPI's parameters and dependencies
    # would cost more than all the rest.
    service: Service = request.app.state.service
    await service.refresh()
    return Response(service.status_json(request.path_params["name"]), media_type="application/json")


@router.get("/autoclone", summary="List all ramps", responses=may_answer(catalogue.INVALID_INPUT))
async def list_autoclone(service: AService, query: Annotated[RampQuery, Query()]) -> RampStatusList:
    """Every DAG's ramp, in order of name."""
    await service.refresh()
    found = service.autoclone_statuses(
        after=query.after_name(BY_NAME), limit=query.limit + 1, phase=query.phase
    )
    page, following = cut(found, query.limit, BY_NAME, lambda status: status.name)
    return RampStatusList(items=[RampStatus.of(status) for status in page], next=following)
