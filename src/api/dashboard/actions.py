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


# How the signs before labels are drawn.
SHAPES: Mapping[str, str] = MappingProxyType({"▶": "play", "⏸": "pause", "⏹": "stop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How an action is spoken of. In each text, `{name}` is the DAG.

    Attributes:
        label: on its button.
        done: what is said after.
        sign: what stands before its label; empty where nothing does.
        question: what is asked before; empty where nothing is.
        warning: what people should know before they say yes.
        destroys: whether it takes away what runs.
        fields: what is to be filled in first.
    """

    label: str
    done: str
    sign: str = ""
    question: str = ""
    warning: str = ""
    destroys: bool = False
    fields: tuple[Field, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is something to ask, or to fill in, first."""
        return bool(self.question)

    @property
    def shape(self) -> str:
        """How its sign is drawn."""
        return SHAPES[self.sign]


WORDINGS: Mapping[Action, Wording] = MappingProxyType(
    {
        Action.START: Wording(sign="▶", label="Start", done="{name} was started."),
        Action.STOP: Wording(
            sign="⏹",
            label="Stop",
            question="Stop {name}?",
            warning="Its clones are stopped and deleted at once. Nothing of it runs until it is started.",
            done="{name} was stopped.",
            destroys=True,
        ),
        Action.SUSPEND: Wording(sign="⏸", label="Suspend", done="{name} was suspended, its clones with it."),
        Action.RESUME: Wording(sign="▶", label="Resume", done="{name} goes on, its clones with it."),
        Action.CLONE: Wording(
            label="Clone",
            question="Clone {name} by hand?",
            warning="The copy is a DAG of its own: AutoClone does not take it away again.",
            done="{name} was copied.",
            fields=(Field("name", "Name of the copy", "{name}_copy"),),
        ),
        Action.DELETE: Wording(
            label="Delete",
            question="Delete {name}?",
            warning="Its definition goes; its clones are stopped and deleted at once. This cannot be undone.",
            done="{name} was deleted.",
            destroys=True,
        ),
        Action.PAUSE: Wording(
            sign="⏸",
            label="Pause the ramp",
            question="Pause the ramp of {name}?",
            warning="The clock makes no clone and removes none until the time is over. What runs goes on.",
            done="The ramp of {name} is paused.",
            fields=(FOR_HOW_LONG, REASON),
        ),
        Action.OVERRIDE: Wording(
            label="Override",
            question="Have another number of clones of {name}?",
            warning="The ramp goes to it at its pace, and follows its schedule again when the time is over.",
            done="The ramp of {name} is overridden.",
            fields=(Field("count", "How many clones", kind="number"), FOR_HOW_LONG, REASON),
        ),
        Action.FOLLOW: Wording(
            sign="▶", label="Follow the schedule", done="The ramp of {name} follows its schedule again."
        ),
    }
)

# What applies to a DAG, in the order in which it is offered: to most, and to those of these statuses.
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
