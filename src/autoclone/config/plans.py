"""From a checked document to the plan of its ramp: what is left out takes its default here."""

from datetime import timedelta, tzinfo

from autoclone.config.models import DagDocument
from autoclone.config.pacing import Steps
from autoclone.config.section import AutoCloneSection
from autoclone.config.windows import windows_of
from autoclone.core.model import CatchUp, Order, Pace, Plan
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap, Schedule


def plan_of(model: DagDocument, disabled: str | None, zone: tzinfo, default_interval: timedelta) -> Plan:
    """Return the plan of `model`; one that is `disabled`, for the reason given, has no windows."""
    section = model.autoclone or AutoCloneSection()
    up = section.ramp_interval or default_interval
    steps = section.ramp_step or Steps()
    windows = () if disabled else windows_of(section)
    return Plan(
        Schedule(
            windows,
            section.timezone or model.timezone or zone,
            section.overlap or Overlap.MAX,
            section.dst or Dst.FIRST,
        ),
        up=Pace(up, steps.up),
        down=Pace(section.ramp_down_interval or up, steps.down),
        disabled=disabled,
        order=section.order or Order.OLDEST,
        catch_up=section.catch_up or CatchUp.CONVERGE,
        start_gate=section.start_gate.timeout if section.start_gate else None,
        drain_timeout=section.drain_timeout,
    )
