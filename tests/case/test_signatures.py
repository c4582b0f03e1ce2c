"""Signed checkpoints: what is signed cannot be changed by whoever lacks the key, and verify says what is not signed."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from adtrace.case import Case
from adtrace.case import ledger as ledger_module
from adtrace.case.canonical import leaf_hash
from adtrace.case.checkpoints import CHECKPOINT_EVERY, CheckpointRecord, SigningKey, new_checkpoint
from adtrace.case.keys import Protection, load_signer, public_key, rotate
from adtrace.case.merkle import Tree
from adtrace.case.notes import Note, Signature, read_key, read_note
from adtrace.case.verify import Verification
from adtrace.errors import CaseError, IntegrityError
from tests.case.a_case import an_entry, fill, links_of
from tests.case.test_verify import STOP, complaint, forge, seal


def add(case: Case, count: int) -> None:
    with case.transaction():
        for number in range(count):
            case.append("note", {"event": "shown", "number": number})


def verified(path: Path, **more: object) -> Verification:
    with Case.open(path) as case:
        return case.verify(links_of, **more)  # type: ignore[arg-type]


def newest(path: Path) -> str:
    with Case.open(path) as case:
        note = case.seal_summary().checkpoint
    assert note
    return note


def fails(path: Path, **more: object) -> str:
    with pytest.raises(IntegrityError) as caught:
        verified(path, **more)
    assert caught.value.exit_code == 4
    return str(caught.value)


def rewrite(database: sqlite3.Connection, seq: int, record: object) -> None:
    """Put another payload into a record, and chain everything after it anew."""
    text = json.dumps(msgspec.to_builtins(record), sort_keys=True, separators=(",", ":"))
    database.execute("UPDATE payloads SET payload = ? WHERE seq = ?", (text, seq))
    (last,) = database.execute("SELECT max(seq) FROM ledger").fetchone()
    for number in range(seq, last + 1):
        seal(database, number)


def read_record(path: Path, seq: int) -> CheckpointRecord:
    with Case.open(path) as case:
        return msgspec.convert(case.payload(seq), CheckpointRecord)


def test_a_case_is_signed_every_so_many_records_and_at_its_end(empty_case: Case) -> None:
    """With the transaction that reaches the number; the rest when it is closed."""
    add(empty_case, CHECKPOINT_EVERY - 2)
    assert empty_case.verify(links_of).unsigned == CHECKPOINT_EVERY - 1
    add(empty_case, 1)
    found = empty_case.verify(links_of)
    assert (found.covered, found.unsigned, found.records["checkpoint"]) == (CHECKPOINT_EVERY, 0, 1)
    add(empty_case, 5)
    assert empty_case.verify(links_of).unsigned == 5
    empty_case.close()
    found = verified(empty_case.path)
    assert (found.covered, found.unsigned, found.total) == (CHECKPOINT_EVERY + 6, 0, CHECKPOINT_EVERY + 7)


def test_opening_and_closing_signs_nothing_anew(full_case: Case) -> None:
    """What is signed is signed."""
    full_case.close()
    before = verified(full_case.path)
    Case.open(full_case.path, write=True).close()
    assert verified(full_case.path) == before


def test_records_that_nobody_signed_are_told_before_they_are(
    empty_case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    """A killed writer leaves such, and whoever has the file and no key can add some: the next one vouches for them."""
    path = empty_case.path
    empty_case._close()
    Case.open(path, write=True)._close()  # the opening alone
    with Case.open(path, write=True) as case:
        add(case, 1)
    with Case.open(path, write=True) as case:
        add(case, 3)
        case._close()
    Case.open(path).close()
    assert caplog.messages == []
    Case.open(path, write=True).close()
    (said,) = caplog.messages
    assert "no signature covers its last 3 records; they are signed now" in said
    caplog.clear()
    Case.open(path, write=True).close()
    assert caplog.messages == []


def test_the_next_writer_goes_on_from_the_signed_tree(full_case: Case) -> None:
    """Not from what lies in the file by then: a changed record gets no new signature."""
    full_case.close()
    forge(full_case, lambda database: seal_all(database, "clip.example", "clap.example"))
    with Case.open(full_case.path, write=True) as case:
        add(case, 1)
    assert "is not the one that checkpoint 30 signs" in fails(full_case.path)


def seal_all(database: sqlite3.Connection, old: str, new: str) -> None:
    database.execute("UPDATE payloads SET payload = replace(payload, ?, ?) WHERE seq = 4", (old, new))
    (last,) = database.execute("SELECT max(seq) FROM ledger").fetchone()
    for number in range(4, last + 1):
        seal(database, number)


def test_a_signed_case_that_was_chained_anew_is_told(full_case: Case) -> None:
    """Edit and re-chain: what the chain alone cannot show."""
    full_case.close()
    forge(full_case, lambda database: seal_all(database, "clip.example", "clap.example"))
    assert fails(full_case.path) == (
        f"case.db: one of records 1 to 29 is not the one that checkpoint 30 signs.{STOP}"
    )


def test_a_roll_back_is_told_by_a_checkpoint_kept_elsewhere(full_case: Case, tmp_path: Path) -> None:
    """An older copy of the file is whole in itself."""
    full_case.close()
    shutil.copytree(full_case.path, tmp_path / "older")
    with Case.open(full_case.path, write=True) as case:
        add(case, 3)
    outside = read_note(newest(full_case.path))
    assert verified(full_case.path, outside=outside).unsigned == 0
    assert verified(tmp_path / "older").unsigned == 0
    assert fails(tmp_path / "older", outside=outside) == (
        f"case.db: was rolled back: the checkpoint given covers 33 records, and here are 30.{STOP}"
    )


def test_a_rolled_back_case_that_went_on_is_told(full_case: Case, tmp_path: Path) -> None:
    """Two histories from one beginning: each verifies, and each contradicts the other's checkpoint."""
    full_case.close()
    other = tmp_path / "other"
    shutil.copytree(full_case.path, other)
    for path, count in ((full_case.path, 3), (other, 9)):
        with Case.open(path, write=True) as case:
            add(case, count)
    outside = read_note(newest(full_case.path))
    assert verified(other).unsigned == 0
    assert fails(other, outside=outside).startswith(
        "case.db: one of records 1 to 33 is not the one that the checkpoint given covers."
    )


