"""Options that several commands have, or that one command has too many of to list them where it is."""

from pathlib import Path
from typing import Annotated

from typer import Option

from autoclone.cli.formats import Format

ConfigFile = Annotated[
    Path | None, Option("--config", metavar="FILE", help="A TOML file of settings. Flags come before it.")
]
OutputFormat = Annotated[Format, Option("--format", help="How to write the result.")]
Zone = Annotated[
    str | None,
    Option("--timezone", metavar="ZONE", help="The time zone where a DAG names none. Else the system's."),
]
Interval = Annotated[
    str | None,
    Option("--ramp-interval", metavar="TIME", help="The pace where a DAG names none, such as 30s."),
]
Modules = Annotated[
    str | None,
    Option(
        "--allowed-modules", metavar="NAMES", help="The modules that python nodes may call: one,two.three"
    ),
]
DataFolder = Annotated[
    str | None, Option("--data-dir", metavar="DIR", help="Where relative paths in nodes start from.")
]

# Among several servers.
AdvertiseUrl = Annotated[
    str | None, Option(metavar="URL", help="Where others reach this server. Else host and port.")
]
ServerId = Annotated[
    str | None, Option(metavar="NAME", help="This server's name. Else made of host and process.")
]
ElectionKind = Annotated[
    str | None, Option(metavar="standalone|zookeeper", help="How the primary is found. [standalone]")
]
ZooKeeperHosts = Annotated[str | None, Option(metavar="HOST:PORT,...", help="ZooKeeper's servers.")]
ZooKeeperChroot = Annotated[
    str | None, Option(metavar="PATH", help="A path in ZooKeeper that everything is kept under.")
]
ZooKeeperDigest = Annotated[
    str | None,
    Option(metavar="USER:PASSWORD", help="For ZooKeeper. Others can see it: prefer the variable."),
]
SessionTimeout = Annotated[
    str | None, Option(metavar="TIME", help="After how long another is elected. [10s]")
]
LeaseTime = Annotated[
    str | None,
    Option(metavar="TIME", help="After how long without its store a primary steps down. [30s]"),
]
