"""Deletion with proof: what was said is gone from every byte, the chain holds, and verify says what went and why."""

import zlib
from datetime import date
from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.case.carried import spans
from adtrace.case.deletion import Plan
from adtrace.case.retention import DELETE
from adtrace.errors import CaseError, IntegrityError
from tests.case.a_case import an_entry, an_extraction, capture, decide, links_of
from tests.case.test_verify import complaint, forge, sql

TEXT = "skeleton-1 page\n<gonetext>\n"
SECRETS = (b"gone.example", b"gonesnet", b"REF-GONE", zlib.compress(TEXT.encode(), 1))


@pytest.fixture
def case(empty_case: Case) -> Case:
    """An entry to keep and one to go, with everything that can stand on them; entries 2 and 3."""
    with empty_case.transaction():
        kept, gone = empty_case.add_entries([an_entry("kept.example"), an_entry("gone.example")])
        capture(empty_case, kept, an_extraction())
        text = an_extraction(TEXT, values=("https://gonesnet.example/a.js",))
        page = capture(empty_case, gone, text)
        capture(empty_case, gone, an_extraction())  # the same text as the other's
        empty_case.append(
            "outcome", {"decision": decide(empty_case, gone), "outcome": "failed", "reason": "gone.example"}
        )
        empty_case.review([3, 4], "confirmed", reason="gone.example", role="lead", links=links_of)
        empty_case.review([1, 3], "confirmed", reason="seen", role="lead", links=links_of)
        empty_case.add_generation(page, text, links_of)
        empty_case.add_entries([an_entry("gone.example", reference="REF-GONE")])
    empty_case.sign()
    return empty_case


def delete(case: Case, plan: Plan, **more: bool) -> None:
    case.delete(plan, links_of, reason="confirmed by mistake", role="lead", **more)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_all_that_stands_on_an_entry_goes_from_every_byte(case: Case) -> None:
    """Entry, requests, answers, sightings, judgements and text; not the other entry's, nor what both have."""
    case.close()
    with Case.open(case.path, write=True) as opened:
        assert all(secret in bytes_of(case.path) for secret in SECRETS)
        before = {row["seq"]: row["chain"] for row in opened.rows("SELECT seq, chain FROM ledger")}
        kept_rows = [
            tuple(row) for row in opened.rows("SELECT * FROM sightings WHERE domain = 'kept.example'")
        ]
        delete(opened, opened.plan_deletion([3]))
        found = opened.verify(links_of)
        assert [row.entry.domain for row in opened.entries()] == ["kept.example"]
        assert [tuple(row) for row in opened.rows("SELECT * FROM sightings")] == kept_rows
        assert found.total == len(before) + 1
        assert {
            row["seq"]: row["chain"] for row in opened.rows("SELECT seq, chain FROM ledger")
        }.items() >= before.items()
        (deletion,) = found.deletions
        assert deletion.sentence.endswith(
            "by lead (confirmed by mistake): what 12 records said, and the texts of 2 captures."
            " Their places in the chain hold."
        )
        with pytest.raises(CaseError, match=r"what record 3 said was deleted"):
            opened.payload(3)
        # Written on, as any case.
        with opened.transaction():
            capture(opened, 2, an_extraction())
        opened.verify(links_of)
    assert [secret for secret in SECRETS if secret in bytes_of(case.path)] == []
    with Case.open(case.path) as opened:
        assert opened.skeleton(5) == "skeleton-1 page\n<script src>\n"


def test_texts_go_alone(case: Case) -> None:
    """What was found in them stays, and tables with it."""
    rows = len(list(case.rows("SELECT row FROM sightings")))
    assert case.skeleton(8)
    delete(case, case.plan_deletion([3], texts=True))
    assert case.skeleton(8) is None
    assert case.skeleton(5)
    assert len(list(case.rows("SELECT row FROM sightings"))) == rows
    assert case.verify(links_of).skeletons == 1
    delete(case, case.plan_deletion(None, texts=True))
    assert case.verify(links_of).skeletons == 0


