"""What one DAG or clone is doing just now, node by node."""

from fastapi import Request, Response

from api.dashboard.graph import drawn
from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dashboard.rows import local, row_of
from api.dependencies import AService, Name

router = pages_router()


@router.get("/dags/{name}/state")
async def state(request: Request, name: Name, pages: ThePages, service: AService) -> Response:
    """Show its counters. Only the primary has them: elsewhere, people are sent there."""
    stats = await service.stats(name)
    view = await service.get(name)
    return pages.render(
        request,
        "state_part.html" if is_part(request) else "state.html",
        row=row_of(view),
        stats=stats,
        started_at=stats.started_at and local(stats.started_at, view.autoclone),
        drawing=drawn({node.id: node.type for node in stats.nodes}, stats.edges),
    )
