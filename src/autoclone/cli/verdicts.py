"""What `validate` found in a file, and how it is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autoclone.cli.documents import in_file
from autoclone.cli.program import one_line
from autoclone.config.dag import Dag
from autoclone.config.wording import schedule_in_words
from autoclone.errors import Fault, InvalidInput
from autoclone.simulator.lint import Finding

# How many dates of a finding people are shown, and programs.
FEW, MANY = 3, 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one file.

    Attributes:
        file: its path, as given or as found in a folder.
        dag: what it comes to; None where it has faults.
        faults: what is wrong with it.
        findings: what is not wrong, but may surprise its owner in the years to come.
    """

    file: Path
    dag: Dag | None
    faults: tuple[Fault, ...] = ()
    findings: tuple[Finding, ...] = ()


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """Yield what people are shown: a line for each fault, or what the file comes to and each warning."""
    if verdict.dag is None:
        for fault in in_file(verdict.file, InvalidInput(*verdict.faults)).faults:
            yield one_line(str(fault))
    else:
        yield one_line(f"{verdict.file}: good: {_summary(verdict.dag)}")
        for one in verdict.findings:
            yield one_line(f"{verdict.file}: warning: {_finding(one)}")


def _summary(dag: Dag) -> str:
    if dag.plan.disabled is not None:
        return f"{dag.name}: {dag.plan.disabled}"
    return f"{dag.name}: {schedule_in_words(dag.plan.schedule)}, {dag.plan.schedule.zone}"


def verdict_object(verdict: Verdict) -> dict[str, object]:
    """Return what programs are shown."""
    return {
        "file": str(verdict.file),
        "valid": verdict.dag is not None,
        "name": verdict.dag.name if verdict.dag is not None else None,
        "faults": [
            {"field": one.field, "value": one.value, "problem": one.problem, "remedy": one.remedy}
            for one in verdict.faults
        ],
        "findings": [
            {
                "kind": one.kind,
                "window": one.window,
                "problem": one.problem,
                "dates": [str(day) for day in one.dates[:MANY]],
                "count": len(one.dates),
                "remedy": one.remedy,
            }
            for one in verdict.findings
        ],
    }


def _finding(one: Finding) -> str:
    shown = ", ".join(map(str, one.dates[:FEW]))
    more = len(one.dates) - FEW
    dates = f" ({shown}{f' and {more} more dates' if more > 0 else ''})" if one.dates else ""
    return f"{one.kind}: {one.window} {one.problem}{dates}. {one.remedy}"