def test_all_of_a_case_goes_and_its_chain_stays(case: Case) -> None:
    """Even who answered for it and the keys of its pseudonyms; the signatures still hold."""
    size = case.seq
    delete(case, case.plan_deletion(None))
    case.close()
    content = bytes_of(case.path)
    assert b"kept.example" not in content
    assert b"analyst 7" not in content
    with Case.open(case.path) as opened:
        found = opened.verify(links_of)
        assert (found.total, found.unsigned, found.sightings) == (size + 2, 0, 0)
        assert opened.id == case.id
        with pytest.raises(CaseError, match="what it held was deleted, its keys too"):
            opened.key_for("audience")


def test_nothing_goes_while_it_is_held_or_before_its_time(case: Case) -> None:
    """Hold beats everything; before its time only what is said to be early goes."""
    plan = case.plan_deletion([3])
    with case.transaction():
        case.retain(date(2099, 1, 1), reason="court", role="lead")
    with pytest.raises(CaseError, match=r"is to be kept until 2099-01-01\. .* --early"):
        delete(case, plan)
    with case.transaction():
        case.hold(on=True, reason="proceedings", role="counsel")
    with pytest.raises(
        CaseError, match=r"is on legal hold since .* by counsel \(proceedings\)\. Nothing is deleted"
    ):
        delete(case, plan, early=True)
    with case.transaction():
        case.hold(on=False, reason="ended", role="counsel")
    delete(case, plan, early=True)
    assert len(case.verify(links_of).deletions) == 1
    assert [sentence.split(" since")[0] for sentence in case.retention().sentences] == [
        "Kept until 2099-01-01"
    ]


def test_a_case_whose_time_is_over_says_so(case: Case) -> None:
    """And may be deleted."""
    with case.transaction():
        case.retain(date(2020, 1, 1), reason="policy", role="lead")
    assert "That day has come: `adtrace case delete --all`." in " ".join(case.retention().sentences)
    delete(case, case.plan_deletion(None))
    case.verify(links_of)


def test_what_cannot_be_deleted_is_named(case: Case) -> None:
    """No reason, no role, or nothing there."""
    for plan, reason, role, message in (
        (Plan((), ()), "a", "b", "nothing of that to delete"),
        (Plan((3,), ()), " ", "b", "needs a reason and a role"),
        (Plan((3,), ()), "a", "", "needs a reason and a role"),
    ):
        with pytest.raises(CaseError, match=message):
            case.delete(plan, links_of, reason=reason, role=role)
    assert case.verify(links_of).deletions == ()


def test_a_reader_keeps_traces_alive_and_that_is_said(case: Case) -> None:
    """The record stands; once the reader is gone, the file is written anew."""
    with Case.open(case.path) as reader, reader.snapshot():
        next(reader.rows("SELECT * FROM payloads"))
        case._db.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(
            CaseError, match=r"traces may be left in the file\. End whatever else reads the case"
        ):
            delete(case, case.plan_deletion([3]))
    assert len(case.verify(links_of).deletions) == 1
    case.compact()
    assert [secret for secret in SECRETS if secret in bytes_of(case.path)] == []


def damaged(case: Case, *sql: str) -> str:
    """What verify says after somebody else wrote into the file."""
    for statement in sql:
        case._db.execute("PRAGMA query_only = OFF")
        case._db.execute(statement)
    with pytest.raises(IntegrityError) as caught:
        case.verify(links_of)
    return str(caught.value)


def test_a_deleted_judgement_holds_nowhere_any_more(case: Case) -> None:
    """The same fact on another entry of that domain counts again, in links too."""
    with case.transaction():
        (other,) = case.add_entries([an_entry("gone.example", unit="url", url="https://gone.example/a")])
        capture(case, other, an_extraction(TEXT, values=("https://gonesnet.example/a.js",)), is_kept=False)
        case.review([3], "rejected", reason="no", role="lead", links=links_of)
    rows = "SELECT count(*) AS n FROM current_sightings WHERE entry = ?"
    assert next(case.rows(rows, (other,)))["n"] == 1
    delete(case, case.plan_deletion([3]))
    assert next(case.rows(rows, (other,)))["n"] == 2
    case.verify(links_of)


