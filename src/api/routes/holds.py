"""What operators do to ramps by hand: pause them, override their numbers, and let them go on."""

from api import catalogue
from api.dependencies import AService, Name, Override, Pause
from api.describing import OVERRIDING, PAUSING, router_for
from api.problems import may_answer
from api.schemas import RampStatus

BY_HAND = (catalogue.MANAGED_CLONE, catalogue.UNKNOWN_DAG, *catalogue.ELSEWHERE)
HOLDING = may_answer(
    *BY_HAND,
    catalogue.AUTOCLONE_OFF,
    catalogue.BODY_TOO_LARGE,
    catalogue.UNSUPPORTED_MEDIA_TYPE,
    catalogue.INVALID_INPUT,
)

router = router_for("AutoClone")


@router.post("/dags/{name}/autoclone/pause", summary="Pause a ramp", responses=HOLDING, openapi_extra=PAUSING)
async def pause_ramp(name: Name, service: AService, asked: Pause) -> RampStatus:
    """Have the clock make no clone and remove none until it ends; instead of any other hold."""
    return RampStatus.of(await service.hold(name, asked.hold()))


@router.post(
    "/dags/{name}/autoclone/override",
    summary="Override a ramp's number",
    responses=HOLDING,
    openapi_extra=OVERRIDING,
)
async def override_ramp(name: Name, service: AService, asked: Override) -> RampStatus:
    """Have this many clones, reached at the ramp's pace, until it ends; instead of any other hold."""
    return RampStatus.of(await service.hold(name, asked.hold()))


@router.post(
    "/dags/{name}/autoclone/resume", summary="End a pause or an override", responses=may_answer(*BY_HAND)
)
async def resume_ramp(name: Name, service: AService) -> RampStatus:
    """Have the ramp follow its schedule again. Where nothing is held, nothing changes."""
    return RampStatus.of(await service.release(name))
