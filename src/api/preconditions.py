"""ETag, If-Match and If-None-Match (RFC 9110, section 13). A DAG's entity tag is its revision, in quotes."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from api import catalogue
from api.problems import Refused, refused
from autoclone.engine.service import Service
from autoclone.errors import UnknownDag

IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"
# Revisions start with 1, so the store refuses to replace this one.
NO_REVISION: Final = -1

# One element of a list, perhaps empty, with the comma after it. Possessive, so that no header takes long.
_ELEMENT = re.compile(r'[ \t]*+(?:(W/)?"([\x21\x23-\x7e\x80-\xff]*+)"[ \t]*+)?(?:,|\Z)')


@dataclass(frozen=True, slots=True)
class Tag:
    """An entity tag."""

    opaque: str
    weak: bool = False

    def __str__(self) -> str:
        return f'{"W/" if self.weak else ""}"{self.opaque}"'


@dataclass(frozen=True, slots=True)
class Tags:
    """What such a header lists: entity tags, or `*` for any at all."""

    tags: tuple[Tag, ...] = ()
    every: bool = False

    def match_strongly(self, revision: int | None) -> bool:
        """Whether the stored `revision` (None: nothing is stored) is among them, weak tags not counted."""
        return revision is not None and (self.every or Tag(str(revision)) in self.tags)

    def match_weakly(self, revision: int | None) -> bool:
        """Whether the stored `revision` (None: nothing is stored) is among them."""
        opaque = {tag.opaque for tag in self.tags}
        return revision is not None and (self.every or str(revision) in opaque)


@dataclass(frozen=True, slots=True)
class Expected:
    """The conditions in the terms of the service, which checks them in the write's own transaction."""

    if_revision: int | None = None
    if_absent: bool = False


@dataclass(frozen=True, slots=True)
class Preconditions:
    """The conditions of one request; None where a header is absent."""

    if_match: Tags | None = None
    if_none_match: Tags | None = None

    async def expected(self, service: Service, name: str) -> Expected:
        """Return what must be stored under `name` for the request to be carried out.

        A condition that does not hold becomes one that cannot, rather than an error here: whatever else is
        wrong with the request is told first.
        """
        if self.if_match is None and self.if_none_match is None:
            return Expected()
        current = await _revision(service, name)
        if not self._hold(current):
            return Expected(if_revision=NO_REVISION)
        return Expected(if_absent=True) if current is None else Expected(if_revision=current)

    def _hold(self, current: int | None) -> bool:
        wanted = self.if_match is None or self.if_match.match_strongly(current)
        unwanted = self.if_none_match is not None and self.if_none_match.match_weakly(current)
        return wanted and not unwanted

    def seen(self, revision: int) -> bool:
        """Whether the reader has this revision already."""
        return self.if_none_match is not None and self.if_none_match.match_weakly(revision)


async def _revision(service: Service, name: str) -> int | None:
    try:
        view = await service.get(name)
    except UnknownDag:
        return None
    return view.revision or None  # 0: its file never was right, so nothing is stored


async def read_preconditions(request: Request) -> Preconditions:
    """Return the conditions of a request. Raises `Refused` where a header is malformed."""
    return Preconditions(_tags(request, IF_MATCH), _tags(request, IF_NONE_MATCH))


def _tags(request: Request, header: str) -> Tags | None:
    lines = request.headers.getlist(header)
    return parse_tags(header, ", ".join(lines)) if lines else None


def parse_tags(header: str, value: str) -> Tags:
    """Return the entity tags in the value of a header. Raises `Refused` where there is anything else."""
    if value.strip() == "*":
        return Tags(every=True)
    tags: list[Tag] = []
    at = 0
    while at < len(value):
        element = _ELEMENT.match(value, at)
        if element is None:
            raise _malformed(header, value)
        if element[2] is not None:
            tags.append(Tag(element[2], weak=element[1] is not None))
        at = element.end()
    if not tags:
        raise _malformed(header, value)
    return Tags(tuple(tags))


def _malformed(header: str, value: str) -> Refused:
    detail = (
        f"{header} = {value or 'nothing'}: it is not a list of entity tags. "
        'Write * or tags in double quotes, such as "3".'
    )
    return refused(catalogue.MALFORMED_HEADER, detail, header=header)
