"""What the seal of a case says to its readers: who signed what, and what that proves and does not."""

import sqlite3

import msgspec

from adtrace.case.checkpoints import last_checkpoint, read_checkpoint, read_checkpoints
from adtrace.case.keys import OWN_NAME
from adtrace.case.notes import Checkpoint, read_note
from adtrace.case.timestamps import StampUse, TimestampNote, check_note, read_timestamps
from adtrace.case.verify import Verification
from adtrace.case.verify_signatures import KeyUse

_ALONE = "Nobody but the case's own key stands behind it"
UNSIGNED = "integrity since capture only; not independently authenticated"
PROVES = (
    "A signature shows that nobody without the private key has since changed, removed, added or moved a record it"
    " covers. It does not show that what was recorded is true, nor when: whoever holds the key could have written"
    " otherwise before signing, or write and sign all of it anew. Only a checkpoint kept outside the case, a"
    " timestamp, or the signature of somebody independent tells the latter."
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
    timestamps: tuple[StampUse, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The seal in words, for people: who signed what, what it proves, what is not signed."""
        said = [_of_key(use) for use in self.keys]
        said += [one.sentence for one in self.timestamps]
        if self.covered:
            said.append(PROVES)
        if any(use.counted and use.protection == "file permissions" for use in self.keys):
            said.append(BY_PERMISSIONS)
        if self.unsigned:
            said.append(f"No signature covers {self.unsigned} of {self.total} records: {UNSIGNED}.")
        elif not self.others:
            said.append(f"{_ALONE}: {UNSIGNED}.")
        return said

    @property
    def others(self) -> list[str]:
        """What somebody else said of it, by its own account: timestamps and witnesses; [] if nobody."""
        stamps = [one.sentence for one in self.timestamps if one.counted]
        witnesses = [use for use in self.keys if use.counted and not use.key.startswith(OWN_NAME)]
        return stamps + [
            f"Records 1 to {use.covers} were witnessed by {use.key.partition('+')[0]}." for use in witnesses
        ]

    def standing(self, last: int) -> str:
        """In one line what stands behind records 1 to this one."""
        if self.covered < last:
            return f"{UNSIGNED.capitalize()}."
        if not self.others:
            return f"Every record this stands on is signed by the case's own key alone; {UNSIGNED}."
        return " ".join(["Every record this stands on is signed.", *self.others])


def summary_of(found: Verification, database: sqlite3.Connection) -> SealSummary:
    """The summary of what verify found."""
    return SealSummary(
        found.total, found.covered, found.unsigned, found.keys, _newest(database), found.timestamps
    )


def read_summary(database: sqlite3.Connection) -> SealSummary:
    """The summary as the checkpoints say themselves; for a case that verify has found whole."""
    uses: dict[str, KeyUse] = {}
    signed: set[tuple[str, int]] = set()
    covered = 0
    for (payload,) in database.execute(
        "SELECT payload FROM ledger JOIN payloads USING (seq) WHERE type = 'checkpoint' AND seq > 0 ORDER BY seq"
    ):
        record = read_checkpoint(payload)
        size = read_note(record.note).checkpoint.size
        for one in record.keys:
            if (one.key, size) not in signed:  # else a witness's record, which repeats it
                signed.add((one.key, size))
                uses.setdefault(one.key, KeyUse(one.key, 0, 0, True, one.protection)).add(
                    size, one.protection
                )
        covered = max(covered, size)
    total, unsigned = database.execute(
        "SELECT count(*), count(*) FILTER (WHERE seq > ? AND type <> 'checkpoint') FROM ledger WHERE seq > 0",
        (covered,),
    ).fetchone()
    stamps = tuple(read_stamps(database))
    return SealSummary(total, covered, unsigned, tuple(uses.values()), _newest(database), stamps)


def read_stamps(database: sqlite3.Connection, base: int = 0) -> list[StampUse]:
    """The timestamps as they say themselves, oldest first; [] if none. base: of a merged case, in its own numbers."""
    checkpoints = {one.size: one for one in read_checkpoints(database, base)}
    return [_stamp(seq, note, checkpoints) for seq, note in read_timestamps(database, base)]


def _stamp(seq: int, note: TimestampNote, checkpoints: dict[int, Checkpoint]) -> StampUse:
    stamped = check_note(note, checkpoints[note.size])
    return StampUse(seq, note.size, stamped.time, stamped.authority)


def _newest(database: sqlite3.Connection) -> str | None:
    last = last_checkpoint(database)
    return last.note if last else None


def _of_key(use: KeyUse) -> str:
    times = "one checkpoint" if use.checkpoints == 1 else f"{use.checkpoints} checkpoints"
    not_counted = "" if use.counted else ", which is not the key you named"
    return f"Records 1 to {use.covers} are signed ({times}) by {use.key}{not_counted}."
