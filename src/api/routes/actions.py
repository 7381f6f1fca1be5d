"""What operators do to DAGs by hand. A managed clone refuses all of it."""

from fastapi import Request, Response, status

from api import catalogue
from api.answers import created, shown
from api.dependencies import AService, Copy, Name
from api.describing import COPY, ETAG, LOCATION, router_for
from api.problems import may_answer
from api.schemas import Dag

BY_HAND = (catalogue.MANAGED_CLONE, catalogue.UNKNOWN_DAG, *catalogue.ELSEWHERE)
ANSWERS = {**may_answer(*BY_HAND), 200: {"headers": ETAG}}

router = router_for("By hand")


@router.post("/dags/{name}/start", summary="Start a DAG", responses=ANSWERS)
async def start_dag(name: Name, service: AService, response: Response) -> Dag:
    """Run a DAG that was stopped. Inside its window, the ramp begins anew with one clone."""
    return shown(await service.start(name), response)


@router.post("/dags/{name}/stop", summary="Stop a DAG", responses=ANSWERS)
async def stop_dag(name: Name, service: AService, response: Response) -> Dag:
    """Stop a DAG. Its clones are stopped and deleted at once."""
    return shown(await service.stop(name), response)


@router.post("/dags/{name}/suspend", summary="Suspend a DAG", responses=ANSWERS)
async def suspend_dag(name: Name, service: AService, response: Response) -> Dag:
    """Suspend a DAG and its clones. The ramp is frozen."""
    return shown(await service.suspend(name), response)


@router.post("/dags/{name}/resume", summary="Resume a DAG", responses=ANSWERS)
async def resume_dag(name: Name, service: AService, response: Response) -> Dag:
    """Let a suspended DAG, its clones and its ramp go on."""
    return shown(await service.resume(name), response)


@router.post(
    "/dags/{name}/clone",
    summary="Copy a DAG by hand",
    status_code=status.HTTP_201_CREATED,
    responses={
        **may_answer(
            *BY_HAND,
            catalogue.DAG_EXISTS,
            catalogue.BODY_TOO_LARGE,
            catalogue.UNSUPPORTED_MEDIA_TYPE,
            catalogue.INVALID_INPUT,
        ),
        201: {"description": "The copy.", "headers": ETAG | LOCATION},
    },
    openapi_extra=COPY,
)
async def clone_dag(name: Name, service: AService, copy: Copy, request: Request, response: Response) -> Dag:
    """Copy it into a new DAG of its own, which AutoClone does not manage as a clone."""
    return created(await service.clone(name, copy.name), request, response)
