"""The `validate` command: every fault in DAG documents, before a server sees them."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autoclone.cli.documents import STANDARD_INPUT, read_file
from autoclone.cli.formats import Format
from autoclone.cli.output import as_json, write_lines, write_objects
from autoclone.cli.program import GOOD, MISTAKE, NAME
from autoclone.cli.verdicts import Verdict, verdict_lines, verdict_object
from autoclone.clock import Clock, SystemClock
from autoclone.config.dag import SECTION, resolve
from autoclone.config.faults import shown
from autoclone.config.settings import Settings, load_settings
from autoclone.config.zones import system_zone, zone
from autoclone.core.model import Plan
from autoclone.errors import Fault, InvalidInput
from autoclone.runtimes.embedded import EmbeddedRuntime
from autoclone.runtimes.nodes.kafka.port import Kafka
from autoclone.simulator.lint import DECIDING, Finding, lint

PATTERN = "*.json"


def validate_files(
    paths: Sequence[Path],
    config: Path | None,
    flags: Mapping[str, str | None],
    form: Format,
    *,
    strict: bool = False,
    clock: Clock | None = None,
) -> int:
    """Check files and folders of them, write what was found, and return the exit code.

    Args:
        paths: the files and folders.
        config: the TOML file of settings, if one is named.
        flags: the settings that the command line gave; None: not given.
        form: how to write the verdicts.
        strict: have warnings be mistakes.
        clock: tells the date from which schedules are looked at; the machine's by default.

    Raises:
        InvalidInput: a setting is wrong.
    """
    check = Check(load_settings(config, **flags), clock or SystemClock())
    verdicts = list(check.all(paths))
    if form is Format.TABLE:
        write_lines(line for verdict in verdicts for line in verdict_lines(verdict))
    else:
        write_objects((as_json(verdict_object(verdict)) for verdict in verdicts), form)
    bad = sum(bool(verdict.faults) for verdict in verdicts)
    doubtful = sum(bool(verdict.findings) for verdict in verdicts) if strict else 0
    sys.stdout.flush()
    for number, what in ((bad, "cannot be used"), (doubtful, "may surprise, which --strict refuses")):
        if number:
            sys.stderr.write(f"{NAME}: {number} of {len(verdicts)} {_files(len(verdicts))} {what}\n")
    return MISTAKE if bad or doubtful else GOOD


class Check:
    """Checks documents as a server with these settings would."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._looked_at: dict[tuple[Plan, frozenset[str]], tuple[Finding, ...]] = {}
        self._zone = zone(settings.timezone) if settings.timezone else system_zone()
        self._runtime = EmbeddedRuntime(
            clock,
            default_zone=self._zone,
            allowed_modules=settings.allowed_modules,
            data_dir=settings.data_dir,
            drain_timeout=settings.drain_timeout,
            kafka=_kafka(settings),
        )

    def all(self, paths: Sequence[Path]) -> Iterator[Verdict]:
        """Yield a verdict for each file in turn; in a folder a name may be taken once."""
        for path in paths:
            if path != STANDARD_INPUT and path.is_dir():
                yield from self._folder(path)
            else:
                yield self._file(path)

    def _folder(self, folder: Path) -> Iterator[Verdict]:
        try:
            files = sorted(file for file in folder.glob(PATTERN) if _counts(file))
        except OSError as error:
            problem = f"cannot be listed: {(error.strerror or str(error)).lower()}"
            files, empty = [], Fault("", "", problem, "Let yourself read it")
        else:
            empty = Fault("", "", f"holds no {PATTERN} file", "Name the folder that does")
        if not files:
            yield Verdict(folder, None, (empty,))
        owners: dict[str, Path] = {}
        for file in files:
            verdict = self._file(file)
            if verdict.dag is not None and owners.setdefault(verdict.dag.name, file) != file:
                yield Verdict(file, None, (_taken(verdict.dag.name, owners[verdict.dag.name]),))
            else:
                yield verdict

    def _file(self, file: Path) -> Verdict:
        try:
            document = read_file(file, self._settings.max_body_bytes)
        except InvalidInput as error:
            return Verdict(file, None, error.faults)
        faults: list[Fault] = []
        dag = None
        try:
            dag = resolve(document, zone=self._zone, default_interval=self._settings.ramp_interval)
        except InvalidInput as error:
            faults += error.faults
        try:
            self._runtime.check(document)
        except InvalidInput as error:
            faults += error.faults
        if dag is None or faults:
            return Verdict(file, None, tuple(dict.fromkeys(faults)))
        return Verdict(file, dag, findings=self._findings(dag.plan, document.get(SECTION) or {}))

    def _findings(self, plan: Plan, section: Mapping[str, object]) -> tuple[Finding, ...]:
        """Return what may surprise in a plan. Equal ones, as in many files of a fleet, are looked at once."""
        known = plan, frozenset(key for key in DECIDING if section.get(key) is not None)
        if known not in self._looked_at:
            today = self._clock.now().astimezone(plan.schedule.zone).date()
            self._looked_at[known] = tuple(lint(plan, today, known[1]))
        return self._looked_at[known]


def _kafka(settings: Settings) -> Kafka:
    """Return where nodes find topics that name no brokers of their own, as on the server."""
    if settings.kafka_bootstrap is None:
        return Kafka()
    from autoclone.bootstrap.publishing import brokers  # noqa: PLC0415 - it loads the whole server

    return brokers(settings).nodes


def _counts(file: Path) -> bool:
    return not file.name.startswith(".") and not file.is_dir()


def _taken(name: str, owner: Path) -> Fault:
    return Fault("name", shown(name), f"is the name of the DAG in {owner.name} already", "Choose another")


def _files(count: int) -> str:
    return "file" if count == 1 else "files"
