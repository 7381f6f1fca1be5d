"""Problems, as people see them: the same that the API answers with, on a page."""

from typing import Any

import orjson
from fastapi import Request, Response, status

from api.dashboard.pages import Pages
from api.problems import ProblemResponse

# Here people meet programs' answers as they are, even with a browser.
FOR_PROGRAMS = ("/api/", "/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/static")


def is_for_people(request: Request) -> bool:
    """Whether what is asked for is a page, or a part of one."""
    if request.url.path.startswith(FOR_PROGRAMS):
        return False
    return is_part(request) or "text/html" in request.headers.get("accept", "")


def is_part(request: Request) -> bool:
    """Whether a page that is open already asks for a part of itself."""
    return request.headers.get("hx-request") == "true"


def as_page(request: Request, answer: ProblemResponse) -> Response:
    """Return the page, or the part of one, that tells of a problem; status and headers stay."""
    pages: Pages = request.app.state.pages
    content: dict[str, Any] = orjson.loads(answer.body)
    template = "problem.html" if is_part(request) else "problem_page.html"
    page = pages.render(request, template, status_code=answer.status_code, problem=content)
    if is_part(request) and request.method != "GET" and "Location" in answer.headers:
        # A script may not be sent on to another server, but a person may: to where that one asks about it.
        page.status_code = status.HTTP_421_MISDIRECTED_REQUEST
        page.headers["HX-Redirect"] = answer.headers["Location"]
        return page
    for name in ("Location", "Retry-After", "Allow"):
        if name in answer.headers:
            page.headers[name] = answer.headers[name]
    return page
