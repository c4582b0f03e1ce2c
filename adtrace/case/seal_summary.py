"""What the seal of a case says to its readers: who signed what, and what that proves and does not."""

import sqlite3

import msgspec

from adtrace.case.checkpoints import keys_of, read_checkpoint
from adtrace.case.notes import read_note
from adtrace.case.verify import Verification
from adtrace.case.verify_signatures import KeyUse

UNSIGNED = "integrity since capture only; not independently authenticated"
PROVES = (
    "A signature shows that nobody without the private key has since changed, removed, added or moved a record it"
    " covers. It does not show that what was recorded is true, nor when: whoever holds the key could have written"
    " otherwise before signing, or write and sign all of it anew. Only a checkpoint kept outside the case, or the"
    " signature of somebody independent, tells the latter."
)
BY_PERMISSIONS = (
    "The private key is guarded by file permissions alone: whoever can act as its user can sign with it."
)


class SealSummary(msgspec.Struct, frozen=True):
    """The seal in figures. covered: records 1 to this one are signed. unsigned: how many no signature covers.

    checkpoint: the newest note, a copy of which belongs outside the case; None if nothing is signed.
    """

    total: int
    covered: int
    unsigned: int
    keys: tuple[KeyUse, ...]
    checkpoint: str | None

    @property
    def sentences(self) -> list[str]:
        """The seal in words, for people: who signed what, what it proves, what is not signed."""
        said = [_of_key(use) for use in self.keys]
        if self.covered:
            said.append(PROVES)
        if any(use.counted and use.protection == "file permissions" for use in self.keys):
            said.append(BY_PERMISSIONS)
        if self.unsigned:
            said.append(f"No signature covers {self.unsigned} of {self.total} records: {UNSIGNED}.")
        return said


def summary_of(found: Verification, database: sqlite3.Connection) -> SealSummary:
    """The summary of what verify found."""
    return SealSummary(found.total, found.covered, found.unsigned, found.keys, _newest(database))


def read_summary(database: sqlite3.Connection) -> SealSummary:
    """The summary as the checkpoints say themselves; for a case that verify has found whole."""
    uses: dict[str, KeyUse] = {}
    covered = 0
    for (payload,) in database.execute(
        "SELECT payload FROM ledger JOIN payloads USING (seq) WHERE type = 'checkpoint' ORDER BY seq"
    ):
        record = read_checkpoint(payload)
        size = read_note(record.note).checkpoint.size
        for key, signing in zip(keys_of(record), record.keys, strict=True):
            use = uses.setdefault(str(key), KeyUse(str(key), 0, 0, True, signing.protection))
            use.checkpoints += 1
            use.covers, use.protection = max(use.covers, size), signing.protection
        covered = max(covered, size)
    total, unsigned = database.execute(
        "SELECT count(*), count(*) FILTER (WHERE seq > ? AND type <> 'checkpoint') FROM ledger", (covered,)
    ).fetchone()
    return SealSummary(total, covered, unsigned, tuple(uses.values()), _newest(database))


def _newest(database: sqlite3.Connection) -> str | None:
    row = database.execute(
        "SELECT payload FROM payloads WHERE seq = (SELECT max(seq) FROM ledger WHERE type = 'checkpoint')"
    ).fetchone()
    return read_checkpoint(row[0]).note if row else None


def _of_key(use: KeyUse) -> str:
    times = "one checkpoint" if use.checkpoints == 1 else f"{use.checkpoints} checkpoints"
    not_counted = "" if use.counted else ", which is not the key you named"
    return f"Records 1 to {use.covers} are signed ({times}) by {use.key}{not_counted}."
