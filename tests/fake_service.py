"""A `Service` that lives in memory, for tests of what stands in front of it."""

from dataclasses import replace
from datetime import timedelta

from autoclone.core.future import Present
from autoclone.core.inputs import RunStatus
from autoclone.core.model import ParentStatus, RampState
from autoclone.engine.edits import Edit
from autoclone.engine.holds import HoldRequest, hold_of
from autoclone.engine.service import Service
from autoclone.engine.views import AutoCloneStatus, DagView, HoldView
from autoclone.errors import (
    AutoCloneOff,
    DagExists,
    Fault,
    InvalidInput,
    ManagedClone,
    RevisionMismatch,
)
from autoclone.ports import JsonObject
from fake_reading import NOON, FakeReading, active

__all__ = ["NOON", "FakeService", "active"]


class FakeService(FakeReading, Service):
    """Keeps the contract of `Service` and nothing else: no ramp, no runtime, no store."""

    def _own(self, name: str) -> DagView:
        view = self._known(name)
        if view.parent is not None:
            raise ManagedClone(name, view.parent)
        return view

    async def put(
        self,
        document: JsonObject,
        *,
        name: str | None = None,
        if_revision: int | None = None,
        if_absent: bool = False,
        source: str = "api",
        confirm: str | None = None,
    ) -> tuple[DagView, bool]:
        self._check()
        self.confirmed += [confirm] if confirm else []
        name = name or document.get("name")
        if name is None or document.get("name", name) != name:
            raise InvalidInput(Fault("name", "", "is not right", "Write the right one"))
        stored = self._own(name) if name in self.views else None
        if if_absent and stored is not None:
            raise DagExists(name)
        actual = stored.revision if stored else None
        if if_revision is not None and if_revision != actual:
            raise RevisionMismatch(name, if_revision, actual)
        return self.add(name, document), stored is None

    async def plan_put(
        self,
        document: JsonObject,
        name: str | None = None,
        *,
        if_revision: int | None = None,
        if_absent: bool = False,
    ) -> Edit:
        before = Present(plan=self.plan, state=RampState(name or "orders"), now=NOON)
        stored = self.views[before.state.parent].revision if before.state.parent in self.views else None
        edit = Edit(before, replace(before, plan=self.planned), stored, document, None)
        edit.expect(if_revision)
        return edit

    async def plan_delete(self, name: str, *, if_revision: int | None = None) -> Edit:
        before = self.present(name)
        return Edit(before, replace(before, parent=ParentStatus.DELETED), 1, None, None)

    async def delete(self, name: str, *, if_revision: int | None = None, confirm: str | None = None) -> None:
        view = self._own(name)
        self.confirmed += [confirm] if confirm else []
        if if_revision not in (None, view.revision):
            raise RevisionMismatch(name, if_revision or 0, view.revision)
        del self.views[name]

    def _becomes(self, name: str, status: RunStatus) -> DagView:
        self.views[name] = replace(self._own(name), status=status)
        return self.views[name]

    async def start(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.RUNNING)

    async def stop(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.STOPPED)

    async def suspend(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.SUSPENDED)

    async def resume(self, name: str) -> DagView:
        return self._becomes(name, RunStatus.RUNNING)

    async def hold(self, name: str, asked: HoldRequest) -> AutoCloneStatus:
        status = self._own(name).autoclone
        assert status is not None
        hold = hold_of(asked, NOON, timedelta(days=7))
        if not status.enabled:
            raise AutoCloneOff(name, "AutoClone is off: ramp_count is 0")
        view = HoldView(str(hold.kind), hold.until, hold.count, hold.since, hold.reason)
        return self._holds(name, view)

    async def release(self, name: str) -> AutoCloneStatus:
        self._own(name)
        return self._holds(name, None)

    def _holds(self, name: str, hold: HoldView | None) -> AutoCloneStatus:
        status = self.autoclone_status(name)
        self.views[name] = replace(self.views[name], autoclone=replace(status, hold=hold))
        return self.autoclone_status(name)

    async def clone(self, name: str, new_name: str | None = None) -> DagView:
        document = {**self._own(name).document, "name": new_name or f"{name}_copy"}
        view, _ = await self.put(document, if_absent=True)
        return view
