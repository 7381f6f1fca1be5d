"""What a server can be told of the others that share its store, and of ZooKeeper."""

from datetime import timedelta

from pydantic import BaseModel, Field

from autoclone.config.fields import Duration
from autoclone.config.settings_fields import ElectionKind, Text


class ElectionOptions(BaseModel):
    """How the primary is found."""

    election: ElectionKind = Field(
        "standalone",
        description="How the primary is found: `standalone` where one server has its store to itself, or "
        "`zookeeper` among several that share one.",
        examples=["zookeeper"],
    )
    zookeeper_hosts: Text | None = Field(
        None,
        description="The servers of ZooKeeper, with commas between them. Needed where `election` is "
        "`zookeeper`.",
        examples=["zk1:2181,zk2:2181,zk3:2181"],
    )
    zookeeper_chroot: Text | None = Field(
        None,
        description="A path that exists in ZooKeeper, under which everything is kept; the root where none "
        "is named.",
        examples=["/autoclone"],
    )
    zookeeper_digest: Text | None = Field(
        None,
        description="User and password for ZooKeeper. What this server creates there then belongs to that "
        "user alone.",
        examples=["autoclone:secret"],
    )
    zookeeper_session_timeout: Duration = Field(
        timedelta(seconds=10),
        description="How long ZooKeeper waits for a silent server before another is elected; the same on "
        "all servers.",
        examples=["6s"],
    )
    lease: Duration = Field(
        timedelta(seconds=30),
        description="How long a primary may be out of reach of its store before it steps down. Where "
        "ZooKeeper is unavailable, another takes over after as long.",
        examples=["1m"],
    )
