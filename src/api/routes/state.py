"""What a DAG is doing."""

from api import catalogue
from api.dependencies import AService, Name
from api.describing import router_for
from api.monitoring import DagState
from api.problems import may_answer

router = router_for("Monitoring")


@router.get(
    "/dags/{name}/state",
    summary="Show what a DAG is doing",
    responses=may_answer(catalogue.UNKNOWN_DAG, *catalogue.ELSEWHERE),
)
async def get_state(name: Name, service: AService) -> DagState:
    """Counters, rates and errors of each node of a DAG or clone since its start. The primary has them."""
    return DagState.model_validate(await service.stats(name))
