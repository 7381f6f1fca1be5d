"""The `validate` command: every fault in DAG documents, before a server sees them."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoclone.cli.documents import STANDARD_INPUT, in_file, read_file
from autoclone.cli.formats import Format
from autoclone.cli.output import as_json, write_lines, write_objects
from autoclone.cli.program import GOOD, MISTAKE, NAME, one_line
from autoclone.clock import SystemClock
from autoclone.config.dag import Dag, resolve
from autoclone.config.faults import shown
from autoclone.config.settings import Settings, load_settings
from autoclone.config.wording import schedule_in_words
from autoclone.config.zones import system_zone, zone
from autoclone.errors import Fault, InvalidInput
from autoclone.runtimes.embedded import EmbeddedRuntime
from autoclone.runtimes.nodes.kafka.port import Kafka

PATTERN = "*.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one file.

    Attributes:
        file: its path, as given or as found in a folder.
        dag: what it comes to; None where it has faults.
        faults: what is wrong with it.
    """

    file: Path
    dag: Dag | None
    faults: tuple[Fault, ...] = ()


def validate_files(
    paths: Sequence[Path], config: Path | None, flags: Mapping[str, str | None], form: Format
) -> int:
    """Check files and folders of them, write what was found, and return the exit code.

    Args:
        paths: the files and folders.
        config: the TOML file of settings, if one is named.
        flags: the settings that the command line gave; None: not given.
        form: how to write the verdicts.

    Raises:
        InvalidInput: a setting is wrong.
    """
    check = Check(load_settings(config, **flags))
    verdicts = list(check.all(paths))
    if form is Format.TABLE:
        write_lines(line for verdict in verdicts for line in _lines(verdict))
    else:
        write_objects((as_json(_object(verdict)) for verdict in verdicts), form)
    bad = sum(bool(verdict.faults) for verdict in verdicts)
    if bad:
        sys.stdout.flush()
        sys.stderr.write(f"{NAME}: {bad} of {len(verdicts)} {_files(len(verdicts))} cannot be used\n")
    return MISTAKE if bad else GOOD


class Check:
    """Checks documents as a server with these settings would."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._zone = zone(settings.timezone) if settings.timezone else system_zone()
        self._runtime = EmbeddedRuntime(
            SystemClock(),
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
        return Verdict(file, None if faults else dag, tuple(dict.fromkeys(faults)))


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


def _lines(verdict: Verdict) -> Iterator[str]:
    """Yield what people are shown: a line for each fault, or one that says what the file comes to."""
    if verdict.dag is None:
        for fault in in_file(verdict.file, InvalidInput(*verdict.faults)).faults:
            yield one_line(str(fault))
    else:
        yield one_line(f"{verdict.file}: good: {_summary(verdict.dag)}")


def _summary(dag: Dag) -> str:
    if dag.plan.disabled is not None:
        return f"{dag.name}: {dag.plan.disabled}"
    return f"{dag.name}: {schedule_in_words(dag.plan.schedule)}, {dag.plan.schedule.zone}"


def _object(verdict: Verdict) -> dict[str, object]:
    return {
        "file": str(verdict.file),
        "valid": verdict.dag is not None,
        "name": verdict.dag.name if verdict.dag is not None else None,
        "faults": [
            {"field": one.field, "value": one.value, "problem": one.problem, "remedy": one.remedy}
            for one in verdict.faults
        ],
    }


def _files(count: int) -> str:
    return "file" if count == 1 else "files"
