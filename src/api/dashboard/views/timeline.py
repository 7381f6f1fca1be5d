"""A DAG's clones over a day or a week: what was, what will be, and what its schedule wants."""

from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BeforeValidator, Field

from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dashboard.rows import row_of
from api.dashboard.timeline import Reach, timeline_of
from api.dependencies import AForesight, AService, Name
from api.parameters import Parameters
from autoclone.config.choices import one_of
from autoclone.config.faults import wrong
from autoclone.errors import ManagedClone

# Far enough from where `date` ends to reckon with weeks around it.
EARLIEST, LATEST = 1900, 9000

router = pages_router()


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        raise wrong("is not a date", 'Write one such as "2025-01-25"') from None
    if not EARLIEST <= day.year <= LATEST:
        raise wrong("is too far away", f"Write a year from {EARLIEST} to {LATEST}")
    return day


class Shown(Parameters):
    """Which time to show."""

    day: Annotated[date, BeforeValidator(_day)] | None = Field(None, description="The first date.")
    span: Annotated[Reach, BeforeValidator(one_of(Reach))] = Field(Reach.DAY, description="How much.")


@router.get("/dags/{name}/timeline")
async def timeline(
    *,
    request: Request,
    name: Name,
    pages: ThePages,
    service: AService,
    foresight: AForesight,
    shown: Annotated[Shown, Query()],
) -> Response:
    """Show it on a chart, and the same events in a table."""
    view = await service.get(name)
    if view.parent is not None:
        raise ManagedClone(name, view.parent)
    drawn = await timeline_of(service, foresight, name, shown.day, shown.span)
    template = "timeline_part.html" if is_part(request) else "timeline.html"
    return pages.render(request, template, row=row_of(view), timeline=drawn, chosen=shown.day is not None)
