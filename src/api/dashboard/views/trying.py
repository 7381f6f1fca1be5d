"""The form to try a configuration, and what it comes to before anything of it is stored."""

from fastapi import Request, Response

from api.dashboard.fields import ADVANCED, DAYS, WINDOW
from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dashboard.trial import Asked, trial_of
from api.dependencies import AForesight, AService
from autoclone.config.zones import known_zones

# So many names are offered to start from; the others can be written.
MOST_NAMES = 200

router = pages_router()


@router.get("/try")
async def form(request: Request, pages: ThePages, service: AService, foresight: AForesight) -> Response:
    """Show the form, and what comes of what stands in it."""
    trial = await trial_of(service, foresight, Asked.of(request.query_params.multi_items()))
    answer = pages.render(
        request,
        "try_part.html" if is_part(request) else "try.html",
        trial=trial,
        window=WINDOW,
        days=DAYS,
        advanced=ADVANCED,
        names=[status.name for status in service.autoclone_statuses(limit=MOST_NAMES)],
        zones=known_zones(),
    )
    answer.headers["HX-Replace-Url"] = trial.href
    return answer
