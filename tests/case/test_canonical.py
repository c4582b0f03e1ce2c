"""The bytes that are hashed are those that anybody gets from the standard library."""

import hashlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adtrace.case.canonical import canonical, leaf_hash, sealed_bytes, sightings_bytes, storable
from adtrace.case.stored_text import stored_text
from adtrace.errors import CaseError

TEXT = (
    st.text(max_size=20)
    | st.lists(st.sampled_from(["https", "]", ":", "/", "//", "://", "[:]//"]), max_size=9).map("".join)
    | st.text('\0\x1a\ud800\x7f\u2028é:/[]"\\', max_size=20)
)
SCALARS = st.none() | st.booleans() | st.integers() | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
PLAIN = "".join(chr(code) for code in range(32, 127) if chr(code) not in '"\\')
CELLS = st.none() | st.integers(-(2**63), 2**63 - 1) | TEXT.map(stored_text)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
@example({"delete": "a\x7f"})
@example({"link": ["https://a.example/"]})
@example({"a://": 1, "aB": 2})
@example({"control": "\0"})
def test_the_quick_way_and_the_plain_way_write_the_same(payload: dict[str, object]) -> None:
    """Whatever the payload holds: links, controls, lone surrogates, large numbers."""
    assert sealed_bytes(payload) == canonical(storable(payload))


@pytest.mark.parametrize("value", [1.0, {1: "a"}, b"a", {"a": [1.5]}, {"a": {"b": {2, 3}}}, {None: 1}])
def test_what_has_no_one_way_to_be_written_is_refused(value: object) -> None:
    """Floats, keys that are no text, sets, bytes; at whatever depth."""
    with pytest.raises(CaseError, match="cannot be sealed"):
        sealed_bytes({"payload": value})


@given(st.lists(st.lists(CELLS, max_size=4), max_size=4))
def test_rows_of_sightings_are_plain_json(rows: list[list[object]]) -> None:
    """As the docstring of sightings_bytes says."""
    assert sightings_bytes(rows) == json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()


@given(st.integers(1), st.lists(st.text(PLAIN, max_size=70), min_size=4, max_size=4))
def test_a_leaf_is_the_canonical_json_of_its_row(seq: int, cells: list[str]) -> None:
    """No cell of a ledger row needs an escape."""
    row = (seq, cells[0], cells[1], cells[2], cells[3])
    assert leaf_hash(row) == hashlib.sha256(b"\0" + canonical(row)).digest()
