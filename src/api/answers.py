"""Answering with what the engine shows, and the headers that go with it."""

from fastapi import HTTPException, Request, Response, status
from fastapi.responses import JSONResponse

from api.catalogue import NOT_READY
from api.errors import SOON, retry_after
from api.monitoring import Readiness
from api.preconditions import Tag
from api.problems import refused
from api.schemas import Dag
from autoclone.engine.views import DagView, ServerView
from autoclone.ports import JsonObject


def shown(view: DagView, response: Response) -> Dag:
    """Return the DAG, with its entity tag."""
    response.headers["ETag"] = str(Tag(str(view.revision)))
    return Dag.of(view)


def created(view: DagView, request: Request, response: Response) -> Dag:
    """Return the new DAG, and say where it is."""
    response.status_code = status.HTTP_201_CREATED
    response.headers["Location"] = request.url_for("get_dag", name=view.name).path
    return shown(view, response)


def not_modified(view: DagView) -> Response:
    """Return the answer to a reader who has this revision already."""
    return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers={"ETag": str(Tag(str(view.revision)))})


def described(document: JsonObject | None) -> Response:
    """Return the description of the topic. Raises `HTTPException` where there is none."""
    if document is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return JSONResponse(document)


def readiness(server: ServerView) -> Readiness:
    """Return that the server is ready. Raises `Refused`, with the checks, where it is not."""
    if server.ready:
        return Readiness.model_validate(server)
    amiss = ", ".join(name for name, state in server.checks.items() if state != "ok")
    detail = f"Not in order: {amiss}. The checks say what is wrong."
    raise refused(NOT_READY, detail, headers=retry_after(SOON), checks=dict(server.checks))
