"""What ramps did, taken again, and what they would have done."""

from typing import Annotated

from fastapi import Query

from api import catalogue
from api.dependencies import AService, Definition, Name
from api.describing import DEFINITION, router_for
from api.hindsight import PastQuery, ReplayAnswer, WhatIfAnswer
from api.problems import may_answer

router = router_for("AutoClone")


@router.get(
    "/dags/{name}/replay",
    summary="Take a ramp's past again",
    responses=may_answer(catalogue.UNKNOWN_DAG, catalogue.INVALID_INPUT),
)
async def replay_dag(name: Name, service: AService, query: Annotated[PastQuery, Query()]) -> ReplayAnswer:
    """Every recorded step is taken again, and compared with the journal and with the state that is stored."""
    await service.refresh()
    present = service.present(name)
    span = query.span(present.now, present.plan.schedule.zone)
    taken, course = await service.past.replay(name, span.start, span.end)
    return ReplayAnswer.of(taken, course, present.plan.schedule.zone)


@router.post(
    "/dags/{name}/replay",
    summary="Show what would have been",
    responses=may_answer(
        catalogue.UNKNOWN_DAG,
        catalogue.INVALID_INPUT,
        catalogue.BODY_TOO_LARGE,
        catalogue.UNSUPPORTED_MEDIA_TYPE,
    ),
    openapi_extra=DEFINITION,
)
async def what_if(
    name: Name, service: AService, query: Annotated[PastQuery, Query()], document: Definition
) -> WhatIfAnswer:
    """The same time under another definition: what operators said is said again, and nothing fails."""
    await service.refresh()
    present = service.present(name)
    span = query.span(present.now, present.plan.schedule.zone)
    return WhatIfAnswer.of(await service.past.what_if(name, span.start, span.end, document))
