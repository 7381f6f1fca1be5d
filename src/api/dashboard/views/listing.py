"""The list of DAGs."""

from fastapi import Request, Response

from api.dashboard.routing import ThePages, pages_router
from api.dependencies import AService

router = pages_router()


@router.get("/")
async def listing(request: Request, pages: ThePages, service: AService) -> Response:
    """Show the DAGs, with their clones under them."""
    return pages.render(request, "listing.html", dags=await service.dags())
