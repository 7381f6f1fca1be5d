"""What a DAG is doing."""

from api import catalogue
from api.dependencies import AService, Name
from api.describing import router_for
from api.monitoring import DagState
from api.problems import may_answer

router = router_for("Monitoring")


@router.get(
    "/dags/{name}/state", summary="Show what a DAG is doing", responses=may_answer(catalogue.UNKNOWN_DAG)
)
async def get_state(name: Name, service: AService) -> DagState:
    """Counters, rates and errors of each node of a DAG or clone, since it was started."""
    return DagState.model_validate(await service.stats(name))
