"""The case: what is written comes back, what must not be written is refused, all or nothing."""

import errno
import os
import sqlite3
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from adtrace.case import Case, Entry, Limits, entries, read_json
from adtrace.case.sightings import FIELDS, OWNERS, sighting_of
from adtrace.errors import CaseError
from adtrace.extract.sighting import Decoded, Locator, Sighting
from tests.case.a_case import Link, an_entry, an_extraction, capture, decide, fill, links_of
from tests.case.test_stored_text import TEXTS


def in_days(days: int | None) -> date | None:
    """So many days from today, which is not the day on which the tests were collected; None for no day."""
    return None if days is None else datetime.now(UTC).date() + timedelta(days)


def test_a_new_case_is_its_owners_alone(empty_case: Case) -> None:
    """Folder 0700, files 0600, also those SQLite makes beside them."""
    with empty_case.transaction():
        empty_case.append("note", {"event": "test"})
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in empty_case.path.iterdir()}
    assert stat.S_IMODE(empty_case.path.stat().st_mode) == 0o700
    assert modes == dict.fromkeys(["case.db", "case.db-shm", "case.db-wal", "case.lock"], 0o600)


def test_a_case_says_what_it_is(empty_case: Case) -> None:
    """Operator, purpose and limits are its first record; labels of categories are lower case."""
    assert (empty_case.opening.operator, empty_case.opening.purpose) == ("analyst 7", "a test")
    assert empty_case.limits == Limits(stale_after_days=30, facts_categories=("abuse",))
    assert len(empty_case.id) == 32
    assert empty_case.public_id("outcome", 7) == f"{empty_case.short}-outcome-7"
    assert len({empty_case.key, empty_case.key_for("taskforce"), empty_case.key_for("network")}) == 3


def test_a_closed_case_is_one_file(full_case: Case) -> None:
    """Nothing waits in a -wal file that a copy could miss."""
    full_case.close()
    assert {path.name for path in full_case.path.iterdir()} == {"case.db", "case.lock"}


