"""Makes pages from templates."""

from collections.abc import Mapping

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.dashboard.assets import Assets
from api.dashboard.formats import FILTERS
from api.dashboard.standing import standing_of
from autoclone.core.events import EventType
from autoclone.engine.service import Service

# What a page shows is of the moment: no copy of it is to be kept, not even for the way back.
HEADERS: Mapping[str, str] = {"Cache-Control": "no-store", "Vary": "HX-Request"}
MEDIA_TYPE = "text/html; charset=utf-8"
# The pages of the navigation: where, and what it is called.
NAVIGATION = (("/", "DAGs"), ("/fleet", "Fleet"), ("/try", "Try"), ("/server", "Server"))


class Pages:
    """The templates, and what all of them may use."""

    def __init__(self, version: str) -> None:
        self.assets = Assets.load()
        self._jinja = Environment(
            loader=PackageLoader("api.dashboard"),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters.update(FILTERS)
        self._jinja.globals.update(
            asset=self.assets.href, navigation=NAVIGATION, version=version, event_types=list(EventType)
        )

    def render(
        self, request: Request, template: str, *, status_code: int = 200, **context: object
    ) -> Response:
        """Return the answer that a template makes of a context.

        Every template knows of the `request`, and of the server's `standing`.
        """
        service: Service = request.app.state.service
        standing = standing_of(service.server())
        text = self._jinja.get_template(template).render(request=request, standing=standing, **context)
        return Response(text, status_code, HEADERS, MEDIA_TYPE)