def test_a_record_that_is_gone_without_a_record_of_it_is_damage(case: Case) -> None:
    """Deletion hides no tampering: what no note names must be there, and what one names must not."""
    trigger = next(case.rows("SELECT sql FROM sqlite_master WHERE name = 'payloads_delete'"))["sql"]
    said = damaged(case, "DROP TRIGGER payloads_delete", "DELETE FROM payloads WHERE seq = 3", trigger)
    assert "the payload of record 3 is not the one that was sealed" in said


def test_what_was_deleted_must_not_be_here(case: Case) -> None:
    """Also if it is the very payload."""
    (row,) = case.rows("SELECT nonce, payload FROM payloads WHERE seq = 3")
    nonce, payload = row["nonce"].hex(), row["payload"].replace("://", "[:]//")
    delete(case, case.plan_deletion([3]))
    said = damaged(case, f"INSERT INTO payloads VALUES (3, x'{nonce}', '{payload}')")
    assert "record 3, which record 20 says was deleted, is here" in said


def test_a_deletion_of_more_than_there_is_is_damage(case: Case) -> None:
    """By its number, which a forger chose, it is of earlier records alone; to hold them would take all memory."""
    delete(case, case.plan_deletion([3]))
    move = f"UPDATE {{}} SET seq = 3000000 WHERE seq = {case.seq}"
    widen = "UPDATE payloads SET payload = json_set(payload, '$.records', '1..2999999') WHERE seq = 3000000"
    forge(case, sql(move.format("ledger"), move.format("payloads"), widen))
    assert "record 3000000 deletes more records than there are" in complaint(case.path)


@pytest.mark.parametrize("what", ["records", "texts"])
def test_no_deletion_is_of_what_came_after_it(case: Case, what: str) -> None:
    """Whoever signs could else say beforehand that what they will take away was deleted."""
    with case.transaction():
        note = {
            "event": DELETE,
            "reason": "order",
            "role": "lead",
            "records": "",
            "texts": "",
            what: spans([19, 20, 21]),
        }
        case._ledger.append("note", note, ())
        number = case.seq
    with pytest.raises(IntegrityError, match=f"record {number} deletes what comes after it"):
        case.verify(links_of)


def test_a_closed_case_learns_nothing_more(case: Case) -> None:
    """But corrects, deletes and records what leaves; verify finds what was written in spite of it."""
    with case.transaction():
        case.finish(reason="done", role="lead")
    with pytest.raises(CaseError, match=r"was closed on .* by lead\. Make a new case"), case.transaction():
        decide(case, 2)
    with pytest.raises(CaseError, match="was closed"), case.transaction():
        case.add_entries([an_entry("new.example")])
    with pytest.raises(CaseError, match="was closed"), case.transaction():
        case.append("note", {"event": "run_started"})
    with pytest.raises(CaseError, match="was closed"), case.transaction():
        case.add_generation(5, an_extraction(), links_of)
    with pytest.raises(CaseError, match="was closed"), case.transaction():
        case.finish(reason="again", role="lead")
    with case.transaction():
        case.withdraw([3], "in error")
        case.append("export", {"files": []})
        case.review([1], "rejected", reason="a", role="b", links=links_of)
    case.verify(links_of)
    case.close()
    with Case.open(case.path, write=True) as again:
        assert again.retention().closed
        with pytest.raises(CaseError, match="was closed"), again.transaction():
            decide(again, 2)
        again._closed = None
        with again.transaction():
            decide(again, 2)
        with pytest.raises(IntegrityError, match=r"record \d+ was written after record \d+ closed the case"):
            again.verify(links_of)


def test_a_case_with_open_requests_is_not_closed(case: Case) -> None:
    """Each has its outcome first."""
    with case.transaction():
        decide(case, 2)
    with pytest.raises(CaseError, match="1 allowed requests have no outcome yet"), case.transaction():
        case.finish(reason="done", role="lead")
