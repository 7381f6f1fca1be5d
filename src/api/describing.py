"""What OpenAPI cannot learn from the signatures: bodies that are read as raw bytes, and headers."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from fastapi.routing import APIRoute

from api import examples

V1: Final = "/api/v1"

NAME: Final[dict[str, Any]] = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "The DAG's name.",
    "example": "orders",
}
ETAG: Final = {
    "ETag": {
        "description": "The definition's revision. What else the answer tells may change without it.",
        "schema": {"type": "string"},
        "example": '"3"',
    }
}
LOCATION: Final = {
    "Location": {
        "description": "The path of what was created.",
        "schema": {"type": "string"},
        "example": "/api/v1/dags/orders",
    }
}


STREAM: Final[dict[str, Any]] = {
    "description": "A stream that does not end: see docs/http.md.",
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": examples.STREAM}},
}


def router_for(tag: str, prefix: str = V1) -> APIRouter:
    """Return an empty router whose operations carry a tag and are called as their functions are."""
    return APIRouter(prefix=prefix, tags=[tag], generate_unique_id_function=_operation_id)


def _operation_id(route: APIRoute) -> str:
    return route.name


def header(name: str, description: str, example: str) -> dict[str, Any]:
    """Describe an optional request header."""
    return {
        "name": name,
        "in": "header",
        "schema": {"type": "string"},
        "description": description,
        "example": example,
    }


IF_MATCH: Final = header(
    "If-Match", "Only if one of these entity tags (`*`: any) is the stored definition's, else 412.", '"3"'
)
IF_NONE_MATCH: Final = header(
    "If-None-Match",
    "Only if none of these entity tags is the stored definition's; `*`: if there is none.",
    "*",
)
IF_CHANGED: Final = header(
    "If-None-Match", "If one of these entity tags is the stored definition's, the answer is 304.", '"3"'
)


def body(schema: str, values: Mapping[str, Any], *, required: bool = True) -> dict[str, Any]:
    """Describe a JSON body: the name of its schema, and examples by their summaries."""
    shown = {
        summary.lower().replace(" ", "_"): {"summary": summary, "value": value}
        for summary, value in values.items()
    }
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "examples": shown}
    return {"requestBody": {"required": required, "content": {"application/json": content}}}


DEFINITION: Final = body(
    "DagDocument",
    {
        "Scaled by the clock": examples.DOCUMENT,
        "Overnight, quickly": {
            "name": "batch_analytics",
            "autoclone": {
                "ramp_up_time": "2200",
                "ramp_down_time": "0600",
                "ramp_count": 10,
                "ramp_interval": "30s",
            },
        },
    },
)
PAUSING: Final = body("PauseRequest", {"For two hours": examples.PAUSE})
OVERRIDING: Final = body(
    "OverrideRequest", {"Eight until noon": examples.OVERRIDE, "None for half an hour": examples.NONE_AT_ALL}
)
COPY: Final = body("CloneRequest", {"A name of its own": examples.CLONE_REQUEST}, required=False)
