"""Cases merged into one: every row and answer of both, each chain whole, each public id as it was."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.case.exported import check_export
from adtrace.case.merging import merge_cases
from adtrace.case.notes import read_note
from adtrace.case.provenance import Prover
from adtrace.case.verify_export import ExportError, check, read_json
from adtrace.cli.case import command
from adtrace.corrections import write_corrections
from adtrace.errors import CaseError, IntegrityError
from adtrace.export import table, write_files
from adtrace.export.party import Reader
from adtrace.relate.links import links_of
from adtrace.withdrawal import withdraw
from tests.relate.small_case import SmallCase, adsense


def a_case(folder: Path, *domains: str) -> SmallCase:
    small = SmallCase(folder)
    with small.case as case:
        for domain in domains:
            small.site(domain, adsense())
        small.deny(domains[0], "https://else.test/", "out of scope")
        case.close()
    return small


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases with one account on three domains, of which both have 'film.example'; and the case made of them."""
    base = tmp_path_factory.mktemp("merging")
    a_case(base / "first", "clip.example", "film.example")
    second = a_case(base / "second", "film.example", "tube.example")
    with Case.open(second.case.path, write=True) as case:
        with case.transaction():
            case.review([1], "rejected", reason="no", role="lead", links=links_of)
            case.withdraw([case.entries()[1].seq], "in error")
        write_files(case, base / "out", [("sightings", "csv")])
    given = [base / "first", base / "second"]
    merge_cases(base / "both", given, operator="lead", purpose="test", links=links_of).close()
    return base


@pytest.fixture
def sources(made: Path) -> list[Path]:
    """The two cases, to be read."""
    return [made / "first", made / "second"]


@pytest.fixture
def merged(made: Path, tmp_path: Path) -> Iterator[Case]:
    """The case made of them, to be written."""
    shutil.copytree(made / "both", tmp_path / "both")
    with Case.open(tmp_path / "both", write=True) as case:
        yield case


def ids(case: Case) -> set[str]:
    return set(table(case, "sightings", "investigator")["id"])


def test_a_merged_case_says_what_its_parts_say(sources: list[Path], merged: Case) -> None:
    """Every row under the id it had; what was rejected or withdrawn there is not here either.

    A fact that one of them rejected is rejected where the other saw it on the same domain.
    """
    expected: set[str] = set()
    for source in sources:
        with Case.open(source) as case:
            expected |= ids(case)
            if source == sources[0]:
                expected.remove(case.public_id("sighting", 3))
    assert ids(merged) == expected
    found = merged.verify(links_of)
    assert [one.case for one in found.merged] == [one.case for one in merged.merged]
    assert found.unsigned == 0
    accounts = table(merged, "accounts", "investigator")
    assert sorted(accounts["domain"]) == ["clip.example", "film.example", "film.example"][: len(accounts)]
    places = merged.rows(
        "SELECT sum(count) AS n FROM links WHERE edge = 'carries' AND domain = 'film.example'"
    )
    assert next(places)["n"] == 2
    merged.close()
    with Case.open(merged.path) as again:
        assert ids(again) == expected
        assert again.verify(links_of) == found


def test_ids_of_the_parts_are_shown(sources: list[Path], merged: Case) -> None:
    """With the same records, chain values and checkpoints as in their own case."""
    for source in sources:
        with Case.open(source) as case:
            name = case.public_id("sighting", 2)
            there, here = Prover(case), Prover(merged)
            number, same = there.number(name), here.number(name)
            assert number
            assert same
            own, shown = there.prove(*number), here.prove(*same)
            assert shown.id == name
            assert shown.records == own.records
            assert shown.place == own.place
            assert shown.entry
            assert own.entry
            assert shown.entry.entry == own.entry.entry


def test_judging_withdrawing_and_deleting_go_on(merged: Case) -> None:
    """The merged case's word is newer; what it says of the parts' rows leaves their chains as they are."""
    (row,) = merged.rows("SELECT row FROM sightings WHERE domain = 'clip.example' AND kind = 'account'")
    before = len(ids(merged))
    with merged.transaction():
        merged.review([row["row"]], "rejected", reason="no", role="lead", links=links_of)
    assert len(ids(merged)) == before - 1
    merged.verify(links_of)
    first = next(one for one in merged.entries() if one.entry.domain == "film.example")
    with merged.transaction():
        merged.withdraw([first.seq], "in error")
    merged.verify(links_of)
    merged.delete(merged.plan_deletion([first.seq]), links_of, reason="order", role="lead")
    found = merged.verify(links_of)
    assert len(found.deletions) == 1
    assert [one.entry.domain for one in merged.entries()].count("film.example") == 1


def test_a_merged_case_collects_nothing(merged: Case) -> None:
    """That goes on in the cases themselves."""
    entry = merged.entries()[0].seq
    with pytest.raises(CaseError, match="holds merged cases, and collects nothing"), merged.transaction():
        merged.append("decision", {"entry": entry, "verdict": "allow"})
    with merged.transaction():
        merged.finish(reason="done", role="lead")
    merged.verify(links_of)


