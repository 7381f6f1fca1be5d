"""The shape of a document's `nodes` and `edges`, before their types and parameters are looked at."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from autoclone.config.fields import Duration
from autoclone.core.naming import NAME

OnError = Literal["skip", "fail"]


class Strict(BaseModel):
    """The base of them all: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Restart(Strict):
    """What happens when a node's run raises: in `open`, between records, or by `"on_error": "fail"`."""

    policy: Literal["never", "on_error"] = Field(
        default="on_error", description="Whether the node is restarted at all."
    )
    limit: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="How many restarts in a row there may be. A run longer than `cap` ends the row.",
    )
    backoff: Duration = Field(
        default="1s",
        validate_default=True,
        description="The wait before the first restart in a row, doubled at each further one.",
    )
    cap: Duration = Field(default="1m", validate_default=True, description="The longest such wait.")

    def wait(self, restarts: int) -> timedelta | None:
        """Return how long to wait after so many restarts in a row; None where there is to be no further."""
        if self.policy == "never" or restarts >= self.limit:
            return None
        wait = self.backoff
        for _ in range(restarts):
            wait = min(2 * wait, self.cap)
        return min(wait, self.cap)


def _spelled_out(value: object) -> object:
    return {"policy": value} if isinstance(value, str) else value


class NodeModel(Strict):
    """One entry of `nodes`."""

    id: str = Field(
        pattern=rf"^{NAME.pattern}$", description="Its name in this DAG: letters, digits, `_` and `-`."
    )
    type: str = Field(min_length=1, description="One of the types below.")
    params: dict[str, Any] = Field(default_factory=dict, description="The type's parameters.")
    on_error: OnError = Field(
        default="skip",
        description="What a record that raises does: it is counted and skipped, or it fails the node's run.",
    )
    restart: Annotated[Restart, BeforeValidator(_spelled_out)] = Field(
        default_factory=Restart,
        description='What a failed run does: `"on_error"` and `"never"` for short, or an object as '
        "below. A node that may not restart any more fails its DAG.",
    )
    buffer: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="How many records may wait for the node. While so many do, the nodes before it wait.",
    )


class EdgeModel(Strict):
    """One entry of `edges`."""

    source: str = Field(alias="from", description="The id of the node that the records come from.")
    target: str = Field(alias="to", description="The id of the node that they go to.")


def pair_spelled_out(value: object) -> object:
    """Return an edge in full where it is written as the pair `["a", "b"]`."""
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - a pair
        return {"from": value[0], "to": value[1]}
    return value
