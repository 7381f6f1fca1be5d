"""How measurements are printed."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    Attributes:
        what: what was measured.
        ours: the figure, with its unit.
        against: the peer or limit of the same run, with its unit.
        ratio: ours to theirs.
        aim: what the design promises.
    """

    what: str
    ours: str
    against: str
    ratio: str
    aim: str


def show(title: str, rows: list[Row]) -> None:
    """Print a table."""
    table = Table(title=title, title_justify="left")
    for heading in ("what", "AutoClone", "against", "ratio", "aim"):
        table.add_column(heading)
    for row in rows:
        table.add_row(row.what, row.ours, row.against, row.ratio, row.aim)
    Console(width=150).print(table)


def quantile(values: list[float], share: float) -> float:
    """Return the value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ms(seconds: float) -> str:
    """Return seconds as milliseconds, in words."""
    return f"{seconds * 1000:,.3g} ms"
