"""What people can do to a DAG from its pages: what applies, what is asked first, and what is said then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from autoclone.engine.views import DagView


class Action(StrEnum):
    """Everything there is to do by hand."""

    START = "start"
    STOP = "stop"
    SUSPEND = "suspend"
    RESUME = "resume"
    CLONE = "clone"
    DELETE = "delete"
    PAUSE = "pause"
    OVERRIDE = "override"
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Field:
    """What is to be filled in before something is done.

    Attributes:
        name: of the field.
        label: before it.
        value: what stands in it at first; `{name}` is the DAG.
        kind: of the field, as HTML has it.
        hint: an example, shown while it is empty.
    """

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    hint: str = ""


FOR_HOW_LONG = Field("for", "For how long", "1h", hint="1h30m")
REASON = Field("reason", "Why, for whoever asks", hint="stock-taking")


@dataclass(frozen=True, slots=True)
class Wording:
    """How an action is spoken of.

    Attributes:
        glyph: the sign before its label; empty where it has none.
        shape: how that is drawn.
        label: on its button.
        question: what is asked before; empty where nothing is.
        warning: what people should know before they say yes.
        done: what is said after; `{name}` is the DAG.
        destroys: whether it takes away what runs.
        fields: what is to be filled in first.
    """

    glyph: str
    shape: str
    label: str
    question: str
    warning: str
    done: str
    destroys: bool = False
    fields: tuple[Field, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is something to ask, or to fill in, first."""
        return bool(self.question)


WORDINGS: Mapping[Action, Wording] = MappingProxyType(
    {
        Action.START: Wording("▶", "play", "Start", "", "", "{name} was started."),
        Action.STOP: Wording(
            "⏹",
            "stop",
            "Stop",
            "Stop {name}?",
            "Its clones are stopped and deleted at once. Nothing of it runs until it is started again.",
            "{name} was stopped.",
            destroys=True,
        ),
        Action.SUSPEND: Wording("⏸", "pause", "Suspend", "", "", "{name} was suspended, its clones with it."),
        Action.RESUME: Wording("▶", "play", "Resume", "", "", "{name} goes on, its clones with it."),
        Action.CLONE: Wording(
            "",
            "",
            "Clone",
            "Clone {name} by hand?",
            "The copy is a DAG of its own: AutoClone does not take it away again.",
            "{name} was copied.",
            fields=(Field("name", "Name of the copy", "{name}_copy"),),
        ),
        Action.DELETE: Wording(
            "",
            "",
            "Delete",
            "Delete {name}?",
            "Its definition goes, and its clones are stopped and deleted at once. This cannot be undone.",
            "{name} was deleted.",
            destroys=True,
        ),
        Action.PAUSE: Wording(
            "⏸",
            "pause",
            "Pause the ramp",
            "Pause the ramp of {name}?",
            "The clock makes no clone and removes none until the time is over. What runs goes on.",
            "The ramp of {name} is paused.",
            fields=(FOR_HOW_LONG, REASON),
        ),
        Action.OVERRIDE: Wording(
            "",
            "",
            "Override",
            "Have another number of clones of {name}?",
            "The ramp goes to it at its pace, and follows its schedule again when the time is over.",
            "The ramp of {name} is overridden.",
            fields=(Field("count", "How many clones", kind="number"), FOR_HOW_LONG, REASON),
        ),
        Action.FOLLOW: Wording(
            "▶", "play", "Follow the schedule", "", "", "The ramp of {name} follows its schedule again."
        ),
    }
)

# What applies to a DAG of each status, in the order in which it is offered. To others, all but `resume` does.
RUNS = (Action.CLONE, Action.SUSPEND, Action.STOP)
APPLIES: Mapping[str, tuple[Action, ...]] = MappingProxyType(
    {
        "suspended": (Action.CLONE, Action.RESUME, Action.STOP),
        "stopped": (Action.CLONE, Action.START),
        "completed": (Action.CLONE, Action.START, Action.STOP),
        "failed": (Action.CLONE, Action.START, Action.STOP),
        "invalid": (),
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One action, offered for one DAG."""

    action: Action
    wording: Wording
    dag: str

    @property
    def href(self) -> str:
        """Where it is asked about, and done."""
        return f"/dags/{self.dag}/do/{self.action}"

    @property
    def question(self) -> str:
        """What is asked before."""
        return (self.wording.question or f"{self.action.capitalize()} {{name}}?").format(name=self.dag)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is to be filled in first."""
        return tuple(replace(one, value=one.value.format(name=self.dag)) for one in self.wording.fields)

    @property
    def done(self) -> str:
        """What is said after."""
        return self.wording.done.format(name=self.dag)


def offer(action: Action, dag: str) -> Offer:
    """Return one action for one DAG."""
    return Offer(action, WORDINGS[action], dag)


def offers(view: DagView) -> tuple[Offer, ...]:
    """Return what applies to a DAG; nothing does to a clone that AutoClone manages."""
    if view.parent is not None:
        return ()
    return tuple(offer(action, view.name) for action in APPLIES.get(str(view.status), RUNS))


def ramp_offers(view: DagView) -> tuple[Offer, ...]:
    """Return what applies to a DAG's ramp; nothing where AutoClone is off."""
    status = view.autoclone
    if status is None or not status.enabled:
        return ()
    end = (Action.FOLLOW,) if status.hold else ()
    return tuple(offer(action, view.name) for action in (Action.PAUSE, Action.OVERRIDE, *end))
