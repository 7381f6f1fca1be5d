"""Puts the HTTP API together."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from pydantic.json_schema import models_json_schema
from starlette.types import Lifespan

from api import examples
from api.dashboard import views
from api.dashboard.pages import Pages
from api.edge import Edge
from api.errors import handle_errors
from api.foresight import Foresight
from api.routes import actions, autoclone, dags, events, holds, preview, replay, server, state
from api.schemas import CloneRequest, OverrideRequest, PauseRequest, Problem
from api.streams.hub import Hub
from autoclone.config.models import DagDocument
from autoclone.engine.service import Service
from autoclone.ports import JsonObject

DESCRIPTION = """Runs streaming DAGs and scales each one by the clock: clones ramp up, work, and ramp down on
schedule.

Every error is a problem (RFC 9457) whose `type` says which kind it is and whose `detail` says what to do.
"""
TAGS = [
    {"name": "AutoClone", "description": "How ramps stand."},
    {"name": "DAGs", "description": "Definitions, and the clones made of them."},
    {"name": "By hand", "description": "What operators do. A managed clone refuses all of it."},
    {"name": "Monitoring", "description": "What DAGs are doing, and what happened."},
    {"name": "Server", "description": "The server itself."},
]
# What bodies and problems look like: no route's signature mentions these.
FURTHER = (DagDocument, CloneRequest, PauseRequest, OverrideRequest, Problem)
# Found in this order; the most polled is first.
ROUTERS = (
    *(one.router for one in (autoclone, dags, actions, holds, state, events, preview, replay, server)),
    *views.ROUTERS,
)


def create_app(
    service: Service,
    hub: Hub,
    *,
    metrics: Callable[[], tuple[bytes, str]],
    max_body_bytes: int,
    version: str,
    asyncapi: JsonObject | None = None,
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """Return the application that serves `service`.

    Args:
        service: what answers; the application holds no state of its own.
        hub: what opens streams of events; whoever runs the application runs it.
        metrics: returns the metrics and their content type.
        max_body_bytes: the largest request body that is read, in bytes.
        version: AutoClone's version.
        asyncapi: what describes the topic of events; None where its libraries are not installed.
        lifespan: what to do around serving, where the application is to do it.
    """
    app = FastAPIOffline(
        title="AutoClone",
        version=version,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        # As plain routes: routers that are included are searched twice for each request.
        routes=[route for router in ROUTERS for route in router.routes],
        redirect_slashes=False,
        swagger_ui_parameters={"validatorUrl": None},  # the badge would send the document to a website
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.hub = hub
    app.state.foresight = Foresight()
    app.state.metrics = metrics
    app.state.pages = Pages(version)
    app.state.max_body_bytes = max_body_bytes
    app.state.asyncapi = asyncapi
    handle_errors(app)
    app.add_middleware(Edge)
    app.openapi_schema = _described(app)
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, with all schemas that its hand-written parts refer to, and examples."""
    document = app.openapi()
    _, further = models_json_schema(
        [(model, "validation") for model in FURTHER], ref_template="#/components/schemas/{model}"
    )
    schemas = {**further["$defs"], **document["components"]["schemas"]}
    for name, example in examples.BY_SCHEMA.items():
        schemas[name]["examples"] = [example]
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document
