"""What a write would come to, before it is made: whom it would cost, and under which name it is confirmed."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from autoclone.core.doomed import doomed
from autoclone.core.future import Present
from autoclone.errors import NeedsConfirmation, RevisionMismatch
from autoclone.ports import JsonObject

# Enough of a hash that nobody meets another by chance.
DIGITS = 16


@dataclass(frozen=True)
class Edit:
    """One write to one DAG that may be made.

    Attributes:
        before: where its ramp stands.
        after: the same ramp with the write made; its parent is deleted where that is the write.
        revision: the stored definition's, None where there is none.
        document: the new definition, None where it is to be deleted.
        allowed: how many running clones it may delete unasked, None for any number.
    """

    before: Present
    after: Present
    revision: int | None
    document: JsonObject | None
    allowed: int | None

    @property
    def name(self) -> str:
        """The DAG."""
        return self.before.state.parent

    @cached_property
    def deletes(self) -> tuple[str, ...]:
        """The clones that would go because of it: those that go anyway are not among them."""
        anyway = frozenset(doomed(self.before))
        return tuple(name for name in doomed(self.after) if name not in anyway)

    @property
    def needs_confirmation(self) -> bool:
        """Whether it would delete more than is allowed unasked."""
        return self.allowed is not None and len(self.deletes) > self.allowed

    @cached_property
    def id(self) -> str:
        """What it is confirmed by: another as soon as the definition, the write or the clones are others."""
        clones = [[clone.name, clone.stage] for clone in self.before.state.clones]
        whole = [self.name, self.revision, self.document, clones, self.deletes]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:DIGITS]

    def check(self, confirm: str | None) -> None:
        """Raise `NeedsConfirmation` where it needs one and `confirm` is not it."""
        if self.needs_confirmation and confirm != self.id:
            raise NeedsConfirmation(self.name, self.id, self.deletes, stale=confirm is not None)

    def expect(self, revision: int | None) -> None:
        """Raise `RevisionMismatch` where another revision is stored than the one expected, if one is."""
        if revision not in (None, self.revision):
            raise RevisionMismatch(self.name, revision or 0, self.revision)
