import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.config.document import read_document
from autoclone.errors import Fault, InvalidInput


def fault(raw: bytes, **limits: int) -> Fault:
    with pytest.raises(InvalidInput) as caught:
        read_document(raw, **limits)
    assert len(caught.value.faults) == 1
    return caught.value.faults[0]


def test_an_object_is_read_as_it_is() -> None:
    raw = b' {"name": "orders", "n": [1, -2.5, true, null, {"\xc3\xa9": "\\ud83d\\ude00"}]}\n'
    assert read_document(raw) == {"name": "orders", "n": [1, -2.5, True, None, {"é": "😀"}]}


@pytest.mark.parametrize(
    ("raw", "field", "value", "problem"),
    [
        (b"", "", "", "the document is empty"),
        (b" \n", "", "", "the document is empty"),
        (b'\xef\xbb\xbf{"name": "a"}', "line 1, column 1", "BOM", "begins with a byte order mark"),
        ('{"name": "a"}'.encode("utf-16"), "line 1, column 1", "BOM", "begins with a byte order mark"),
        (b'{\n "name": "\xff"}', "line 2, column 11", "0xff", "is not UTF-8"),
        (b'{"a": 1, "b": {"x": 1, "x": 2}}', "b", '"x"', "the key is there more than once"),
        (b'{"a": [1, NaN]}', "a[1]", "NaN", "is not a JSON number"),
        (b'{"a": -Infinity}', "a", "-Infinity", "is not a JSON number"),
        (b'{"a": 1e999}', "a", "1e999", "is too large for a number"),
        (b'{"a": 18446744073709551616}', "a", "18446744073709551616", "does not fit in 64 bits"),
        (b'{"a": ["\\ud800"]}', "a[0]", '"?"', "holds half a surrogate pair"),
        (b"[1]", "", "", "the document is not an object"),
        (b'"text"', "", "", "the document is not an object"),
    ],
)
def test_what_is_wrong_says_where_and_what(raw: bytes, field: str, value: str, problem: str) -> None:
    found = fault(raw)
    assert (found.field, found.value, found.problem) == (field, value, problem)
    assert found.remedy


def test_a_syntax_error_says_line_and_column() -> None:
    found = fault(b'{\n  "name": "orders",\n  "nodes" []\n}')
    assert found.field == "line 3, column 11"
    assert found.problem == "is not JSON: expecting ':' delimiter"


def test_trailing_garbage_is_named() -> None:
    found = fault(b'{"name": "orders"} {"name": "again"}')
    assert found.field == "line 1, column 20"
    assert found.problem == "is not JSON: there is more after its end"
    assert found.remedy == "Remove what follows the closing brace"


def test_a_time_without_quotes_says_to_quote_it() -> None:
    found = fault(b'{"ramp_up_time": 0900}')
    assert found.remedy == 'A number cannot begin with 0: write a time in quotes, such as "0900"'


def test_the_largest_document_is_accepted_and_one_byte_more_is_not() -> None:
    raw = b'{"a": "xxxx"}'
    assert read_document(raw, max_bytes=len(raw)) == {"a": "xxxx"}
    assert fault(raw, max_bytes=len(raw) - 1).problem == "the document is larger than 12 bytes"


def test_depth_is_bounded_and_brackets_in_strings_do_not_count() -> None:
    assert read_document(b'{"a": [["[[[[\\"[["]]}', max_depth=3) == {"a": [['[[[["[[']]}
    found = fault(b'{"a":\n [[[]]]}', max_depth=3)
    assert (found.field, found.value) == ("line 2, column 4", "[")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_absurd_depth_is_an_error_like_any_other(opening: bytes) -> None:
    assert "nests deeper than 64 levels" in fault(opening * 100_000).problem
    assert "nests too deep" in fault(opening * 100_000, max_depth=10**9).problem


def test_every_flaw_is_reported_in_document_order() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_document(b'{"z": NaN, "a": [1e999, {"k": 1, "k": 2}], "b": Infinity}')
    assert [one.field for one in caught.value.faults] == ["z", "a[0]", "a[1]", "b"]


def test_many_repeated_keys_and_many_quotes_take_no_longer_than_their_length() -> None:
    keys = ",".join(f'"{number}": 0' for number in range(50_000))
    assert fault(f'{{{keys}, "49999": 0}}'.encode()).value == '"49999"'
    assert fault(b'{"a' + b'\\"' * 400_000).problem.startswith("is not JSON: unterminated string")


def test_an_error_can_be_encoded_whatever_is_in_it() -> None:
    found = fault(b'{"\\ud800": NaN, "a": 1}'.replace(b"NaN", b"1"))
    assert str(found).encode()


def check_outcome(raw: bytes) -> None:
    """A document that can be written again, or an error that can be shown; any other exception escapes."""
    try:
        text = json.dumps(read_document(raw, max_depth=5), ensure_ascii=False, allow_nan=False)
    except InvalidInput as error:
        text = str(error)
    assert text.encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_invalid_input(raw: bytes) -> None:
    check_outcome(raw)


# Bytes that look like JSON reach further into the reader than arbitrary ones do.
PIECES = ['"', "\\", "{", "}", "[", "]", ":", ",", "1", "-", ".", "e9", "NaN", "\\ud800", "a", " ", "é", "0"]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_anything_like_json_is_a_document_or_invalid_input(pieces: list[str]) -> None:
    check_outcome("".join(["{", *pieces, "}"]).encode())


NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), VALUES), st.booleans())
def test_every_document_survives_a_round_trip(document: dict[str, object], ascii_only: bool) -> None:
    raw = json.dumps(document, ensure_ascii=ascii_only).encode()
    assert read_document(raw) == document
