"""A configuration that somebody tries: what was asked, what it comes to, and what is wrong with it where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

from api.dashboard.fields import ADVANCED, FIELDS, items, section_of, written
from api.dashboard.formats import sentence
from api.dashboard.outlook import Outlook, days_of, outlook_of
from api.foresight import Foresight
from autoclone.config.dag import INNER_PATH, SECTION
from autoclone.config.faults import shown
from autoclone.engine.service import Service
from autoclone.engine.views import DagView
from autoclone.errors import Fault, InvalidInput, UnknownDag
from autoclone.ports import JsonObject

# What a form begins with that nothing was asked of yet.
EXAMPLE = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": "5"}
# What a DAG is called that is only tried.
NAMELESS = "tried"
# Where it says what is wrong that belongs to none of the fields.
GENERAL = ""
BESIDE = ("dag", "day", "span")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked.

    Attributes:
        dag: the DAG that it starts from; empty where none.
        revision: of its definition, as it was loaded; empty where it is to be loaded.
        given: what stands in the fields.
        day: the first day to show; empty for today.
        span: how much to show.
    """

    dag: str
    revision: str
    given: Mapping[str, str]
    day: str
    span: str

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]]) -> "Asked":
        """Return what a query asks. Of a field that is there several times, all count."""
        every: dict[str, list[str]] = {}
        for name, text in query:
            every.setdefault(name, []).append(text.strip())
        named = {name: ", ".join(filter(None, texts)) for name, texts in every.items()}
        given = {name: text for name, text in named.items() if name in FIELDS}
        dag = named.get("dag", "")
        return cls(
            dag=dag,
            revision=named.get("revision", ""),
            given=given if dag or given else EXAMPLE,
            day=named.get("day", ""),
            span=named.get("span", "day"),
        )


@dataclass(frozen=True, slots=True)
class Start:
    """What a trial starts from: a stored DAG or nothing, and what stands in the fields then.

    Attributes:
        view: the DAG as it is stored; None where it starts from none.
        given: what stands in the fields.
        wrong: what is wrong with the DAG that was named.
    """

    view: DagView | None
    given: Mapping[str, str]
    wrong: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """What the DAG is called."""
        return self.view.name if self.view else NAMELESS

    @property
    def section(self) -> JsonObject:
        """The section that the fields come to, its keys in the order in which they are stored."""
        section = section_of(self.given)
        return {**{key: section[key] for key in self.stored if key in section}, **section}

    @property
    def stored(self) -> JsonObject:
        """The section that is stored; empty where there is none."""
        section = self.view.document.get(SECTION) if self.view else None
        return section if isinstance(section, dict) else {}

    @property
    def document(self) -> JsonObject:
        """The whole definition with that section in it."""
        return {"name": self.name, **(self.view.document if self.view else {}), SECTION: self.section}


async def start_of(service: Service, asked: Asked) -> Start:
    """Return what a trial starts from. What a field says comes before what is stored."""
    if not asked.dag:
        return Start(None, asked.given)
    try:
        view = await service.get(asked.dag)
    except UnknownDag as error:
        remedy = f'Write "{error.nearest}"' if error.nearest else "Write the name of a DAG, or nothing"
        return Start(None, asked.given, (Fault("dag", shown(asked.dag), "is no DAG here", remedy),))
    if view.parent is not None:
        fault = Fault("dag", shown(asked.dag), "is a clone", f'Write "{view.parent}", whose clone it is')
        return Start(None, asked.given, (fault,))
    stored = {} if asked.revision else written(view.document.get(SECTION))
    return Start(view, {**stored, **asked.given})


