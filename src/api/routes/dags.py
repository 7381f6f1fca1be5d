"""Definitions: list, create, read, replace, delete."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Query, Request, Response, status

from api import catalogue
from api.answers import created, not_modified, shown
from api.dependencies import AForesight, AService, Conditions, Definition, Name
from api.describing import DEFINITION, ETAG, IF_CHANGED, IF_MATCH, IF_NONE_MATCH, LOCATION, router_for
from api.edits import EditPlan, WriteQuery, plan_of
from api.paging import Paging, cut
from api.problems import may_answer
from api.schemas import Dag, DagList

BY_NAME = "dags"
WRITING = (
    catalogue.MALFORMED_HEADER,
    catalogue.MANAGED_CLONE,
    catalogue.NEEDS_CONFIRMATION,
    catalogue.REVISION_MISMATCH,
    *catalogue.ELSEWHERE,
)
SENDING = (catalogue.BODY_TOO_LARGE, catalogue.UNSUPPORTED_MEDIA_TYPE, catalogue.INVALID_INPUT)

router = router_for("DAGs")


@router.get("/dags", summary="List DAGs and clones", responses=may_answer(catalogue.INVALID_INPUT))
async def list_dags(service: AService, paging: Annotated[Paging, Query()]) -> DagList:
    """All of them, in order of name. A clone names its parent."""
    found = await service.dags(after=paging.after_name(BY_NAME), limit=paging.limit + 1)
    page, following = cut(found, paging.limit, BY_NAME, lambda view: view.name)
    return DagList(items=[Dag.of(view) for view in page], next=following)


@router.post(
    "/dags",
    summary="Create a DAG",
    status_code=status.HTTP_201_CREATED,
    responses={
        **may_answer(catalogue.MANAGED_CLONE, catalogue.DAG_EXISTS, *SENDING, *catalogue.ELSEWHERE),
        201: {"description": "It was created, and runs.", "headers": ETAG | LOCATION},
    },
    openapi_extra=DEFINITION,
)
async def create_dag(service: AService, document: Definition, request: Request, response: Response) -> Dag:
    """Store a new definition and run it. The document names it."""
    view, _ = await service.put(document, if_absent=True)
    return created(view, request, response)


@router.get(
    "/dags/{name}",
    summary="Show a DAG or clone",
    response_model=Dag,
    responses={
        **may_answer(catalogue.MALFORMED_HEADER, catalogue.UNKNOWN_DAG),
        200: {"headers": ETAG},
        304: {"description": "The definition is the one you have.", "headers": ETAG},
    },
    openapi_extra={"parameters": [IF_CHANGED]},
)
async def get_dag(
    name: Name, service: AService, conditions: Conditions, response: Response
) -> Dag | Response:
    """Its definition, verbatim, and how it is doing. The entity tag is the definition's alone."""
    view = await service.get(name)
    return not_modified(view) if conditions.seen(view.revision) else shown(view, response)


@router.put(
    "/dags/{name}",
    summary="Create or replace a DAG",
    responses={
        **may_answer(*WRITING, *SENDING),
        200: {
            "description": "It was replaced, or was just so already. With `dry_run`: what would come of it.",
            "headers": ETAG,
        },
        201: {"model": Dag, "description": "It was created, and runs.", "headers": ETAG | LOCATION},
    },
    openapi_extra={"parameters": [IF_MATCH, IF_NONE_MATCH], **DEFINITION},
)
async def put_dag(
    *,
    name: Name,
    service: AService,
    foresight: AForesight,
    conditions: Conditions,
    document: Definition,
    query: Annotated[WriteQuery, Query()],
    request: Request,
    response: Response,
) -> Dag | EditPlan:
    """Store a definition under this name, which the document may leave out; or say what would come of it."""
    expected = await conditions.expected(service, name)
    if query.dry_run:
        return await plan_of(await service.plan_put(document, name, **asdict(expected)), foresight, query)
    view, new = await service.put(document, name=name, confirm=query.confirm, **asdict(expected))
    return created(view, request, response) if new else shown(view, response)


@router.delete(
    "/dags/{name}",
    summary="Delete a DAG",
    response_model=EditPlan,
    responses={
        **may_answer(*WRITING, catalogue.UNKNOWN_DAG, catalogue.INVALID_INPUT),
        200: {"description": "With `dry_run`: what would come of it."},
        204: {"description": "It is gone; its clones are being stopped and deleted."},
    },
    openapi_extra={"parameters": [IF_MATCH]},
)
async def delete_dag(
    *,
    name: Name,
    service: AService,
    foresight: AForesight,
    conditions: Conditions,
    query: Annotated[WriteQuery, Query()],
) -> Response | EditPlan:
    """Delete it. Its clones are stopped and deleted at once. Or say what would come of it."""
    expected = await conditions.expected(service, name)
    if query.dry_run:
        edit = await service.plan_delete(name, if_revision=expected.if_revision)
        return await plan_of(edit, foresight, query)
    await service.delete(name, if_revision=expected.if_revision, confirm=query.confirm)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
