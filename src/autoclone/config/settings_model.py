"""What a server can be told. docs/configuration.md is made from this model."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from autoclone.config.document import MAX_BYTES
from autoclone.config.fields import Duration, Interval
from autoclone.config.settings_election import ElectionOptions
from autoclone.config.settings_fields import (
    Address,
    LogFormat,
    LogLevel,
    ModuleNames,
    OptionalNumber,
    Text,
    ZoneName,
    whole,
)
from autoclone.config.settings_kafka import KafkaOptions
from autoclone.config.settings_limits import LimitOptions

PREFIX = "AUTOCLONE_"
KIBIBYTE = 1024
GIBIBYTE = KIBIBYTE**3


class ServerOptions(BaseModel):
    """The server itself."""

    host: Text = Field("127.0.0.1", description="The address to listen on.", examples=["0.0.0.0"])  # noqa: S104 - an example of what one may write, not a default
    port: Annotated[int, whole(0, 65535)] = Field(
        8000, description="The port to listen on; 0 takes any free one.", examples=[8080]
    )
    store: Text = Field(
        "sqlite:///autoclone.db",
        description="Where definitions, ramp states and events are kept: a file of SQLite, a database of "
        "PostgreSQL, or `memory:` to keep nothing.",
        examples=["sqlite:////var/lib/autoclone/autoclone.db", "postgresql://user:password@host/autoclone"],
    )
    dags: Path | None = Field(
        None, description="A folder whose `*.json` files are loaded and followed.", examples=["examples"]
    )
    data_dir: Path = Field(
        Path(),
        description="The folder that relative paths in nodes start from.",
        examples=["/var/lib/autoclone"],
    )
    timezone: ZoneName = Field(
        None,
        description="The IANA time zone of windows that name none. Else the system's.",
        examples=["America/New_York"],
    )
    ramp_interval: Interval = Field(
        timedelta(minutes=1),
        description="The pace of ramps that name none, from `100ms` to `1d`.",
        examples=["30s"],
    )
    drain_timeout: Duration = Field(
        timedelta(seconds=3),
        description="How long running DAGs may finish what they have in hand as the server ends.",
        examples=["10s"],
    )
    max_hold: Duration = Field(
        timedelta(days=7),
        description="How long a pause or an override of a ramp may last.",
        examples=["12h"],
    )
    command_timeout: Duration = Field(
        timedelta(seconds=30),
        description="How long one command to the runtime may take before it counts as failed.",
        examples=["1m"],
    )
    concurrency: Annotated[int, whole(1, 10_000)] = Field(
        64, description="How many commands to the runtime are carried out at once.", examples=[16]
    )
    allowed_modules: Annotated[ModuleNames, NoDecode] = Field(
        (),
        description="The Python modules that `python` nodes may call: with commas between them, or a TOML "
        "list.",
        examples=["my_pipeline,my_pipeline.steps"],
    )
    confirm_deletes: OptionalNumber = Field(
        None,
        description="How many running clones one write may delete without being confirmed. Else any number.",
        examples=[0],
    )
    max_body_bytes: Annotated[int, whole(KIBIBYTE, GIBIBYTE)] = Field(
        MAX_BYTES,
        description="The largest request body and the largest file in the folder of DAGs, in bytes.",
        examples=[65536],
    )
    max_streams: Annotated[int, whole(0, 100_000)] = Field(
        1000, description="How many streams of events may be open at once.", examples=[5000]
    )
    log_format: LogFormat = Field(
        "text",
        description="`text`, `json`, or `auto`: text on a terminal and JSON elsewhere.",
        examples=["json"],
    )
    log_level: LogLevel = Field(
        "info",
        description="The least level that is logged: `debug`, `info`, `warning`, `error`, `critical`.",
        examples=["debug"],
    )
    advertise_url: Address = Field(
        None,
        description="The address by which others reach this server. Else made of host and port.",
        examples=["http://autoclone-1:8000"],
    )
    server_id: Text | None = Field(
        None,
        description="What this server is called among others. Else made of its host name and process id.",
        examples=["autoclone-1"],
    )


class Settings(KafkaOptions, ElectionOptions, LimitOptions, ServerOptions, BaseSettings):
    """All that a server can be told. None of it has to be."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", validate_default=False
    )


def variable(field: str) -> str:
    """Return the environment variable of a field."""
    return PREFIX + field.upper()


def flag(field: str) -> str:
    """Return the command line's option for a field."""
    return "--" + field.replace("_", "-")
