"""The files that pages load."""

from typing import Annotated

from fastapi import Header, Response

from api.dashboard.routing import ThePages, pages_router

router = pages_router()


@router.get("/static/{version}/{path:path}")
async def static(
    version: str, path: str, pages: ThePages, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Return one of them."""
    return pages.assets.answer(version, path, if_none_match)