@dataclass(frozen=True, slots=True)
class Trial:
    """A configuration as the page shows it.

    Attributes:
        asked: what was asked.
        start: what it starts from.
        zone: whose clocks it goes by; empty where that is not known.
        outlook: what it comes to; None where something is wrong.
        wrong: what is wrong, in words, by field.
    """

    asked: Asked
    start: Start
    zone: str
    outlook: Outlook | None
    wrong: Mapping[str, list[str]]

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.start.given.get(name, "")

    def fault(self, name: str) -> str:
        """What is wrong with a field; empty where nothing is."""
        return " ".join(self.wrong.get(name, ()))

    @property
    def day(self) -> str:
        """The first day that is shown; empty where none was written that there is."""
        return str(self.outlook.days.first) if self.outlook else "" if self.fault("day") else self.asked.day

    @property
    def chosen_days(self) -> list[str]:
        """The days of the week that are chosen; none stands for all."""
        return items(self.value("days"))

    @property
    def is_advanced(self) -> bool:
        """Whether anything stands in those fields that few need."""
        return any(one.name in self.start.given and self.value(one.name) for one in ADVANCED)

    @property
    def json(self) -> str:
        """The section, as it is written in a document."""
        return orjson.dumps({SECTION: self.start.section}, option=orjson.OPT_INDENT_2).decode()

    @property
    def revision(self) -> str:
        """The revision that it was loaded with."""
        return self.asked.revision or (str(self.start.view.revision) if self.start.view else "")

    @property
    def outdated(self) -> bool:
        """Whether another revision is stored by now."""
        return self.start.view is not None and self.revision != str(self.start.view.revision)

    @property
    def newest(self) -> str:
        """Where the same is tried from the newest revision."""
        return self._again()

    @property
    def href(self) -> str:
        """Where the page is found again."""
        return self._again(revision=self.asked.revision)

    def _again(self, **more: str) -> str:
        beside = {"dag": self.asked.dag, "day": self.asked.day, "span": self.asked.span}
        return _address("/try", {**beside, **self.start.given, **more})

    @property
    def saving(self) -> str:
        """Where it is asked whether to store it; empty where it cannot be, or is stored just so."""
        can = self.outlook is not None and self.start.view is not None and self.start.view.revision
        if not can or self.outdated or self.start.section == self.start.stored:
            return ""
        return _address("/try/save", {"dag": self.start.name, "revision": self.revision, **self.start.given})


async def trial_of(service: Service, foresight: Foresight, asked: Asked) -> Trial:
    """Return what comes of what was asked; what is wrong with it is part of that."""
    start = await start_of(service, asked)
    faults, zone, outlook = list(start.wrong), "", None
    try:
        dag = service.resolve(start.document, start.name)
        zone = str(dag.plan.schedule.zone)
        days = days_of(asked.day, asked.span, dag.plan.schedule.zone, service.now())
        stored = service.present(start.name).plan if start.view else None
        outlook = await outlook_of(foresight, start.name, dag.plan, stored, days)
    except InvalidInput as error:
        faults += error.faults
    wrong: dict[str, list[str]] = {}
    for fault in faults:
        wrong.setdefault(_field(fault), []).append(_words(fault))
    return Trial(asked, start, zone, outlook if not wrong else None, wrong)


def _address(path: str, query: Mapping[str, str]) -> str:
    """Return an address; what is empty is left out of it."""
    given = [(name, text) for name, text in query.items() if text]
    return f"{path}?{urlencode(given)}" if given else path


def _field(fault: Fault) -> str:
    """Return the field that a fault is shown at."""
    key = INNER_PATH.split(fault.field.removeprefix(f"{SECTION}."))[0]
    return key if key in FIELDS or key in BESIDE else GENERAL


def _words(fault: Fault) -> str:
    """Return what is wrong and what to write instead, and where, unless that is the whole field."""
    path = fault.field.removeprefix(f"{SECTION}.")
    where = f"{path}: " if "." in path or not _field(fault) else ""
    end = "" if fault.remedy.endswith("?") else "."
    return f"{where}{sentence(f'{fault.value} {fault.problem}'.strip())}. {fault.remedy}{end}"