def test_an_older_checkpoint_kept_elsewhere_still_fits(full_case: Case) -> None:
    """Growing is no change."""
    full_case.close()
    outside = read_note(newest(full_case.path))
    with Case.open(full_case.path, write=True) as case:
        add(case, 3)
    assert verified(full_case.path, outside=outside).total == 34


def test_an_altered_checkpoint_is_blamed_itself(full_case: Case) -> None:
    """Not the case."""
    full_case.close()
    good = read_note(newest(full_case.path))
    bad = Note(good.checkpoint._replace(root=bytes(32)), good.signatures)
    assert fails(full_case.path, outside=bad) == (
        f"the checkpoint given: the signature of {good.signatures[0].name} does not hold."
        " It was altered; take another copy of it."
    )


def test_records_and_checkpoints_of_another_case_are_told(full_case: Case, tmp_path: Path) -> None:
    """Splice: a row, a checkpoint, and a checkpoint kept elsewhere."""
    full_case.close()
    with Case.create(tmp_path / "second", operator="analyst 7", purpose="a test") as second:
        fill(second)
    foreign = newest(tmp_path / "second")
    assert "one of records 1 to 29 is not the one" in fails(full_case.path, outside=read_note(foreign))
    record = read_record(tmp_path / "second", 30)
    forge(full_case, lambda database: rewrite(database, 30, record))
    assert fails(full_case.path).startswith("case.db: checkpoint 30 is of another case.")


def test_a_spliced_row_does_not_follow(full_case: Case, tmp_path: Path) -> None:
    """A whole record of another case, in the place of one of this."""
    full_case.close()
    with Case.create(tmp_path / "second", operator="analyst 7", purpose="a test") as second:
        fill(second)

    def splice(database: sqlite3.Connection) -> None:
        database.execute("ATTACH ? AS other", (str(tmp_path / "second" / "case.db"),))
        for table in ("payloads", "ledger"):
            database.execute(f"DELETE FROM {table} WHERE seq = 7")
            database.execute(f"INSERT INTO main.{table} SELECT * FROM other.{table} WHERE seq = 7")

    forge(full_case, splice)
    assert complaint(full_case.path).startswith("case.db: record 7 does not follow 6.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("size", "the signature of {name} in checkpoint 30 does not hold."),
        ("root", "the signature of {name} in checkpoint 30 does not hold."),
        ("signature", "the signature of {name} in checkpoint 30 does not hold."),
        ("key", "the signature of {name} in checkpoint 30 does not hold."),
        ("keys", "the signature of {name} in checkpoint 30 does not hold."),
        ("note", "record 30 is no checkpoint."),
        ("subtrees", "checkpoint 30 does not go on from the records before it."),
    ],
)
def test_an_edited_checkpoint_is_told(full_case: Case, change: str, message: str) -> None:
    """Every part of the record, chained anew as one could who lacks the key."""
    full_case.close()
    line = read_note(read_record(full_case.path, 30).note).signatures[0]
    edit_checkpoint(full_case, change)
    assert complaint(full_case.path).startswith(f"case.db: {message.format(name=line.name)}")


