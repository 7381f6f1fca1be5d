"""This server: its role, and how it and what it relies on are doing."""

from fastapi import Request, Response

from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dependencies import AService

router = pages_router()


@router.get("/server")
async def server(request: Request, pages: ThePages, service: AService) -> Response:
    """Show it."""
    template = "server_part.html" if is_part(request) else "server.html"
    return pages.render(request, template, server=service.server())
