"""One way to write a value as bytes, and the hashes of the seal made from such bytes.

The form is exactly that of the standard library, so that anybody can recompute it:
`json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)`,
without floats and with every text in its stored form (`stored_text`).
"""

import hashlib
import json
from collections.abc import Sequence

from adtrace.case.stored_text import original_characters, stored_text
from adtrace.errors import CaseError

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode
# RFC 6962 section 2.1: leaves begin with 0x00, so that none can pass for an inner node.
_LEAF = b"\x00"
_CHAIN = b"adtrace-chain-1\0"
CHAIN_START = "0" * 64


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


def read_json(text: str) -> Json:
    """The value of a JSON column as `Case.rows` gives its text (tuples come back as lists)."""
    return _with_characters(json.loads(text))


def _with_characters(value: Json) -> Json:
    if isinstance(value, str):
        return original_characters(value)
    if isinstance(value, list):
        return [_with_characters(item) for item in value]
    if isinstance(value, dict):
        return {original_characters(key): _with_characters(item) for key, item in value.items()}
    return value


def payload_hash(nonce: bytes, payload: bytes) -> str:
    """SHA-256 over nonce and canonical payload: nobody who lacks the nonce can guess the payload from it."""
    return hashlib.sha256(nonce + payload).hexdigest()


def leaf_hash(row: Sequence[object]) -> bytes:
    """The RFC 6962 leaf of a ledger row: (seq, type, time, refs, payload_hash) as they stand in the table."""
    return hashlib.sha256(_LEAF + canonical(row)).digest()


def chain_hash(before: str, leaf: bytes) -> str:
    """The chain value of a row: it covers this leaf and, through `before`, every earlier one."""
    return hashlib.sha256(_CHAIN + bytes.fromhex(before) + leaf).hexdigest()


def digest(rows: Sequence[object]) -> str:
    """SHA-256 over the canonical JSON of table rows as they are stored."""
    return hashlib.sha256(canonical(rows)).hexdigest()
