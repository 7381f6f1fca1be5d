"""Which clones are to go for what is wanted now to be so: what an edit comes to before it is made."""

from autoclone.core.demand import demand_at
from autoclone.core.future import Present
from autoclone.core.intent import intent
from autoclone.core.model import Order


def doomed(present: Present) -> tuple[str, ...]:
    """Return the names of the clones that are more than are wanted at present, the first to go first."""
    plan, state = present.plan, present.state
    aim = intent(plan, demand_at(plan.schedule, present.now), present.parent, state.hold)
    staying = [clone.name for clone in state.clones if clone.counted and not clone.leaving]
    if plan.order is Order.NEWEST:
        staying.reverse()
    if aim.at_once:
        return tuple(staying)
    still = aim.paused or aim.frozen
    return () if still else tuple(staying[: max(0, len(staying) - aim.wanted)])
