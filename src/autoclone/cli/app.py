"""The commands and their options. What a command does is imported when it runs, so that `--help` is quick."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from autoclone import __version__
from autoclone.cli import options
from autoclone.cli.asking_commands import asking
from autoclone.cli.formats import Format
from autoclone.cli.program import NAME, Program

app = typer.Typer(
    cls=Program,
    name=NAME,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run(args: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    program = typer.main.get_command(app)
    code: int = program.main(args, standalone_mode=False)
    return code


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def program(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback has done it all
        bool, Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """AutoClone runs streaming DAGs and scales each one by the clock."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command()
def serve(
    *,
    config: options.ConfigFile = None,
    host: Annotated[str | None, Option(metavar="ADDRESS", help="Listen on it. [127.0.0.1]")] = None,
    port: Annotated[str | None, Option(metavar="NUMBER", help="Listen on it; 0: any. [8000]")] = None,
    store: Annotated[str | None, Option(metavar="URL", help="The database. [sqlite:///autoclone.db]")] = None,
    dags: Annotated[str | None, Option(metavar="DIR", help="Load and follow its *.json files.")] = None,
    data_dir: options.DataFolder = None,
    timezone: options.Zone = None,
    ramp_interval: options.Interval = None,
    drain_timeout: options.DrainTimeout = None,
    max_hold: options.MaxHold = None,
    command_timeout: options.CommandTimeout = None,
    concurrency: options.Concurrency = None,
    allowed_modules: options.Modules = None,
    confirm_deletes: options.ConfirmDeletes = None,
    max_body_bytes: options.MaxBodyBytes = None,
    max_streams: options.MaxStreams = None,
    log_format: options.LogFormat = None,
    log_level: options.LogLevel = None,
    advertise_url: options.AdvertiseUrl = None,
    server_id: options.ServerId = None,
    max_clones: options.MaxClones = None,
    max_creates_per_second: options.MaxCreates = None,
    limits: options.LabelLimits = None,
    election: options.ElectionKind = None,
    zookeeper_hosts: options.ZooKeeperHosts = None,
    zookeeper_chroot: options.ZooKeeperChroot = None,
    zookeeper_digest: options.ZooKeeperDigest = None,
    zookeeper_session_timeout: options.SessionTimeout = None,
    lease: options.LeaseTime = None,
    event_retention: options.Retention = None,
    unsent_retention: options.UnsentRetention = None,
    kafka_bootstrap: options.Bootstrap = None,
    kafka_topic: options.Topic = None,
    kafka_partitions: options.Partitions = None,
    kafka_replication: options.Replication = None,
    event_format: options.EventFormat = None,
    event_source: options.EventSource = None,
    kafka_security_protocol: options.KafkaProtocol = None,
    kafka_ca_file: options.CaFile = None,
    kafka_certificate_file: options.CertificateFile = None,
    kafka_key_file: options.KeyFile = None,
    kafka_key_password: options.KeyPassword = None,
    kafka_mechanism: options.Mechanism = None,
    kafka_username: options.Username = None,
    kafka_password: options.Password = None,
) -> int:
    """Run DAGs and their clones, and answer HTTP, until Ctrl-C or SIGTERM.

    Each option can also be set by a variable (AUTOCLONE_PORT=8080) or in the file that --config names.
    """
    given = locals()
    from autoclone.cli.serving import run_server  # noqa: PLC0415 - only this command pays for it

    return run_server(**given)


@app.command()
def validate(
    *,
    paths: Annotated[list[Path], Argument(metavar="FILE|DIR...", help="DAG documents, or folders of them.")],
    config: options.ConfigFile = None,
    timezone: options.Zone = None,
    data_dir: options.DataFolder = None,
    allowed_modules: options.Modules = None,
    kafka_bootstrap: options.Bootstrap = None,
    strict: Annotated[bool, Option("--strict", help="Have warnings be mistakes.")] = False,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Check DAG documents as the server would, and say every fault there is.

    A folder stands for its *.json files. The exit code is 2 where there is a fault.
    What is not wrong but may surprise within five years is a warning: times that clocks skip or repeat,
    windows that overlap, that never open or never close, or that are too short for their ramp.
    """
    from autoclone.cli.validating import validate_files  # noqa: PLC0415 - only this command pays for it

    flags = {
        "timezone": timezone,
        "data_dir": data_dir,
        "allowed_modules": allowed_modules,
        "kafka_bootstrap": kafka_bootstrap,
    }
    return validate_files(paths, config, flags, form, strict=strict)


@app.command()
def simulate(
    *,
    file: Annotated[Path, Argument(metavar="CONFIG.json", help="The DAG document; - for standard input.")],
    start: Annotated[
        str | None,
        Option("--from", metavar="TIME", help="The first instant, such as 2025-01-25T08:00. [today]"),
    ] = None,
    end: Annotated[
        str | None, Option("--to", metavar="TIME", help="The end, itself not included. [a day after --from]")
    ] = None,
    timezone: options.Zone = None,
    ramp_interval: options.Interval = None,
    config: options.ConfigFile = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Show what the ramp of a DAG will do, without doing it: the real core over a virtual clock.

    It starts with no clones, and every command succeeds at once. Times without an offset are in --timezone
    (else the DAG's own zone); times are shown in the zone of the DAG's window.
    """
    from autoclone.cli.simulating import Request, show_simulation  # noqa: PLC0415 - only this command pays

    return show_simulation(Request(file, start, end, timezone, ramp_interval, config), form)


app.add_typer(asking)
