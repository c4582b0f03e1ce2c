"""One way to write a value as bytes, and the hashes of the seal made from such bytes.

The form is exactly that of the standard library, so that anybody can recompute it:
`json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)`,
without floats and with every text in its stored form (`stored_text`).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence

import msgspec

from adtrace.case.stored_text import live_links_stored, original_characters, stored_text
from adtrace.errors import CaseError

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode
# The canonical JSON of a ledger row, whose cells need no escapes; before it 0x00, so that no leaf can pass for an
# inner node (RFC 6962 section 2.1).
_LEAF_TEXT = '\0[%d,"%s","%s","%s","%s"]'
LEAF_FORM = _LEAF_TEXT.replace("%s", "%b").encode()  # the same for cells that are bytes already
CHAIN = b"adtrace-chain-1\0"
CHAIN_START = bytes(32)
_TEXT = frozenset({str})
_SCALARS = frozenset({str, int, bool, type(None)})
_KINDS = _SCALARS | {list, tuple, dict}


def canonical(value: object) -> bytes:
    """The canonical JSON of a value whose texts are in stored form already."""
    return _encode(value).encode("ascii")


def storable(value: object) -> Json:
    """A copy of lists, dicts, texts, integers, booleans and None with every text in stored form.

    Raises:
        CaseError: anything else, above all a float: it has no one way to be written.
    """
    kind = type(value)
    if kind is str:
        return stored_text(value)  # type: ignore[arg-type]
    if value is None or kind is bool or kind is int:
        return value  # type: ignore[return-value]
    if kind is list or kind is tuple:
        return [storable(item) for item in value]  # type: ignore[attr-defined]
    if kind is dict and all(type(key) is str for key in value):  # type: ignore[attr-defined]
        return {stored_text(key): storable(item) for key, item in value.items()}  # type: ignore[attr-defined]
    raise CaseError(
        f"a {kind.__name__} cannot be sealed.", do="Give text, integers, booleans, lists and dicts only."
    )


def sealed_bytes(payload: dict[str, object] | list[object]) -> bytes:
    """`canonical(storable(payload))`, in a third of the time for what nearly all payloads are.

    Raises:
        CaseError: as storable().
    """
    if not _is_plain(payload):
        return canonical(storable(payload))
    try:
        text = msgspec.json.encode(payload, order="sorted")
    except (UnicodeEncodeError, OverflowError):  # half of a pair, or a number of more than 64 bits
        return canonical(storable(payload))
    # The two ways of writing differ, or a character is stored otherwise.
    if not text.isascii() or b"\\u0" in text or b"\x7f" in text:
        return canonical(storable(payload))
    # Outside of strings no `:` stands before `/` or `]`, and inside no escape hides one.
    return live_links_stored(text.decode()).encode("ascii") if b"//" in text else text


def _is_plain(value: object) -> bool:
    """Whether it can be written as it is, but for links in its texts: the types are right, no key holds a link."""
    items: Iterable[object]
    if type(value) is dict:
        if not {*map(type, value)} <= _TEXT or "//" in "\0".join(value):
            return False
        items = value.values()
    else:
        items = value  # type: ignore[assignment]
    kinds = {*map(type, items)}
    if kinds <= _SCALARS:
        return True
    return kinds <= _KINDS and all(_is_plain(item) for item in items if type(item) not in _SCALARS)


def read_json(text: str) -> Json:
    """The value of a JSON column as `Case.rows` gives its text (tuples come back as lists)."""
    return with_characters(json.loads(text))


def with_characters(value: Json) -> Json:
    """A parsed JSON value whose links are back, with the characters of its texts back too."""
    if isinstance(value, str):
        return original_characters(value)
    if isinstance(value, list):
        return [with_characters(item) for item in value]
    if isinstance(value, dict):
        return {original_characters(key): with_characters(item) for key, item in value.items()}
    return value


def payload_hash(nonce: bytes, payload: bytes) -> str:
    """SHA-256 over nonce and canonical payload: nobody who lacks the nonce can guess the payload from it."""
    return hashlib.sha256(nonce + payload).hexdigest()


def leaf_hash(row: tuple[int, str, str, str, str]) -> bytes:
    """The RFC 6962 leaf of a ledger row: (seq, type, time, refs, payload_hash) as they stand in the table."""
    return hashlib.sha256((_LEAF_TEXT % row).encode()).digest()


def chain_hash(before: bytes, leaf: bytes) -> bytes:
    """The chain value of a row: it covers this leaf and, through `before`, every earlier one."""
    return hashlib.sha256(CHAIN + before + leaf).digest()


def sightings_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows of the sightings table as one JSON list of lists, which any JSON writer without escapes of its own gives.

    In Python: `json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()`.
    """
    return msgspec.json.encode(rows)


def sightings_digest(text: bytes) -> str:
    """What an extraction record holds of its sightings: SHA-256 of their sightings_bytes."""
    return hashlib.sha256(text).hexdigest()
