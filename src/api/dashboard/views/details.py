"""One DAG or clone: its definition, its graph, its ramp, and what happened to it."""

import orjson
from fastapi import Request, Response

from api.dashboard.actions import Action, offer, ramp_offers
from api.dashboard.graph import drawing_of
from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dashboard.rows import local, row_of
from api.dependencies import AService, Name
from autoclone.ports import EventFilter

# How many events are shown. The API has the others.
RECENT = 20
MOST_CLONES = 200

router = pages_router()


@router.get("/dags/{name}")
async def details(
    request: Request, name: Name, pages: ThePages, service: AService, have: int | None = None
) -> Response:
    """Show everything there is to know of it but what it is doing just now.

    A page that has a revision already is not sent its definition again.
    """
    view = await service.get(name)
    journal = EventFilter(view.parent or name)
    events = await service.events(journal, limit=RECENT, newest_first=True)
    return pages.render(
        request,
        "details_part.html" if is_part(request) else "details.html",
        row=row_of(view),
        view=view,
        status=view.autoclone,
        have=have,
        most_clones=MOST_CLONES,
        local=local,
        events=[(entry.event, local(entry.event.at, view.autoclone)) for entry in events],
        definition=orjson.dumps(view.document, option=orjson.OPT_INDENT_2).decode(),
        drawing=drawing_of(view.document),
        delete=offer(Action.DELETE, name),
        ramp_offers=ramp_offers(view),
    )