@pytest.mark.parametrize("change", ["size", "root", "note", "subtrees"])
def test_no_writer_goes_on_from_an_edited_checkpoint(full_case: Case, change: str) -> None:
    """What it signs next would say of the records before it what they are not."""
    full_case.close()
    edit_checkpoint(full_case, change)
    with pytest.raises(IntegrityError, match="checkpoint 30 is not one that was written"):
        Case.open(full_case.path, write=True)


def edit_checkpoint(case: Case, change: str) -> None:
    """Change one part of the closed case's checkpoint 30, and chain what follows anew."""
    record = read_record(case.path, 30)
    note = read_note(record.note)
    line = note.signatures[0]
    said = note.checkpoint
    stranger = read_key(record.keys[0].key)._replace(raw=bytes(range(32)))
    edited = {
        "size": CheckpointRecord(
            str(Note(said._replace(size=28), note.signatures)), record.keys, record.subtrees
        ),
        "root": CheckpointRecord(
            str(Note(said._replace(root=bytes(32)), note.signatures)), record.keys, record.subtrees
        ),
        "signature": CheckpointRecord(
            str(Note(said, (line._replace(signature=bytes(64)),))), record.keys, record.subtrees
        ),
        "key": CheckpointRecord(record.note, (SigningKey(str(stranger), "passphrase"),), record.subtrees),
        "keys": CheckpointRecord(record.note, (), record.subtrees),
        "note": CheckpointRecord(record.note + "more\n", record.keys, record.subtrees),
        "subtrees": CheckpointRecord(record.note, record.keys, ("00" * 32, *record.subtrees[1:])),
    }[change]
    forge(case, lambda database: rewrite(database, 30, edited))


def test_only_named_keys_count(full_case: Case) -> None:
    """A case signed by somebody else altogether is not the one whose key is known."""
    full_case.close()
    (use,) = verified(full_case.path).keys
    ours = read_key(use.key)
    stranger = ours._replace(raw=bytes(range(32)))
    assert verified(full_case.path, keys=[ours]).unsigned == 0
    assert fails(full_case.path, keys=[stranger]).startswith(
        "case.db: no checkpoint is signed by the key you named."
    )


