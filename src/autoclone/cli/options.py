"""Options that several commands have, or that one command has too many of to list them where it is."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

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

# Of commands that ask a running server.
ServerUrl = Annotated[
    str | None, Option("--url", metavar="URL", help="The server. Else what AUTOCLONE_HOST and _PORT say.")
]
RampName = Annotated[str, Argument(metavar="NAME", help="The DAG.")]
Lasting = Annotated[
    str | None, Option("--for", metavar="TIME", help="For how long, such as 1h30m. Or --until.")
]
Until = Annotated[
    str | None, Option("--until", metavar="TIME", help="Until when, such as 2025-01-25T12:00-05:00.")
]
Why = Annotated[str | None, Option("--reason", metavar="TEXT", help="For whoever asks why.")]

# Among several servers.
AdvertiseUrl = Annotated[
    str | None, Option(metavar="URL", help="Where others reach this server. Else host and port.")
]
ServerId = Annotated[
    str | None, Option(metavar="NAME", help="This server's name. Else made of host and process.")
]
ElectionKind = Annotated[
    str | None, Option(metavar="standalone|zookeeper", help="How the primary is found. \\[standalone]")
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

# The fleet's limits.
MaxClones = Annotated[str | None, Option(metavar="NUMBER", help="How many clones there may be in all.")]
MaxCreates = Annotated[
    str | None, Option(metavar="NUMBER", help="How many clones may be made within any second.")
]
LabelLimits = Annotated[
    str | None,
    Option(metavar="LIMITS", help="The same by label: 'team=data max_clones=20; tier=batch max_clones=5'."),
]

# Events and their topic.
Retention = Annotated[str | None, Option(metavar="TIME", help="How long events are kept. [90d]")]
UnsentRetention = Annotated[
    str | None, Option(metavar="TIME", help="How long events wait for a topic that takes none. [30d]")
]
Bootstrap = Annotated[
    str | None, Option(metavar="HOST:PORT,...", help="Brokers. Without them no event is published.")
]
Topic = Annotated[str | None, Option(metavar="NAME", help="Where events go. \\[autoclone.events]")]
Partitions = Annotated[str | None, Option(metavar="NUMBER", help="Of a topic that has to be made. [6]")]
Replication = Annotated[
    str | None, Option(metavar="NUMBER", help="Likewise. Else as the brokers do by default.")
]
EventFormat = Annotated[
    str | None, Option(metavar="structured|binary", help="How a CloudEvent lies in a message. \\[structured]")
]
EventSource = Annotated[str | None, Option(metavar="URI", help="The source of CloudEvents. Else /autoclone.")]
KafkaProtocol = Annotated[
    str | None, Option(metavar="PROTOCOL", help="plaintext, ssl, sasl_plaintext or sasl_ssl. \\[plaintext]")
]
CaFile = Annotated[
    str | None, Option(metavar="FILE", help="Authorities that vouch for brokers. Else the system's.")
]
CertificateFile = Annotated[
    str | None, Option(metavar="FILE", help="This server's certificate, for brokers that ask.")
]
KeyFile = Annotated[str | None, Option(metavar="FILE", help="Its key, where that is not in the same file.")]
KeyPassword = Annotated[
    str | None, Option(metavar="TEXT", help="Of the key. Others can see it: prefer the variable.")
]
Mechanism = Annotated[
    str | None, Option(metavar="NAME", help="plain, scram-sha-256, scram-sha-512 or gssapi. \\[plain]")
]
Username = Annotated[str | None, Option(metavar="NAME", help="For SASL.")]
Password = Annotated[
    str | None, Option(metavar="TEXT", help="For SASL. Others can see it: prefer the variable.")
]

# Limits and logs.
DrainTimeout = Annotated[
    str | None, Option(metavar="TIME", help="How long DAGs may finish their work at the end. [3s]")
]
MaxHold = Annotated[
    str | None, Option("--max-hold", metavar="TIME", help="How long a ramp may be paused or overridden. [7d]")
]
CommandTimeout = Annotated[
    str | None, Option(metavar="TIME", help="How long a command to the runtime may take. [30s]")
]
Concurrency = Annotated[str | None, Option(metavar="NUMBER", help="How many such commands run at once. [64]")]
ConfirmDeletes = Annotated[
    str | None, Option(metavar="NUMBER", help="How many running clones a write may delete unconfirmed.")
]
MaxBodyBytes = Annotated[
    str | None, Option(metavar="NUMBER", help="The largest document, in bytes. [1048576]")
]
MaxStreams = Annotated[
    str | None, Option(metavar="NUMBER", help="How many streams of events may be open. [1000]")
]
LogFormat = Annotated[
    str | None, Option(metavar="auto|text|json", help="auto: text on a terminal, else JSON. \\[text]")
]
LogLevel = Annotated[
    str | None, Option(metavar="LEVEL", help="debug, info, warning, error or critical. \\[info]")
]
