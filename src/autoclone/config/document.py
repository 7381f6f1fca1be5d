"""Strict JSON: a document is read only where every reader would read the same.

Python's own parser accepts repeated keys, NaN and numbers no other program can hold. It is told here to
leave a `_Flaw` in their place, so that the error can say where in the document they are.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from autoclone.config.faults import Location, path_of, shown
from autoclone.errors import Fault, InvalidInput

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64

# What 64 bits hold, signed or not: further integers would not survive being stored and served.
SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**64 - 1
LONGEST_INTEGER = 20

# How much of the text an error shows around the place.
AROUND = 20

# A string, closed or not, or one bracket. Possessive, so that no input takes more than one pass.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|[\[\]{}]', re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LEADING_ZERO = re.compile(r"(?<![\d.])0\d*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Flaw:
    """What stands in the parsed document where a value cannot be accepted."""

    value: str
    problem: str
    remedy: str


def read_document(raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> dict[str, Any]:
    """Return the JSON object that `raw` holds.

    Args:
        raw: the document, in UTF-8 without a byte order mark.
        max_bytes: the longest accepted.
        max_depth: how deep objects and lists may nest.

    Raises:
        InvalidInput: it is not such an object, or has repeated keys, NaN, infinities, integers beyond 64
            bits or halves of surrogate pairs in it. The faults say where, by line and column or by path.
    """
    if len(raw) > max_bytes:
        _refuse("", f"the document is larger than {max_bytes} bytes", "Make it smaller")
    text = _decode(raw)
    if not text.strip(" \t\r\n"):
        _refuse("", "the document is empty", 'Write a JSON object, such as {"name": "orders"}')
    _check_depth(text, max_depth)
    value = _parse(text)
    flaws = list(_flaws(value))
    if flaws:
        raise InvalidInput(*flaws)
    if not isinstance(value, dict):
        _refuse("", "the document is not an object", 'Write a JSON object, such as {"name": "orders"}')
    return value


def _refuse(field: str, problem: str, remedy: str, value: str = "") -> NoReturn:
    raise InvalidInput(Fault(field, value, problem, remedy))


def _decode(raw: bytes) -> str:
    if raw.startswith(_BYTE_ORDER_MARKS):
        _refuse("line 1, column 1", "begins with a byte order mark", "Save it as UTF-8 without one", "BOM")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        where = _position(before, len(before))
        _refuse(where, "is not UTF-8", "Save the document as UTF-8", f"0x{raw[error.start]:02x}")


def _position(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


def _check_depth(text: str, max_depth: int) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        if depth > max_depth:
            where = _position(text, token.start())
            _refuse(where, f"nests deeper than {max_depth} levels", "Make it flatter", token[0])


def _parse(text: str) -> Any:  # noqa: ANN401 - a JSON value is any of its types
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
    except RecursionError:  # the caller allows more depth than Python does
        _refuse("", "nests too deep to be read", "Make it flatter")
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        _refuse(where, f"is not JSON: {_reason(error)}", _remedy(error), _around(text, error.pos))


def _reason(error: json.JSONDecodeError) -> str:
    if error.msg == "Extra data":
        return "there is more after its end"
    return error.msg[:1].lower() + error.msg[1:]


def _remedy(error: json.JSONDecodeError) -> str:
    if error.msg == "Extra data":
        return "Remove what follows the closing brace"
    if _LEADING_ZERO.search(error.doc, max(0, error.pos - AROUND), error.pos):
        return 'A number cannot begin with 0: write a time in quotes, such as "0900"'
    return "Correct it there"


def _around(text: str, offset: int) -> str:
    return shown(text[max(0, offset - AROUND) : offset + AROUND])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Flaw:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
    return _Flaw(shown(twice), "the key is there more than once", "Keep one of them")


def _integer(digits: str) -> int | _Flaw:
    value = int(digits) if len(digits) <= LONGEST_INTEGER else LARGEST_INTEGER + 1
    if SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    return _Flaw(_shortened(digits), "does not fit in 64 bits", "Write it as text, in quotes")


def _number(digits: str) -> float | _Flaw:
    value = float(digits)
    if math.isfinite(value):
        return value
    return _Flaw(_shortened(digits), "is too large for a number", "Write it as text, in quotes")


def _shortened(digits: str) -> str:
    return shown(digits).strip('"')


def _constant(word: str) -> _Flaw:
    return _Flaw(word, "is not a JSON number", "Write a finite number, or null")


def _flaws(value: object) -> Iterator[Fault]:
    """Yield what is wrong in the parsed document, in document order."""
    to_do: list[tuple[Location, object]] = [((), value)]
    while to_do:
        where, one = to_do.pop()
        if isinstance(one, _Flaw):
            yield Fault(path_of(where), one.value, one.problem, one.remedy)
        elif isinstance(one, str) and _broken(one):
            yield _half_pair(where, one)
        elif isinstance(one, dict):
            yield from (_half_pair(where, key) for key in one if _broken(key))
            to_do += [((*where, key), child) for key, child in reversed(one.items())]
        elif isinstance(one, list):
            to_do += [((*where, index), one[index]) for index in reversed(range(len(one)))]


def _broken(text: str) -> bool:
    """Whether an escape left half a surrogate pair, which no encoding can write."""
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _half_pair(where: Location, text: str) -> Fault:
    return Fault(path_of(where), shown(text), "holds half a surrogate pair", "Write the whole character")
