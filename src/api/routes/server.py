"""This server: its role and its health."""

from fastapi import Request, Response

from api import catalogue, examples
from api.answers import described, readiness
from api.dependencies import AService
from api.describing import V1, router_for
from api.monitoring import Liveness, Readiness, Server
from api.problems import may_answer

router = router_for("Server", prefix="")


@router.get(f"{V1}/server", summary="Show this server", responses=may_answer())
async def get_server(service: AService) -> Server:
    """Its role, epoch, primary, uptime and health."""
    return Server.model_validate(service.server())


@router.get("/livez", summary="Is the process alive?", responses=may_answer())
async def livez() -> Liveness:
    """An answer means yes. Restart the process where there is none."""
    return Liveness(status="ok")


@router.get("/readyz", summary="Is the server ready?", responses=may_answer(catalogue.NOT_READY))
async def readyz(service: AService) -> Readiness:
    """Whether everything it needs is in order. Send no traffic where it is not."""
    return readiness(service.server())


@router.get(
    "/asyncapi.json",
    summary="Description of the topic of events",
    response_model=None,
    responses={**may_answer(catalogue.UNKNOWN_PATH), 200: {"description": "An AsyncAPI 3 document."}},
)
async def asyncapi(request: Request) -> Response:
    """What is published to Kafka: the channel, the messages, their schemas and examples."""
    return described(request.app.state.asyncapi)


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_model=None,
    response_class=Response,
    responses={
        **may_answer(),
        200: {
            "description": "The metrics in Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": examples.METRICS}},
        },
    },
)
async def metrics(request: Request) -> Response:
    """Phases, live clones, lateness, command results, loop lag."""
    content, content_type = request.app.state.metrics()
    return Response(content, headers={"Content-Type": content_type})
