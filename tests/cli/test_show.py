"""adtrace show, as somebody types it: from a row of any table to the byte, the rule, the records and the signature."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.case.checkpoints import read_checkpoints
from adtrace.case.provenance import CONTEXT
from adtrace.case.timestamps import make_request, read_roots
from adtrace.cli.show import command
from adtrace.errors import UsageError
from adtrace.export import table, write_files
from adtrace.relate.links import links_of
from tests.case.tsa import Authority
from tests.relate.small_case import PUBLISHER, SmallCase, adsense, page


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallCase:
    """Two domains, one of which keeps only facts; one row judged; one export."""
    made = SmallCase(tmp_path_factory.mktemp("show") / "case")
    made.site("clip.example", adsense())
    made.entry("facts.example", handling="facts")
    made.read("facts.example", page(adsense()), is_kept=False)
    made.deny("clip.example", "https://else.test/", "out of scope")
    with made.case.transaction():
        made.case.review([1], "confirmed", reason="seen", role="reviewer 2", links=links_of)
    write_files(made.case, made.case.path.parent / "out", [("sightings", "csv")])
    made.case.close()
    return made


def run(small: SmallCase, *words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(command, [str(small.case.path), *words], input=stdin, catch_exceptions=False)


def shown(small: SmallCase, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(small, name, "--json").stdout)
    return found


def test_a_sighting_is_shown_down_to_the_byte(small: SmallCase) -> None:
    """Text in its context, rule and card, and every record back to what the authority confirmed."""
    said = shown(small, f"{small.case.short}-sighting-1")
    place = said["place"]
    with Case.open(small.case.path) as case:
        skeleton = case.skeleton(int(said["records"][1]["id"].split("-")[-1]))
    assert skeleton
    assert place["is_value"]
    assert place["text"] == skeleton[place["start"] : place["end"]] == said["sighting"]["value"]
    assert skeleton[: place["start"]].endswith(place["before"])
    assert len(place["after"]) <= CONTEXT
    assert [record["type"] for record in said["records"]] == [
        "extraction",
        "outcome",
        "decision",
        "open",
        "entry",
    ]
    assert said["entry"]["entry"]["authority"] == "Authority"
    assert said["rule"]["is_same"] is True
    assert said["review"]["judgement"] == "confirmed"
    assert said["exports"] == [record for record in said["exports"] if "-export-" in record] != []


def test_the_chain_and_the_signature_of_a_record_are_those_of_the_case(small: SmallCase) -> None:
    """The chain value stands in the ledger; the checkpoint named is the first that covers the record."""
    said = shown(small, "entry-2")
    (record,) = said["records"]
    with Case.open(small.case.path) as case:
        (row,) = case.rows("SELECT chain, payload_hash FROM ledger WHERE seq = 2")
        first = next(case.rows("SELECT min(seq) AS seq FROM ledger WHERE type = 'checkpoint'"))["seq"]
        keys = [use.key for use in case.seal_summary().keys]
    assert (record["chain"], record["payload_hash"]) == (row["chain"], row["payload_hash"])
    assert record["checkpoint"]["record"] == f"{small.case.short}-checkpoint-{first}"
    assert record["checkpoint"]["keys"] == keys


def test_where_only_facts_were_kept_it_says_so(small: SmallCase) -> None:
    """There is no text to show."""
    with Case.open(small.case.path) as case:
        (row,) = case.rows("SELECT max(row) AS row FROM sightings WHERE domain = 'facts.example'")
    said = shown(small, f"sighting-{row['row']}")
    assert said["place"]["missing"] == "of this entry only facts were kept"
    assert said["place"]["text"] == ""
    assert "no text: of this entry only facts were kept" in run(small, f"sighting-{row['row']}").stdout


@pytest.mark.parametrize("name", ["networks", "accounts", "links"])
def test_every_row_of_the_tables_is_shown(small: SmallCase, name: str) -> None:
    """By the name in its column `row`; with all sightings behind it."""
    with Case.open(small.case.path) as case:
        rows = table(case, name, "investigator").to_dict("records")
    assert rows
    for row in rows:
        said = shown(small, row["row"])
        assert len(said["sightings"]) == row["sightings"]
        assert {one["sighting"]["network"] for one in said["sightings"]} == {"adsense"}
        assert f"rests on            {len(said['sightings'])}: " in run(small, row["row"]).stdout


def test_a_listed_domain_is_shown_by_its_entries(small: SmallCase) -> None:
    """The rows of `domains` are known by their domain; a defanged one is what the other commands print."""
    (entry,) = shown(small, "clip.example")["entries"]
    assert entry["entry"]["entry"]["reference"] == "A-c"
    with Case.open(small.case.path) as case:
        read = [row["seq"] for row in case.rows("SELECT seq FROM captures WHERE domain = 'clip.example'")]
        assert entry["captures"] == [case.public_id("outcome", seq) for seq in read] != []
    text = run(small, "clip[.]example").stdout
    assert "listed              clip[.]example\n" in text
    assert ", ".join(entry["captures"]) in text
    assert run(small, "hxxps://clip[.]example/any/page").stdout == text


def test_of_many_ids_a_terminal_lists_the_first(tmp_path: Path) -> None:
    """A domain that was read every day has thousands; --json has all."""
    with (made := SmallCase(tmp_path / "case")).case:
        made.site("clip.example")
        for number in range(12):
            made.read("clip.example", page(name=str(number)), path=f"/{number}")
    (line,) = [line for line in run(made, "clip.example").stdout.splitlines() if line.startswith("captures")]
    assert line.count("-outcome-") == 12
    assert line.endswith(", and 1 more (--json has all)")
    assert len(shown(made, "clip.example")["entries"][0]["captures"]) == 13


def test_an_entry_is_shown_with_all_that_was_said_of_it(tmp_path: Path) -> None:
    """Whichever of its records is asked for: what was confirmed first, what newer lists said, and its withdrawal."""
    made = SmallCase(tmp_path / "case")
    first = made.entry("clip.example")
    made.entry("clip.example", handling="hold")
    with made.case.transaction():
        made.case.withdraw([first], "in error")
    made.case.close()
    expected = [f"{made.case.short}-{kind}-{seq}" for kind, seq in (("entry", 2), ("entry", 3), ("note", 4))]
    for name in ("clip.example", "entry-2", "entry-3"):
        said = shown(made, name)
        (one,) = said.get("entries", [said])
        assert [record["id"] for record in one["records"]] == expected
        assert one["entry"]["status"] == "withdrawn"


def test_a_sighting_says_inside_which_other_it_was_found(small: SmallCase) -> None:
    """By an id that can be shown in turn."""
    with Case.open(small.case.path) as case:
        (row,) = case.rows("SELECT row, via FROM sightings WHERE via IS NOT NULL ORDER BY row LIMIT 1")
    outer = shown(small, f"sighting-{row['row']}")["within"]
    assert shown(small, outer)["sighting"]["id"] == row["via"]
    assert f"found inside        {outer}\n" in run(small, f"sighting-{row['row']}").stdout


def test_a_timestamp_stands_beside_every_record_it_covers(tmp_path: Path) -> None:
    """And beside none that is newer."""
    made = SmallCase(tmp_path / "case")
    made.entry("clip.example")
    made.case.sign()
    (checkpoint,) = read_checkpoints(made.case._db)
    authority = Authority()
    with made.case.transaction():
        made.case.add_timestamp(authority.reply(make_request(checkpoint)), read_roots(authority.pem))
    made.case.close()
    assert shown(made, "2")["records"][0]["timestamp"]["size"] == 2
    assert "Records 1 to 2 existed on " in run(made, "2").stdout
    assert shown(made, "4")["records"][0]["timestamp"] is None


def test_ids_come_from_standard_input(small: SmallCase) -> None:
    """Every record of the case, one a line; the case's secret is not among what it says."""
    with Case.open(small.case.path) as case:
        ids = [
            case.public_id(row["type"], row["seq"])
            for row in case.rows("SELECT type, seq FROM ledger ORDER BY seq")
        ]
    lines = run(small, "-", "--json", stdin="\n".join(ids)).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    assert "secret" not in lines[0]
    assert all("checkpoint" in record for line in lines for record in json.loads(line)["records"])