def test_a_new_key_signs_on_and_both_are_listed(
    full_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rotation, and loss: reading never asks for a private key."""
    monkeypatch.setenv("ADTRACE_KEYS", str(tmp_path / "keys"))
    full_case.close()
    with Case.open(full_case.path, write=True) as case:
        add(case, 1)
    rotate()
    with Case.open(full_case.path, write=True) as case:
        add(case, 1)
    shutil.rmtree(tmp_path / "keys")
    found = verified(full_case.path)
    assert [(use.checkpoints, use.covers) for use in found.keys] == [(1, 29), (1, 31), (1, 33)]
    assert len({use.key for use in found.keys}) == 3
    with Case.open(full_case.path, write=True) as case:
        add(case, 1)
    found = verified(full_case.path, keys=[read_key(found.keys[1].key)])
    assert [use.counted for use in found.keys] == [False, True, False, False]
    assert (found.covered, found.unsigned) == (31, 2)


def test_a_witness_signs_the_same_state(
    full_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more signature line on the newest checkpoint; its key alone also covers the case."""
    witness = load_signer(full_case.path, "reviewer-2")
    note = read_note(full_case.sign_as_witness(witness))
    assert [line.name for line in note.signatures][1:] == ["reviewer-2"]
    assert note.checkpoint.size == 29
    with pytest.raises(CaseError, match="has signed the last checkpoint already"):
        full_case.sign_as_witness(witness)
    full_case.close()
    found = verified(full_case.path, keys=[witness.public])
    assert (found.covered, found.unsigned, found.records["checkpoint"]) == (29, 0, 2)
    assert [(read_key(use.key).name, use.counted) for use in found.keys][1] == ("reviewer-2", True)
    assert newest(full_case.path) == str(note)
    with Case.open(full_case.path) as case:
        found = case.verify(links_of)
        assert [use.checkpoints for use in found.keys] == [1, 1]
        assert case.seal_summary(found) == case.seal_summary()


def test_a_witness_of_a_state_that_never_was_is_told(full_case: Case) -> None:
    """A second signature counts for what it signs, not for its place."""
    witness = load_signer(full_case.path, "reviewer-2")
    full_case.sign_as_witness(witness)
    full_case.close()
    record = read_record(full_case.path, 31)
    said = read_note(record.note).checkpoint._replace(size=12)
    forged = CheckpointRecord(
        str(Note(said, (witness.sign(said.text),))),
        (SigningKey(str(witness.public), "passphrase"),),
        record.subtrees,
    )
    forge(full_case, lambda database: rewrite(database, 31, forged))
    assert "is not the one that checkpoint 31 signs" in complaint(full_case.path)


def test_what_no_signature_covers_is_not_proven_to_others(full_case: Case) -> None:
    """Neither before the first checkpoint nor after the last one."""
    unsigned = "no signature covers all that this export rests on in this case"
    with pytest.raises(CaseError, match=unsigned):
        full_case.proof_files(2, [])
    full_case.sign()
    add(full_case, 1)
    with pytest.raises(CaseError, match=unsigned):
        full_case.proof_files(full_case.seq, [])


def test_a_key_that_did_not_sign_is_not_counted(full_case: Case) -> None:
    """Whoever lacks it can sign with one of their own, and write it beside: what they added is not signed by it."""
    full_case.close()
    stranger = load_signer(full_case.path, "reviewer-2")
    ours = read_record(full_case.path, 30).keys[0]

    def append(database: sqlite3.Connection) -> None:
        rows = database.execute("SELECT seq, type, time, refs, payload_hash FROM ledger ORDER BY seq")
        tree = Tree()
        tree.extend(map(leaf_hash, rows))
        made = new_checkpoint(full_case.id, tree, stranger)
        append_record(database, 31, msgspec.structs.replace(made, keys=(*made.keys, ours)))

    forge(full_case, append)
    assert (
        fails(full_case.path) == f"case.db: checkpoint 31 names other keys than those that signed it.{STOP}"
    )


@pytest.mark.parametrize("protection", ["file permissions", "passphrase"])
def test_a_checkpoint_that_signs_nothing_new_is_told(full_case: Case, protection: Protection) -> None:
    """An older one written again: it would count as checked, and say of the key what its holder did not say."""
    full_case.close()
    record = read_record(full_case.path, 30)
    again = msgspec.structs.replace(record, keys=(SigningKey(record.keys[0].key, protection),))
    forge(full_case, lambda database: append_record(database, 31, again))
    assert fails(full_case.path) == f"case.db: checkpoint 31 repeats one that was signed before.{STOP}"


def append_record(database: sqlite3.Connection, seq: int, record: CheckpointRecord) -> None:
    """Write a record as the next one, as one could who lacks the key."""
    row = ("checkpoint", "2026-01-01T00:00:00.000000Z", "[]", "", "")
    database.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", (seq, *row))
    database.execute("INSERT INTO payloads VALUES (?, ?, '')", (seq, bytes(16)))
    rewrite(database, seq, record)


def test_a_clock_set_back_is_told_and_harms_nothing(full_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Order is that of the numbers; links are seen from the earliest to the latest time."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2020, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(ledger_module, "datetime", Clock)
    before = full_case.seq
    with full_case.transaction():
        full_case.add_entries([an_entry("late.example")])
    full_case.close()
    found = verified(full_case.path)
    assert found.clock_back == (before + 1,)
    assert found.unsigned == 0


def test_a_closed_case_says_what_its_seal_proves(full_case: Case) -> None:
    """In figures and in words, with the key to compare."""
    unsigned = full_case.seal_summary()
    assert (unsigned.covered, unsigned.unsigned, unsigned.checkpoint) == (0, 29, None)
    assert unsigned.sentences == [
        "No signature covers 29 of 29 records: integrity since capture only; not independently authenticated."
    ]
    full_case.close()
    with Case.open(full_case.path) as case:
        found = case.verify(links_of)
        assert case.seal_summary(found) == case.seal_summary()
        said = case.seal_summary().sentences
    public, protection = public_key()
    assert said[0] == f"Records 1 to 29 are signed (one checkpoint) by {public}."
    assert "does not show that what was recorded is true" in said[1]
    assert (protection, "file permissions alone" in said[2], len(said)) == ("file permissions", True, 4)


def test_a_signature_line_is_a_value(full_case: Case) -> None:
    """Written and read back."""
    line = Signature("a", b"\1\2\3\4", bytes(64))
    assert str(line).startswith("— a AQIDBAAA")