@pytest.mark.parametrize(("operator", "purpose"), [("", "a test"), ("analyst 7", " ")])
def test_a_case_needs_operator_and_purpose(tmp_path: Path, operator: str, purpose: str) -> None:
    """Who answers for it and what for goes into the case, or there is none."""
    with pytest.raises(CaseError, match="needs an operator and a purpose"):
        Case.create(tmp_path / "case", operator=operator, purpose=purpose)
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_not_made_over_something_else(tmp_path: Path) -> None:
    """A folder that holds something, and a file, stay as they are."""
    (tmp_path / "letter.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "letter.txt"):
        with pytest.raises(CaseError, match=r"is no empty folder\. Give another place"):
            Case.create(place, operator="analyst", purpose="test")
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file on the way to it, a disk that is full: one sentence, and nothing half made stays."""
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(CaseError, match=r"letter\.txt/case: no case can be made there \(.+\)\. Give another"):
        Case.create(tmp_path / "letter.txt" / "case", operator="analyst", purpose="test")

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("adtrace.case.database.create_file", full)
    with pytest.raises(CaseError, match=r"case: no case can be made there \(No space left on device\)"):
        Case.create(tmp_path / "case", operator="analyst", purpose="test")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_empty_folder_becomes_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made the folder beforehand, or stands in it, gets the case in it."""
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    with Case.create(".", operator="analyst", purpose="test"):
        assert {path.name for path in tmp_path.iterdir()} >= {"case.db", "case.lock"}
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_case_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Opening makes nothing."""
    for write in (False, True):
        with pytest.raises(CaseError, match=r"case: holds no case\.db\. Make a case with"):
            Case.open(tmp_path / "case", write=write)
    assert list(tmp_path.iterdir()) == []


def test_every_entry_comes_back(empty_case: Case) -> None:
    """All fields of all kinds of entries."""
    given_entries = [
        an_entry(
            confirmed_at=in_days(0),
            expires_at=in_days(1),
            site_role="platform",
            tlp="red",
            source="l, line 2",
        ),
        an_entry("www.b.example", unit="host", include_subdomains=True, category="abuse", handling="facts"),
        an_entry(url="https://clip.example/a?b=://c", unit="url", handling="facts"),
    ]
    with empty_case.transaction():
        numbers = empty_case.add_entries(given_entries)
    rows = empty_case.entries()
    assert [(row.seq, row.entry) for row in rows] == list(zip(numbers, given_entries, strict=True))
    assert [row.facts_only for row in rows] == [False, True, True]


@pytest.mark.parametrize(
    ("handling", "expires_in", "status"),
    [
        ("standard", None, "active"),
        ("standard", 0, "active"),
        ("standard", -1, "expired"),
        ("hold", None, "hold"),
        ("hold", -1, "expired"),
        ("no-notice", None, "active"),
    ],
)
def test_an_entry_has_one_status(
    empty_case: Case, handling: str, expires_in: int | None, status: str
) -> None:
    """Only active ones may be contacted, and a decision to contact another is refused by the case itself."""
    with empty_case.transaction():
        (number,) = empty_case.add_entries([an_entry(handling=handling, expires_at=in_days(expires_in))])
    assert [row.status for row in empty_case.entries()] == [status]
    with empty_case.transaction():
        if status == "active":
            decide(empty_case, number)
        else:
            with pytest.raises(CaseError, match=rf"entry {number} is {status} and may not be contacted"):
                decide(empty_case, number)
            decide(empty_case, number, verdict="deny")


@pytest.mark.parametrize(("confirmed_in", "stale"), [(None, True), (0, False), (-29, False), (-31, True)])
def test_an_old_confirmation_is_stale(empty_case: Case, confirmed_in: int | None, stale: bool) -> None:
    """Missing or older than the case's limit (30 days here)."""
    with empty_case.transaction():
        empty_case.add_entries([an_entry(confirmed_at=in_days(confirmed_in))])
    assert [row.stale for row in empty_case.entries()] == [stale]


def test_the_same_list_twice_adds_nothing(empty_case: Case) -> None:
    """So that the same command resumes."""
    with empty_case.transaction():
        first = empty_case.add_entries([an_entry(source="a, line 2"), an_entry("b.example")])
    before = empty_case.seq
    with empty_case.transaction():
        assert empty_case.add_entries([an_entry("b.example"), an_entry(source="b, line 9")]) == first[::-1]
    assert empty_case.seq == before


def test_a_list_that_says_less_loosens_nothing(empty_case: Case) -> None:
    """Left out, handling, label, dates and category stay; taken as given, the defaults count."""
    careful = an_entry(handling="hold", tlp="red", category="abuse", expires_at=(end := in_days(1)))
    with empty_case.transaction():
        (number,) = empty_case.add_entries([careful])
        assert empty_case.add_entries([an_entry(reference="again")]) == [number]
    (row,) = empty_case.entries()
    assert (row.status, row.entry.tlp, row.entry.category) == ("hold", "red", "abuse")
    assert (row.entry.reference, row.entry.expires_at) == ("again", end)
    with empty_case.transaction():
        empty_case.add_entries([an_entry()], as_given=True)
    (row,) = empty_case.entries()
    assert (row.status, row.entry.tlp, row.entry.expires_at) == ("active", "amber+strict", None)


def test_a_new_word_on_an_entry_updates_it(empty_case: Case) -> None:
    """A new date or handling is a new record; the entry keeps its number, and its captures their entry."""
    with empty_case.transaction():
        (number,) = empty_case.add_entries([an_entry()])
        capture(empty_case, number, an_extraction())
    with empty_case.transaction():
        again = an_entry(confirmed_at=in_days(0), handling="hold")
        assert empty_case.add_entries([again]) == [number]
    (row,) = empty_case.entries()
    assert (row.seq, row.entry, row.status, row.stale) == (number, again, "hold", False)
    assert [found["entry"] for found in empty_case.rows("SELECT entry FROM captures")] == [number]
    empty_case.verify(links_of)


def test_categories_of_the_case_force_facts(empty_case: Case) -> None:
    """Also for entries that come from Python and not from a list; and then a skeleton is refused."""
    with empty_case.transaction():
        (number,) = empty_case.add_entries([an_entry(category="abuse")])
        assert empty_case.entries()[0].entry.handling == "facts"
        with pytest.raises(CaseError, match=rf"entry {number}: only facts are kept"):
            capture(empty_case, number, an_extraction())
        capture(empty_case, number, an_extraction(), is_kept=False)


@pytest.mark.parametrize(
    "entry",
    [
        an_entry("Clip.example"),
        an_entry("www.clip.example."),
        an_entry(unit="site"),
        an_entry(unit="url"),
        an_entry(url="https://clip.example/"),
        an_entry(authority=" "),
        an_entry(confirmed_at="soon"),
    ],
)
def test_an_entry_no_list_could_hold_is_refused(empty_case: Case, entry: Entry) -> None:
    """What read_list checks holds for entries made in Python too; nothing of the call is kept."""
    with pytest.raises(CaseError), empty_case.transaction():
        empty_case.add_entries([an_entry("other.test"), entry])
    assert empty_case.entries() == []


def test_a_case_is_opened_without_reading_its_entries(
    full_case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million of them take a minute; a note, an export or a letter asks for none. What is added is known at once."""
    path = full_case.path
    full_case.close()
    read = Mock(wraps=entries.read_entries)
    monkeypatch.setattr(entries, "read_entries", read)
    with Case.open(path, write=True) as case:
        with case.transaction():
            case.append("note", {"event": "looked"}, ())
        assert not read.called
        with case.transaction():
            numbers = case.add_entries([an_entry("late.example")])
            case.withdraw(numbers, "a mistake")
    assert read.call_count == 2


def test_withdrawing_takes_rows_out_of_tables_and_links(full_case: Case) -> None:
    """Later tables are made of current_sightings, captures by status, and links: none names the domain."""
    withdrawn = [row for row in full_case.entries() if row.status == "withdrawn"]
    assert [row.entry.domain for row in withdrawn] == ["third.test"]
    assert {row["domain"] for row in full_case.rows("SELECT domain FROM current_sightings")} == {
        "clip.example",
        "other.test",
    }
    assert {row["domain"] for row in full_case.rows("SELECT domain FROM links")} == {
        "clip.example",
        "other.test",
    }
    assert {row["domain"] for row in full_case.rows("SELECT domain FROM sightings")} > {"third.test"}
    with full_case.transaction():
        with pytest.raises(CaseError, match="may not be contacted"):
            decide(full_case, withdrawn[0].seq)
        # A new list confirms it anew, under a new number.
        assert full_case.add_entries([an_entry("third.test")]) != [withdrawn[0].seq]


@pytest.mark.parametrize(
    ("numbers", "reason", "message"),
    [
        ([1], "why", "1 is no entry of this case"),
        ([2], "  ", "needs a reason"),
        ([99], "why", "99 is no entry"),
    ],
)
def test_a_withdrawal_names_an_entry_and_a_reason(
    empty_case: Case, numbers: list[int], reason: str, message: str
) -> None:
    """Otherwise nothing is withdrawn."""
    with empty_case.transaction():
        empty_case.add_entries([an_entry()])
    with pytest.raises(CaseError, match=message), empty_case.transaction():
        empty_case.withdraw(numbers, reason)
    assert [row.status for row in empty_case.entries()] == ["active"]


def test_links_count_the_newest_generation_of_the_operators_pages(full_case: Case) -> None:
    """A re-extraction replaces what its capture says; parked pages and withdrawn entries say nothing."""
    found = {
        (row["edge"], row["domain"], row["target"]): row["count"]
        for row in full_case.rows("SELECT edge, domain, target, count FROM links")
    }
    assert found == {
        ("shows", "clip.example", "adsnet"): 4,
        ("uses", "clip.example", "adsnet:0"): 1,
        ("uses", "clip.example", "adsnet:1"): 1,
        ("shows", "other.test", "adsnet"): 4,
        ("uses", "other.test", "adsnet:0"): 1,
        ("uses", "other.test", "adsnet:1"): 1,
    }
    generations = [
        row["generation"] for row in full_case.rows("SELECT generation FROM captures ORDER BY seq")
    ]
    assert generations == [2, 1, 1, 1]


def test_rebuilt_links_are_the_same_links(full_case: Case) -> None:
    """The cache holds what one derivation of everything gives, row by row."""
    query = "SELECT links.*, sighting FROM links JOIN link_sightings ON link = id ORDER BY id, sighting"
    before = [tuple(row) for row in full_case.rows(query)]
    with full_case.transaction():
        full_case.rebuild_links(links_of)
    assert [tuple(row) for row in full_case.rows(query)] == before
    assert before


def test_a_facts_only_capture_has_no_skeleton(full_case: Case) -> None:
    """Its hash is kept; the text of another capture with the same skeleton is not lent to it."""
    found = {
        row["domain"]: row["seq"]
        for row in full_case.rows("SELECT seq, domain FROM captures ORDER BY seq DESC")
    }
    assert full_case.skeleton(found["clip.example"]) == an_extraction().skeleton
    assert full_case.skeleton(found["other.test"]) is None
    with pytest.raises(CaseError, match="1 is no capture"):
        full_case.skeleton(1)


@pytest.mark.parametrize(
    ("type_", "payload", "message"),
    [
        ("open", {}, "append() writes no open record. Use Case.create."),
        ("entry", {}, "append() writes no entry record. Use add_entries."),
        ("extraction", {}, "append() writes no extraction record. Use add_capture or add_generation."),
        ("outcome", {"outcome": "captured"}, "no outcome is called captured. Use add_capture, or one of"),
        ("outcome", {"outcome": "failed", "decision": 2}, "no allowed decision 2 waits for an outcome."),
        ("decision", {"verdict": "allow", "entry": 1}, "no entry 1 confirms this request."),
        ("note", {"event": 1.5}, "a float cannot be sealed."),
    ],
)
def test_a_record_that_breaks_a_promise_is_refused(
    empty_case: Case, type_: str, payload: dict[str, object], message: str
) -> None:
    """What verify would find later is not written in the first place."""
    with pytest.raises(CaseError) as caught, empty_case.transaction():
        empty_case.append(type_, payload)
    assert message in str(caught.value)
    assert empty_case.verify(links_of).total == 1


def test_a_record_refers_to_earlier_records_only(empty_case: Case) -> None:
    """Itself and later ones are not there yet."""
    for ref in (0, 2, 99):
        with pytest.raises(CaseError, match=f"refers to record {ref}"), empty_case.transaction():
            empty_case.append("note", {"event": "test"}, [1, ref])


def test_a_decision_has_one_outcome(empty_case: Case) -> None:
    """A second one is refused, also after the case was opened anew; a denied one has none."""
    with empty_case.transaction():
        (number,) = empty_case.add_entries([an_entry()])
        done, waiting = decide(empty_case, number), decide(empty_case, number)
        denied = decide(empty_case, number, verdict="deny")
        empty_case.append("outcome", {"decision": done, "outcome": "failed"})
    empty_case.close()
    with Case.open(empty_case.path, write=True) as case:
        assert [row["seq"] for row in case.rows("SELECT seq FROM open_decisions")] == [waiting]
        for decision in (done, denied, number):
            with pytest.raises(CaseError, match="waits for an outcome"), case.transaction():
                case.append("outcome", {"decision": decision, "outcome": "failed"})
        with case.transaction():
            case.append("outcome", {"decision": waiting, "outcome": "interrupted"})
        assert case.verify(links_of).open_decisions == 0


def test_a_skeleton_must_be_the_one_extracted(empty_case: Case) -> None:
    """Every locator points into it."""
    with empty_case.transaction():
        (number,) = empty_case.add_entries([an_entry()])
        outcome: dict[str, object] = {"decision": decide(empty_case, number)}
        with pytest.raises(CaseError, match="is not the one its extraction names"):
            empty_case.add_capture(outcome, "page", "skeleton-1 page\nother\n", an_extraction(), links_of)


def test_a_generation_is_of_the_same_text(full_case: Case) -> None:
    """A re-extraction reads what the capture read."""
    seq = next(full_case.rows("SELECT min(seq) AS seq FROM captures"))["seq"]
    with pytest.raises(CaseError, match=f"capture {seq} has another skeleton"), full_case.transaction():
        full_case.add_generation(seq, an_extraction("skeleton-1 page\nother\n"), links_of)


def test_nothing_is_written_outside_a_transaction(empty_case: Case) -> None:
    """The caller decides what is committed together."""
    with pytest.raises(CaseError, match="outside a transaction"):
        empty_case.append("note", {"event": "test"})
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        empty_case.rows("DELETE FROM links")


def test_a_transaction_is_all_or_nothing(empty_case: Case) -> None:
    """An error leaves no trace, and the next record follows the last committed one."""

    def write_and_fail() -> None:
        with empty_case.transaction():
            (number,) = empty_case.add_entries([an_entry()])
            capture(empty_case, number, an_extraction())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert (empty_case.seq, empty_case.entries()) == (1, [])
    fill(empty_case)
    empty_case.verify(links_of)


def test_a_record_written_in_part_spoils_its_transaction(empty_case: Case) -> None:
    """Even if the caller catches the error: a capture without its sightings is never committed."""

    def break_off(*_: object) -> list[Link]:
        raise ZeroDivisionError

    def write_and_go_on() -> None:
        with empty_case.transaction():
            (number,) = empty_case.add_entries([an_entry()])
            outcome: dict[str, object] = {"decision": decide(empty_case, number)}
            with pytest.raises(ZeroDivisionError):
                empty_case.add_capture(outcome, "page", None, an_extraction(), break_off)

    with pytest.raises(CaseError, match="written in part"):
        write_and_go_on()
    assert empty_case.verify(links_of).total == 1


def test_transactions_are_not_nested(empty_case: Case) -> None:
    """The inner end would commit the outer half."""
    with (
        empty_case.transaction(),
        pytest.raises(CaseError, match="in a transaction already"),
        empty_case.transaction(),
    ):
        pass


def test_a_reader_cannot_write(full_case: Case) -> None:
    """Neither through the API nor through SQL."""
    with Case.open(full_case.path) as reader:
        with pytest.raises(CaseError, match="is open for reading"), reader.transaction():
            pass
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.rows("DELETE FROM links")


def test_readers_see_what_is_committed_while_a_writer_writes(empty_case: Case) -> None:
    """A reader needs no lock, and a snapshot stays one state of the case."""
    with Case.open(empty_case.path) as reader:
        with empty_case.transaction():
            empty_case.add_entries([an_entry()])
            assert reader.entries() == []
        assert len(reader.entries()) == 1
        with reader.snapshot():
            before = reader.verify(links_of)
            fill(empty_case)
            with reader.snapshot():
                assert reader.verify(links_of) == before
        assert reader.verify(links_of).total > before.total


def test_payloads_and_rows_come_back_as_they_were(empty_case: Case) -> None:
    """Case.rows undoes the stored form and finds by the text as it was; the file holds no link."""
    payload: dict[str, object] = {
        "event": "https://clip.example/[:]//\0\ud800",
        "list": [None, True, {"a": "\x1a0041"}],
    }
    with empty_case.transaction():
        seq = empty_case.append("note", payload)
    assert empty_case.payload(seq) == payload
    (row,) = empty_case.rows("SELECT event, payload FROM notes WHERE event = ?", [payload["event"]])
    assert (row["event"], read_json(row["payload"])) == (payload["event"], payload)
    empty_case.close()
    assert b"://" not in (empty_case.path / "case.db").read_bytes()
    with Case.open(empty_case.path) as reader, pytest.raises(CaseError, match="there is no record 99"):
        reader.payload(99)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=TEXTS, other=TEXTS)
def test_every_sighting_comes_back(empty_case: Case, value: str, other: str) -> None:
    """Whatever a page wrote into it, through SQL, digest and verify."""
    sighting = msgspec.structs.replace(
        an_extraction().sightings[0],
        **dict.fromkeys(("company", "account", "brand", "host", "ad_domain", "url", "source"), other),
        value=value,
        decoded=(Decoded("base64", value), Decoded("percent", other)),
        locator=Locator("page", other, 1, 2),
        declared={"name": value, "position": 3},
    )
    extraction = msgspec.structs.replace(an_extraction(value + other), sightings=[sighting], page_state=None)
    with empty_case.transaction():
        (number,) = empty_case.add_entries([an_entry()])
        capture(empty_case, number, extraction)
    (row,) = empty_case.rows(f"SELECT {', '.join(FIELDS)} FROM sightings ORDER BY row DESC LIMIT 1")
    assert sighting_of(tuple(row)) == sighting
    seq = next(empty_case.rows("SELECT max(seq) AS seq FROM captures"))["seq"]
    assert empty_case.skeleton(seq) == value + other
    empty_case.verify(links_of)


def test_the_sightings_table_has_the_fields_of_a_sighting(empty_case: Case) -> None:
    """In their order, after whose row it is."""
    columns = [row["name"] for row in empty_case.rows("PRAGMA table_info (sightings)")]
    assert columns == [*OWNERS, *Sighting.__struct_fields__]


def test_the_store_is_as_the_design_says(empty_case: Case) -> None:
    """STRICT tables, WAL, FULL; the ledger refuses changes even to whoever opens the file without us."""
    assert next(empty_case.rows("PRAGMA journal_mode"))[0] == "wal"
    assert next(empty_case.rows("PRAGMA synchronous"))[0] == 2
    assert all(
        row["strict"]
        for row in empty_case.rows("PRAGMA table_list")
        if row["type"] == "table" and row["schema"] == "main" and row["name"] != "sqlite_schema"
    )
    empty_case.close()
    other = sqlite3.connect(empty_case.path / "case.db")
    for change in ("UPDATE ledger SET time = ''", "DELETE FROM payloads"):
        with pytest.raises(sqlite3.IntegrityError):
            other.execute(change)
    other.close()


def test_views_give_the_columns_that_later_stages_read(full_case: Case) -> None:
    """The names of contracts: decision, outcome, capture, extraction, run."""
    (row,) = full_case.rows("SELECT * FROM captures ORDER BY seq LIMIT 1")
    found = dict(row)
    assert {
        "run",
        "entry",
        "domain",
        "url",
        "document",
        "page_state",
        "skeleton_sha256",
        "generation",
    } <= found.keys()
    assert (found["url"], found["page_state"], found["generation"]) == (
        "https://clip.example/",
        "operator",
        2,
    )
    assert read_json(found["headers"]) == [["server", "demo"]]
    assert [row["outcome"] for row in full_case.rows("SELECT outcome FROM outcomes ORDER BY seq")] == [
        "captured",
        "captured",
        "captured",
        "redirected",
        "refused",
        "failed",
        "interrupted",
        "captured",
    ]
    assert len(list(full_case.rows("SELECT * FROM runs WHERE ended IS NULL"))) == 1
    assert len(list(full_case.rows("SELECT * FROM decisions WHERE verdict = 'deny'"))) == 1