def test_people_read_it_without_a_live_address(small: SmallCase) -> None:
    """Defanged, and nothing steers the terminal."""
    text = run(small, "sighting-1", "sighting-2").stdout
    assert "://" not in text.replace("hxxps://", "").replace("hxxp://", "")
    assert "clip[.]example" in text
    assert PUBLISHER in text
    assert text.isprintable() or set(text) - {"\n"} <= {c for c in text if c.isprintable()} | {"\n"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nonsense!", "is no id of a row"),
        ("00000000-sighting-1", "is of another case"),
        ("sighting-999", "there is no sighting 999"),
        (f"sighting-{10**20}", "there is no sighting 1000"),
        ("sighting-x", "is no id of a row"),
        ("sighting-abc", "has no number"),
        ("999", "there is no record 999"),
        ("export-2", "record 2 is no export. Give entry-2"),
        ("account-0123456789abcdef", "no row is called account-0123456789abcdef"),
    ],
)
def test_what_is_no_row_is_named(small: SmallCase, name: str, message: str) -> None:
    """And says what to give."""
    with pytest.raises(UsageError) as caught:
        run(small, name)
    assert message in str(caught.value)


def test_a_sighting_on_somebody_else_s_page_says_so(tmp_path: Path) -> None:
    """What stands on a parked page accuses nobody: the first thing read after the tag is whose page it was."""
    made = SmallCase(tmp_path / "case")
    made.entry("gone.example")
    lander = '<div id="related-links"></div><script src="https://img1.wsimg.com/parking-lander/static/js/main.js"></script>'
    made.read("gone.example", f"<!doctype html><html><body>{adsense()}{lander}</body></html>")
    made.case.close()
    assert "page                parked: not the operator's page" in run(made, "sighting-1").stdout


def test_the_operator_s_own_page_is_not_remarked(small: SmallCase) -> None:
    """It is what every row is of."""
    assert "the operator's page" not in run(small, "sighting-1").stdout
