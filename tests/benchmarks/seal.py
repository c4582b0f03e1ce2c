"""What the seal costs: records and sightings verified a second, and its share of writing.

    python tests/benchmarks/seal.py [--records N]

CPU times, the best of some rounds. Plain SHA-256: every payload and every ledger row once, from memory; read and
plain: the same rows read from the file first, which is what verify cannot do without.
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from adtrace.case import Case
from adtrace.case.canonical import LEAF_FORM, chain_hash, leaf_hash, payload_hash, sealed_bytes
from adtrace.case.database import connect_reader
from adtrace.case.keys import load_signer
from adtrace.case.merkle import Tree
from adtrace.case.segments import SIZE
from adtrace.case.verify_ledger import LedgerCheck
from adtrace.case.verify_rows import LEDGER_ROWS
from adtrace.case.verify_signatures import SignatureCheck
from adtrace.relate.links import links_of
from tests.case.a_case import an_entry, an_extraction, capture

OWN = {"base": 0, "first": 1, "last": SIZE - 1}  # of a case that no other was merged into
OUTCOME: dict[str, object] = {
    "outcome": "refused",
    "layer": "headers",
    "reason": "video/mp4",
    "status": 200,
    "content_type": "video/mp4",
    "headers": [["server", "shown"], ["date", "Thu, 01 Jan 2026 00:00:00 GMT"]],
    "bytes_seen": 0,
    "peer": "127.0.0.1",
    "elapsed_ms": 12,
}
DECISION: dict[str, object] = {
    "url": "https://clip.example/a/b/c",
    "document": "page",
    "verdict": "allow",
    "rule": "policy/scope",
    "reason": "in scope",
    "reach": "page",
    "profile": "plain",
}


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """CPU seconds of the best round."""
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def fill(case: Case, records: int) -> float:
    """CPU seconds of writing so many decisions and outcomes, a hundred in a transaction; then some captures."""
    with case.transaction():
        (entry,) = case.add_entries([an_entry()])
    began = time.process_time()
    for _ in range(records // 100):
        with case.transaction():
            for _ in range(50):
                decision = case.append("decision", {**DECISION, "entry": entry}, (entry,))
                case.append("outcome", {**OUTCOME, "decision": decision}, (decision,))
    spent = time.process_time() - began
    for page in range(records // 200):
        with case.transaction():
            values = tuple(f"https://a{tag}.example/{page}.js?zone={tag}" for tag in range(10))
            capture(case, entry, an_extraction(f"skeleton-1 page\n<p {page}>\n", values=values))
    return spent


def seal_only(records: int, folder: Path) -> float:
    """CPU seconds of what sealing adds to writing these records: canonical bytes, hashes, tree, signatures."""
    signer, tree, before = load_signer(folder), Tree(), bytes(32)
    began = time.process_time()
    for seq in range(1, records + 1):
        content = sealed_bytes({**OUTCOME, "decision": seq})
        leaf = leaf_hash(
            (seq, "outcome", "2026-01-01T00:00:00.000000Z", f"[{seq}]", payload_hash(os.urandom(16), content))
        )
        before = chain_hash(before, leaf)
        tree.extend([leaf])
        if seq % 1000 == 0:
            signer.sign(f"{tree.root().hex()}")
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=60_000)
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory() as base:
        os.environ["ADTRACE_KEYS"] = str(Path(base) / "keys")
        path = Path(base) / "case"
        with Case.create(path, operator="bench", purpose="bench") as case:
            spent = fill(case, records)
            with case.transaction():
                case.rebuild_links(links_of)
        with closing(connect_reader(path / "case.db")) as database:
            database.text_factory, database.row_factory = bytes, None

            def read() -> list[Any]:
                return database.execute(LEDGER_ROWS, OWN).fetchall()

            rows = read()

            def plain() -> None:
                for row in rows:
                    hashlib.sha256(row[7]).digest()
                    hashlib.sha256(LEAF_FORM % row[:5]).digest()

            ledger = seconds(
                lambda: LedgerCheck(SignatureCheck((), None)).run(database.execute(LEDGER_ROWS, OWN))
            )
            hashing, reading = (
                seconds(plain),
                seconds(lambda: [None for _ in database.execute(LEDGER_ROWS, OWN)]),
            )
        with Case.open(path) as case:
            found = case.verify(links_of)
            whole = seconds(lambda: case.verify(links_of), 3)
        sealing = seal_only(records, path)
    print(f"ledger: {len(rows) / ledger:,.0f} records/s; whole case: {whole:.2f} s,")
    print(
        f"  {(whole - ledger) / found.sightings * 1e6:.1f} µs a sighting with its links, skeletons and pages."
    )
    print(
        f"ratio to plain SHA-256: {hashing / ledger:.2f}; to reading and plain: {(hashing + reading) / ledger:.2f}"
    )
    print(
        f"writing: {spent / records * 1e6:.1f} µs a record, of which the seal {sealing / records * 1e6:.1f} µs"
    )


if __name__ == "__main__":
    main()
