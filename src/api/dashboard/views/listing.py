"""The list of DAGs: searched, filtered, ordered and in pages."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict

from api.dashboard.problems import is_part
from api.dashboard.routing import ThePages, pages_router
from api.dashboard.rows import rows_of
from api.dependencies import AService
from autoclone.config.choices import one_of
from autoclone.core.model import Phase
from autoclone.engine import listing as engine

PER_PAGE = 25
LONGEST_TEXT = 200
LAST_PAGE = 1_000_000
SORTS = (
    (engine.Sort.NAME, "Name"),
    (engine.Sort.NAME_DOWN, "Name, last first"),
    (engine.Sort.CLONES_DOWN, "Most clones first"),
    (engine.Sort.CLONES, "Fewest clones first"),
    (engine.Sort.PHASE, "Phase"),
    (engine.Sort.PHASE_DOWN, "Phase, ramping down first"),
)
PHASES = tuple((phase, str(phase).replace("_", " ").capitalize()) for phase in Phase)

router = pages_router()


def _empty_is_none(value: object) -> object:
    """A form sends what nobody chose as an empty text."""
    return value or None


def _page(value: object) -> int:
    text = str(value)
    return min(max(1, int(text)), LAST_PAGE) if text.isascii() and text.isdecimal() else 1


def _text(value: object) -> str:
    return str(value).strip()[:LONGEST_TEXT]


class ListQuery(BaseModel):
    """What a person looks for."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[str, BeforeValidator(_text)] = ""
    phase: Annotated[Phase | None, BeforeValidator(_empty_is_none)] = None
    sort: Annotated[engine.Sort, BeforeValidator(one_of(engine.Sort))] = engine.Sort.NAME
    page: Annotated[int, BeforeValidator(_page)] = 1

    def href(self, **changes: object) -> str:
        """Return the address of the list with some of this changed."""
        asked = {**self.model_dump(mode="json"), **changes}
        given = {name: value for name, value in asked.items() if value not in ("", None)}
        plain = ListQuery().model_dump(mode="json")
        different = {name: value for name, value in given.items() if value != plain[name]}
        return f"/?{urlencode(different)}" if different else "/"

    def flipped(self, sort: str) -> str:
        """Return the order that a click on the head of a column asks for."""
        return f"-{sort}" if self.sort == sort else sort

    @property
    def wanted(self) -> engine.Query:
        """The same in the terms of the engine."""
        return engine.Query(self.q, self.phase, self.sort, (self.page - 1) * PER_PAGE, PER_PAGE)


@router.get("/")
async def listing(
    request: Request, pages: ThePages, service: AService, query: Annotated[ListQuery, Query()]
) -> Response:
    """Show the DAGs, each with its clones under it."""
    found = await service.find(query.wanted)
    last = max(1, -(-found.total // PER_PAGE))
    groups = [rows_of(group) for group in found.groups]
    return pages.render(
        request,
        "listing_part.html" if is_part(request) else "listing.html",
        groups=groups,
        about=" ".join(group.names for group in groups),
        query=query,
        found=found,
        first=query.wanted.first + 1,
        last_page=last,
        sorts=SORTS,
        phases=PHASES,
    )
