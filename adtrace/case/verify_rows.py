"""Whether rows of the ledger are as they were sealed: each follows the one before it, and its payload is its own.

Some at once, for verify reads every record of a case. What they say and promise is verify_ledger's.
"""

import hashlib
from binascii import hexlify
from collections.abc import Mapping, Sequence
from typing import Any

from adtrace.case.canonical import CHAIN, LEAF_FORM
from adtrace.case.damage import damage
from adtrace.case.ledger import NONCE_BYTES

# The rows, of one case. base: what is added to its numbers; first, last: those they may be.
# Every text as bytes, for they are hashed as they lie there.
LEDGER_ROWS = (
    "SELECT l.seq - :base, l.type, l.time, l.refs, l.payload_hash, l.chain, p.nonce, p.payload"
    " FROM ledger AS l LEFT JOIN payloads AS p ON p.seq = l.seq WHERE l.seq BETWEEN :first AND :last ORDER BY l.seq"
)
# One of LEDGER_ROWS. Of a damaged file every cell may be anything that SQLite stores.
Row = tuple[Any, ...]

_sha256 = hashlib.sha256


def check_rows(
    rows: Sequence[Row], first: int, head: bytes, deleted: Mapping[int, int]
) -> tuple[list[bytes], bytes]:
    """The leaves of these rows, and the chain value of the last, if all are as they were sealed.

    rows: one or more. first: the number the first must have. head: the chain value of the row before it.
    deleted: the records whose payloads must be gone, each with the record that says so.

    Raises:
        IntegrityError: one is not; it speaks of `first`, so that which one it is, is told of a single row.
    """
    numbers, kinds, times, refs, hashes, chains, nonces, payloads = zip(*rows, strict=True)
    if numbers != tuple(range(first, first + len(rows))):
        raise damage(f"record {first} is missing")
    try:
        lines = [*map(LEAF_FORM.__mod__, zip(numbers, kinds, times, refs, hashes, strict=True))]
    except TypeError:
        raise damage(f"record {first} is no record") from None
    leaves = [_sha256(line).digest() for line in lines]
    heads = []
    for leaf in leaves:
        head = _sha256(CHAIN + head + leaf).digest()
        heads.append(head)
    # Eight quotes a line: no cell holds one, so that no two rows have the same leaf.
    if [*map(hexlify, heads)] != [*chains] or b"".join(lines).count(b'"') != 8 * len(lines):
        raise damage(f"record {first} does not follow {first - 1 or 'the beginning'}")
    sealed = [*zip(hashes, nonces, payloads, strict=True)]
    if not deleted.keys().isdisjoint(numbers):
        sealed = _without_deleted(rows, first, deleted)
    try:
        is_own = all(
            len(nonce) == NONCE_BYTES and hexlify(_sha256(nonce + payload).digest()) == payload_hash
            for payload_hash, nonce, payload in sealed
        )
    except TypeError:
        is_own = False
    if not is_own:
        raise damage(f"the payload of record {first} is not the one that was sealed")
    return leaves, head


def _without_deleted(rows: Sequence[Row], first: int, deleted: Mapping[int, int]) -> list[Row]:
    """Hash, nonce and payload of the rows that are not deleted."""
    kept = []
    for number, _, _, _, payload_hash, _, nonce, payload in rows:
        if number not in deleted:
            kept.append((payload_hash, nonce, payload))
        elif nonce is not None or payload is not None:
            raise damage(f"record {first}, which record {deleted[number]} says was deleted, is here")
    return kept
