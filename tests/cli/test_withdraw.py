"""adtrace withdraw, as somebody types it: what is taken back leaves, and whoever was given it is told."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.cli.withdraw import command
from adtrace.errors import CaseError, UsageError
from adtrace.export import table, write_files
from adtrace.export.party import Reader
from adtrace.export.record_names import RecordNames
from adtrace.export.row_lookup import RowLookup
from adtrace.relate.links import links_of
from tests.relate.small_case import PUBLISHER, SmallCase, adsense

PARTS = ("domains", "networks", "accounts", "sightings", "links")


def run(case: Path, *words: str, stdin: str = "") -> Result:
    given = [str(case), *words, "--reason", "confirmed in error", "--role", "lead"]
    return CliRunner().invoke(command, given, input=stdin, catch_exceptions=False)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Two domains with the same account, exported to a taskforce and to an investigator."""
    small = SmallCase(tmp_path / "case")
    with small.case:
        small.site("clip.example", adsense())
        small.site("film.example", adsense())
        for audience in ("taskforce", "investigator"):
            write_files(small.case, tmp_path / audience, [(part, "csv") for part in PARTS], audience)  # type: ignore[arg-type]
    return small.case.path


def test_an_entry_is_withdrawn_and_each_export_corrected(case: Path) -> None:
    """By its domain; both exports are named, and both texts are records of the case themselves."""
    said = json.loads(run(case, "Clip.example.", "--json").stdout)
    assert [export["audience"] for export in said["exports"]] == ["taskforce", "investigator"]
    assert [len(export["sightings"]) for export in said["exports"]] == [2, 2]
    texts = {Path(path).name.split("-")[3]: Path(path).read_text() for path in said["corrections"]}
    assert len(texts) == 2
    with Case.open(case) as opened:
        opened.verify(links_of)
        assert list(table(opened, "domains", "investigator")["domain"]) == ["film.example"]
        kinds = [
            json.loads(row["payload"])["files"][0]["table"]
            for row in opened.rows("SELECT payload FROM exports")
        ]
    assert kinds[2:] == ["correction", "correction"]


def test_a_correction_says_no_more_than_its_audience_was_told(case: Path) -> None:
    """The taskforce reads the pseudonym that stands in its tables; the investigator the name."""
    with Case.open(case) as opened:
        pseudonyms = set(table(opened, "domains")["domain"])
    said = json.loads(run(case, "clip.example", "--json").stdout)
    for_taskforce, for_investigator = (Path(path).read_text() for path in said["corrections"])
    assert "clip.example" not in for_taskforce
    assert PUBLISHER not in for_taskforce
    assert sum(name in for_taskforce for name in pseudonyms) == 1
    assert "  clip.example\n" in for_investigator
    for text in (for_taskforce, for_investigator):
        assert "confirmed in error" in text
        assert len([line for line in text.splitlines() if "-sighting-" in line]) == 2


def test_a_row_is_withdrawn_and_its_sightings_are_rejected(case: Path) -> None:
    """By the name in the table; rows that keep other sightings are told apart from rows that are gone."""
    with Case.open(case) as opened:
        accounts = table(opened, "accounts", "investigator")
    name = accounts["row"][0]
    done = run(case, "-", stdin=name + "\n")
    assert done.stderr.startswith("1 row withdrawn (1 sighting) by ")
    assert len(done.stdout.splitlines()) == 2
    text = next((case / "corrections").iterdir()).read_text()
    assert f"Strike out these rows:\n  accounts: {name}\n" in text
    with Case.open(case) as opened:
        opened.verify(links_of)
        assert len(table(opened, "accounts", "investigator")) == 1
        assert len(table(opened, "domains", "investigator")) == 2


def test_a_network_is_told_in_the_names_it_was_given(case: Path) -> None:
    """Also when nothing of its own is left; what it names in its answer is found again by show."""
    with Case.open(case, write=True) as opened:
        rows = [row["row"] for row in opened.rows("SELECT row FROM sightings WHERE domain = 'clip.example'")]
        with opened.transaction():
            opened.review(rows, "confirmed", reason="seen", role="lead", links=links_of)
        write_files(opened, case.parent / "network", [("accounts", "csv")], Reader("network", "adsense"))
    told = (case.parent / "network" / "accounts.csv").read_text()
    said = json.loads(run(case, "clip.example", "--json").stdout)
    assert [export["party"] for export in said["exports"]] == ["", "", "adsense"]
    text = Path(said["corrections"][2]).read_text()
    (domain,) = re.findall("dom-[a-z2-7]{20}", text)
    assert domain in told
    (row,) = re.findall("  accounts: (rec-[a-z2-7]{20})", text)
    assert row in told
    assert "clip.example" not in text
    assert "networks:" not in text
    with Case.open(case) as opened:
        opened.verify(links_of)
        lookup = RowLookup(opened)
        (sighting,) = re.findall("\n  (rec-[a-z2-7]{20})", text)
        assert RecordNames(opened, lookup).find(sighting) == opened.public_id(
            "sighting", said["exports"][2]["sightings"][0]
        )
        with pytest.raises(UsageError, match="was given to nobody"):
            RecordNames(opened, lookup).find("rec-" + "a" * 20)


def test_what_never_left_needs_no_correction(tmp_path: Path) -> None:
    """And that is said."""
    small = SmallCase(tmp_path / "case")
    with small.case:
        small.site("clip.example", adsense())
    done = run(small.case.path, "2")
    assert done.stderr.endswith("No export carried it.\n")
    assert not (small.case.path / "corrections").exists()


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (("nobody.example",), UsageError, '"nobody.example" is no entry of this case'),
        (("2", "2"), None, ""),
        (("4",), CaseError, "4 is no entry of this case"),
        (("clip.example", "sighting-1"), UsageError, "withdraw entries or rows"),
        (("account-00",), UsageError, "no row is called account-00"),
    ],
)
def test_what_cannot_be_withdrawn_is_named(
    case: Path, words: tuple[str, ...], error: type[Exception] | None, message: str
) -> None:
    """Nothing is written then; the same entry named twice is one."""
    if error is None:
        assert run(case, *words).stderr.startswith("1 entry withdrawn (2 sightings)")
        with pytest.raises(CaseError, match="2 is withdrawn already"):
            run(case, *words)
        return
    with Case.open(case) as opened:
        before = opened.seq
    with pytest.raises(error, match=message):
        run(case, *words)
    with Case.open(case) as opened:
        assert (
            next(opened.rows("SELECT count(*) AS n FROM ledger WHERE type IN ('note', 'review')"))["n"] == 2
        )
        assert before <= opened.seq
