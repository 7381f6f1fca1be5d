"""The clones of all DAGs together in the time to come."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BeforeValidator, Field

from api.dashboard.fleet import fleet_chart
from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dashboard.timeline import Reach
from api.dependencies import AForesight, AService
from api.parameters import Parameters
from autoclone.config.choices import one_of

router = pages_router()


class Shown(Parameters):
    """How much time to show."""

    span: Annotated[Reach, BeforeValidator(one_of(Reach))] = Field(Reach.DAY, description="How much.")


@router.get("/fleet")
async def fleet(
    *,
    request: Request,
    pages: ThePages,
    service: AService,
    foresight: AForesight,
    shown: Annotated[Shown, Query()],
) -> Response:
    """Show it on a chart, and the same in a table."""
    drawn = await fleet_chart(service, foresight, shown.span, service.zone())
    return pages.render(request, "fleet_part.html" if is_part(request) else "fleet.html", fleet=drawn)
