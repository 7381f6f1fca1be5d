"""What the routes of pages share."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BeforeValidator

from api.dashboard.actions import Action
from api.dashboard.pages import Pages
from autoclone.config.choices import one_of


def pages_router() -> APIRouter:
    """Return an empty router for pages, which the description of the API leaves out."""
    return APIRouter(include_in_schema=False)


async def the_pages(request: Request) -> Pages:
    """Return what makes this application's pages."""
    pages: Pages = request.app.state.pages
    return pages


ThePages = Annotated[Pages, Depends(the_pages)]
AnAction = Annotated[Action, Path(), BeforeValidator(one_of(Action))]
