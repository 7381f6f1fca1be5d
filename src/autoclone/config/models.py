"""The keys of a DAG document that AutoClone reads. docs/configuration.md is made from these models."""

from datetime import time
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from autoclone.config.faults import wrong
from autoclone.config.fields import Name, TimeOfDay, Zone
from autoclone.config.labels import Labels
from autoclone.config.section import AutoCloneSection


class DagDocument(BaseModel):
    """A DAG. Further keys are welcome and copied verbatim."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Name = Field(
        description='A letter or digit, then letters, digits, "_" or "-", 200 at most.', examples=["orders"]
    )
    start_time: TimeOfDay = Field(
        None,
        description="When the DAG's own time window opens. Without one it always runs. Clones have none.",
        examples=["0900"],
    )
    end_time: TimeOfDay = Field(
        None,
        description="When the DAG's own time window closes: on the next day where it is before `start_time`.",
        examples=["1700"],
        validate_default=True,
    )
    timezone: Zone = Field(
        None,
        description="The IANA time zone that the times are read in. Else the server's, the system's.",
        examples=["America/New_York"],
    )
    labels: Labels = Field(
        {},
        description="What limits tell DAGs apart by: text by key, 32 at most. See `limits` below.",
        examples=[{"team": "data"}],
    )
    nodes: Any = Field(
        None,
        description="What the DAG does: a list of nodes.",
        examples=[[{"id": "tick", "type": "interval"}, {"id": "show", "type": "log"}]],
        json_schema_extra={"type": "array"},
    )
    edges: Any = Field(
        None,
        description="How records flow: a list of pairs of node ids.",
        examples=[[["tick", "show"]]],
        json_schema_extra={"type": "array"},
    )
    autoclone: AutoCloneSection | None = Field(
        None,
        description="When clones are made and how many. Missing or incomplete: none are.",
        examples=[{"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}],
    )

    @field_validator("end_time")
    @classmethod
    def _belongs(cls, value: time | None, info: ValidationInfo) -> time | None:
        if "start_time" not in info.data:  # it is wrong itself, and says so
            return value
        start = info.data["start_time"]
        if (start is None) != (value is None):
            given, lacking = ("end_time", "start_time") if start is None else ("start_time", "end_time")
            raise wrong(f"{given} is there without {lacking}", f"Add {lacking}, or remove {given}")
        if value is not None and value == start:
            raise wrong("is the same as start_time", "Write another time, or remove both to run always")
        return value