def test_exports_of_a_merged_case_prove_every_chain(merged: Case, tmp_path: Path) -> None:
    """The manifest names each case; every id in a file leads to a record that its own case's key has signed."""
    out = tmp_path / "tables"
    write_files(merged, out, [("sightings", "csv"), ("accounts", "csv")], "investigator")
    assert check_export(merged, out).files == 2
    proofs = read_json(out / "proofs.json")
    assert [one["case"] for one in read_json(out / "manifest.json")["merged"]] == [
        read_note(one["checkpoint"]).checkpoint.case for one in proofs["merged"]
    ]
    shown = (out / "sightings.csv").read_text()
    for one, part in zip(merged.merged, proofs["merged"], strict=True):
        outcomes = {f"{one.case[:8]}-outcome-{row[0]}" for row in part["records"] if row[1] == "outcome"}
        assert outcomes == set(re.findall(rf"{one.case[:8]}-outcome-[0-9]+", shown)) != set()
    assert sum(sentence.startswith("Of the merged case") for sentence in check(out)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda parts: parts.pop(), "does not prove the merged cases that manifest.json names"),
        (lambda parts: parts.reverse(), "does not prove the merged cases"),
        (lambda parts: parts[1].update(keys=[]), "the signature of"),
        (lambda parts: parts[1]["nodes"].append("00" * 32), "a node too many"),
        (lambda parts: parts[1]["records"][0].__setitem__(2, "2020"), "lead to the root in the checkpoint"),
        (lambda parts: parts[1].update(parts[0]), "does not prove the merged cases"),
    ],
)
def test_a_forged_proof_of_a_merged_case_is_told(
    merged: Case, tmp_path: Path, change: Callable[[list[dict[str, Any]]], object], message: str
) -> None:
    """As of the case itself."""
    write_files(merged, tmp_path / "tables", [("sightings", "csv")], "investigator")
    file = tmp_path / "tables" / "proofs.json"
    proofs = read_json(file)
    change(proofs["merged"])
    file.write_text(json.dumps(proofs))
    with pytest.raises(ExportError, match=message):
        check(file.parent)


def test_outside_readers_get_the_leaves_of_merged_cases_alone(merged: Case, tmp_path: Path) -> None:
    """No line of any chain, which holds an exact time; but every chain is proven to them."""
    with merged.transaction():
        rows = [row["row"] for row in merged.rows("SELECT row FROM current_sightings")]
        merged.review(rows, "confirmed", reason="seen", role="lead", links=links_of)
    write_files(merged, tmp_path / "net", [("accounts", "csv")], Reader("network", "adsense"))
    shown = [row for part in read_json(tmp_path / "net" / "proofs.json")["merged"] for row in part["records"]]
    assert {len(row) for row in shown} == {2}
    assert len([one for one in check(tmp_path / "net") if one.startswith("Of the merged case")]) == 2


def test_what_a_part_sent_is_corrected_by_that_part(merged: Case, tmp_path: Path) -> None:
    """Its readers know the pseudonyms of its own key; here its export is named."""
    entry = next(one.seq for one in merged.entries() if one.entry.domain == "film.example")
    done = withdraw(merged, entries=[entry], reason="in error", role="lead")
    assert [merged.public_id("export", one.seq).startswith(merged.short) for one in done.exports] == [False]
    assert write_corrections(merged, done, tmp_path / "corrections") == []


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "UPDATE payloads SET payload = replace(payload, 'A-c', 'A-x') WHERE seq < 0",
            "of the merged case .*payload of record",
        ),
        (
            "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger WHERE seq < -1000000000)",
            "record -[0-9]+ has a payload|is not the one that was taken",
        ),
        (
            "DELETE FROM payloads WHERE seq = -999999998",
            "of the merged case .*the payload of record 2 is not",
        ),
        (
            "UPDATE sightings SET account = 'x' WHERE row < -1000000000 AND kind = 'account'",
            "sightings of record",
        ),
        (
            "INSERT INTO ledger SELECT seq - 3000000000, type, time, refs, '', '' FROM ledger WHERE seq = 1",
            "record -2999999999 belongs to no case",
        ),
    ],
)
def test_damage_of_a_part_is_named(merged: Case, sql: str, message: str) -> None:
    """As in its own case; and a part cannot be exchanged, cut or added."""
    merged._db.execute("PRAGMA query_only = OFF")
    triggers = list(merged.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    for trigger in triggers:
        merged._db.execute(f"DROP TRIGGER {trigger['name']}")
    merged._db.execute(sql)
    for trigger in triggers:
        merged._db.execute(trigger["sql"])
    with pytest.raises(IntegrityError, match=message):
        merged.verify(links_of)


def test_what_cannot_be_merged_is_named(sources: list[Path], merged: Case, tmp_path: Path) -> None:
    """One case, the same twice, one that was merged itself; nothing half made is left."""
    merged.close()
    unsigned = Case.create(tmp_path / "unsigned", operator="a", purpose="b")
    with unsigned.transaction():
        unsigned.append("note", {"event": "shown"})
    unsigned._close()  # as a kill leaves it
    for given, message in (
        ([sources[0], unsigned.path], "no signature covers 2 of its records"),
        (sources[:1], "two cases at least"),
        ([sources[0], sources[0]], "is given twice"),
        ([sources[0], merged.path], "was merged of others"),
    ):
        with pytest.raises(CaseError, match=message):
            merge_cases(tmp_path / "new", given, operator="a", purpose="b", links=links_of)
        assert not (tmp_path / "new").exists()


def test_cases_are_merged_by_command(sources: list[Path], tmp_path: Path) -> None:
    """And the counts are said."""
    words = [
        "merge",
        *map(str, sources),
        "-o",
        str(tmp_path / "new"),
        "--operator",
        "lead",
        "--purpose",
        "test",
    ]
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.stderr.count(" records of ") == 2
