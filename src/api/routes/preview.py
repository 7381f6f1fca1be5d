"""What is to come, and why things are as they are."""

from typing import Annotated

from fastapi import Query

from api import catalogue
from api.dependencies import AForesight, AService, Name
from api.describing import router_for
from api.fleet_previews import FleetPreview, FleetQuery, fleet_preview
from api.previews import PreviewList, preview_of
from api.problems import may_answer
from api.spans import SpanQuery
from api.whys import Why, WhyQuery, why_of

router = router_for("AutoClone")


@router.get(
    "/dags/{name}/why",
    summary="Explain a moment",
    responses=may_answer(catalogue.UNKNOWN_DAG, catalogue.INVALID_INPUT),
)
async def explain_dag(
    name: Name, service: AService, foresight: AForesight, query: Annotated[WhyQuery, Query()]
) -> Why:
    """Why a ramp stands where it does: now, at any past moment that is still recorded, and at any to come."""
    return await why_of(service, foresight, name, query)


@router.get(
    "/dags/{name}/preview",
    summary="Show what a ramp will do",
    responses=may_answer(catalogue.UNKNOWN_DAG, catalogue.INVALID_INPUT),
)
async def preview_dag(
    name: Name, service: AService, foresight: AForesight, query: Annotated[SpanQuery, Query()]
) -> PreviewList:
    """The events to come, from how things stand now. It is what will be journalled, if nothing fails."""
    return await preview_of(service, foresight, name, query)


@router.get(
    "/preview",
    summary="Show how many clones there will be",
    responses=may_answer(catalogue.INVALID_INPUT),
)
async def preview_fleet(
    service: AService, foresight: AForesight, query: Annotated[FleetQuery, Query()]
) -> FleetPreview:
    """The clones of all DAGs together, each change of their number, and the peak."""
    return await fleet_preview(service, foresight, query)
