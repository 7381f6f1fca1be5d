"""The commands that ask a running server, and their options. See `app`."""

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from autoclone.cli import options
from autoclone.cli.formats import Format

asking = typer.Typer()


@asking.command()
def preview(
    *,
    name: options.RampName,
    start: Annotated[
        str | None,
        Option("--from", metavar="TIME", help="The first instant: 2025-01-25T08:00. [now]"),
    ] = None,
    end: Annotated[
        str | None, Option("--to", metavar="TIME", help="The end, itself not included. [a day after --from]")
    ] = None,
    timezone: Annotated[
        str | None,
        Option(metavar="ZONE", help="The zone of --from and --to. Else that of the DAG's window."),
    ] = None,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Show what the ramp of a DAG on a running server will do, from how it stands now.

    It is worked out by the code that the server runs: it is what will happen, if nothing fails.
    """
    from autoclone.cli.previewing import Asked, show_preview  # noqa: PLC0415 - only this command pays for it

    return show_preview(Asked(name, start, end, timezone, url), form)


@asking.command()
def plan(
    *,
    file: Annotated[Path, Argument(metavar="FILE", help="The DAG document; - for standard input.")],
    end: Annotated[
        str | None, Option("--to", metavar="TIME", help="How far to look, 31 days at most. [a day from now]")
    ] = None,
    timezone: Annotated[
        str | None, Option(metavar="ZONE", help="The zone of --to. Else that of the DAG's window.")
    ] = None,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Show what would come of putting a DAG document on a running server, without doing it.

    What would happen and today would not is marked with +, what happens today and would not any more with -.
    """
    from autoclone.cli.planning import Wanted, show_plan  # noqa: PLC0415 - only this command pays for it

    return show_plan(Wanted(file, end, timezone, url), form)


@asking.command()
def replay(
    *,
    name: options.RampName,
    start: Annotated[
        str | None,
        Option("--from", metavar="TIME", help="The first instant: 2025-01-25T08:00. [a day before --to]"),
    ] = None,
    end: Annotated[
        str | None, Option("--to", metavar="TIME", help="The end, itself not included. [now]")
    ] = None,
    other: Annotated[
        Path | None,
        Option(
            "--with",
            metavar="FILE",
            help="What if it had been this definition? - for standard input.",
        ),
    ] = None,
    price: Annotated[
        float | None, Option(metavar="NUMBER", help="What a clone costs an hour, to have the cost told.")
    ] = None,
    timezone: Annotated[
        str | None,
        Option(metavar="ZONE", help="The zone of --from and --to. Else that of the DAG's window."),
    ] = None,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Take the past of a DAG's ramp again, from what a running server has recorded.

    Every step has to come to the events that were journalled and to the state that is stored; the exit code
    is 1 where one does not.
    """
    from autoclone.cli.replaying import Asked, show_replay  # noqa: PLC0415 - only this command pays for it

    return show_replay(Asked(name, start, end, timezone, other, price, url), form)


events = typer.Typer(help="What happened, and what happens.", no_args_is_help=True)
asking.add_typer(events, name="events")


@events.command("tail")
def events_tail(
    *,
    name: Annotated[str | None, Argument(metavar="[NAME]", help="One DAG's; all by default.")] = None,
    types: Annotated[
        list[str] | None,
        Option("--type", metavar="TYPE", help="Only this type, such as clone.created; may be repeated."),
    ] = None,
    last: Annotated[
        int, Option("--last", "-n", min=0, max=500, help="How many of those there are to begin with.")
    ] = 10,
    follow: Annotated[bool, Option("--follow", "-f", help="Go on with those that come.")] = False,
    topic: Annotated[
        bool, Option("--topic", help="Read the Kafka topic of the settings, not a server's journal.")
    ] = False,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Show the last events, and with --follow those that come, until Ctrl-C."""
    from autoclone.cli.tailing import Wanted, tail  # noqa: PLC0415 - only this command pays for it

    wanted = Wanted(parent=name, types=tuple(types or ()), last=last, follow=follow)
    return tail(wanted, url, form, topic=topic)


@asking.command()
def why(
    *,
    name: options.RampName,
    at: Annotated[
        str | None,
        Option("--at", metavar="TIME", help="The moment, such as 2025-01-25T10:05, past or to come. [now]"),
    ] = None,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Explain why the ramp of a DAG stands where it does: now, at a past moment, or at one to come.

    A time without an offset is in the zone of the DAG's window.
    """
    from autoclone.cli.explaining import show_why  # noqa: PLC0415 - only this command pays for it

    return show_why(name, at, url, form)


@asking.command()
def pause(
    *,
    name: options.RampName,
    lasting: options.Lasting = None,
    until: options.Until = None,
    reason: options.Why = None,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Have the clock make no clone of a DAG and remove none, for a while, on a running server.

    Its clones go on running. It takes the place of any other pause or override.
    """
    from autoclone.cli.holding import hold  # noqa: PLC0415 - only this command pays for it

    return hold(name, "pause", {"for": lasting, "until": until, "reason": reason}, url, form)


@asking.command()
def override(
    *,
    name: options.RampName,
    count: Annotated[int, Option("--count", metavar="NUMBER", help="How many clones; 0 for none.")],
    lasting: options.Lasting = None,
    until: options.Until = None,
    reason: options.Why = None,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Have another number of clones than the schedule's, for a while, on a running server.

    It is reached at the ramp's pace. It takes the place of any other pause or override.
    """
    from autoclone.cli.holding import hold  # noqa: PLC0415 - only this command pays for it

    body = {"count": count, "for": lasting, "until": until, "reason": reason}
    return hold(name, "override", body, url, form)


@asking.command()
def resume(
    *,
    name: options.RampName,
    url: options.ServerUrl = None,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """End a pause or an override before its time: the ramp follows its schedule again."""
    from autoclone.cli.holding import hold  # noqa: PLC0415 - only this command pays for it

    return hold(name, "resume", {}, url, form)


@asking.command()
def status(
    *,
    name: Annotated[str | None, Argument(metavar="[NAME]", help="One DAG; every DAG by default.")] = None,
    url: options.ServerUrl = None,
    watch: Annotated[bool, Option("--watch", "-w", help="Look again each second, until Ctrl-C.")] = False,
    form: options.OutputFormat = Format.TABLE,
) -> int:
    """Ask a running server how its ramps stand."""
    from autoclone.cli.showing import show_status  # noqa: PLC0415 - only this command pays for it

    return show_status(name, url, form, watch=watch)
