"""adtrace diff, as somebody types it: what newer cards, or a later run, say otherwise."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.cli.diff import command
from adtrace.errors import UsageError
from adtrace.extract.sighting import Extraction
from tests.case.a_case import an_entry, an_extraction, decide, links_of


def run(case: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [str(case), *words], catch_exceptions=False)


def lines(case: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(case, *words, "--json").stdout.splitlines()]


def with_account(found: Extraction, account: str, rule: str) -> Extraction:
    """The same text, read with other cards."""
    import msgspec

    replace = msgspec.structs.replace
    sightings = [
        replace(one, rule=rule, id=one.id[::-1], account=account if one.kind == "account" else None)
        for one in found.sightings
    ]
    return replace(found, sightings=sightings)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Two runs over three domains: one with another tag the second time, one that is then another's, one the same."""
    with Case.create(tmp_path / "case", operator="analyst", purpose="test") as made, made.transaction():
        entries = made.add_entries([an_entry(name) for name in ("a.example", "b.example", "c.example")])
        for number in range(2):
            started = made.append("note", {"event": "run_started"})
            for place, entry in enumerate(entries):
                value = f"//ads.example/{place if place else number}.js"
                state = "parked" if (number, place) == (1, 1) else "operator"
                found = an_extraction(f"skeleton-1 page\n<{number}{place}>\n", values=(value,), state=state)
                found = with_account(found, value, "adsnet/tag@000000000000")
                outcome = {"decision": decide(made, entry, run=started), "status": 200}
                made.add_capture(outcome, "page", found.skeleton, found, links_of)
    return tmp_path / "case"


def test_newer_cards_are_compared_place_by_place(case: Path) -> None:
    """Another account at the same place is changed; a rule renamed is not; a new place is added, a lost one gone."""
    assert lines(case) == []
    with Case.open(case, write=True) as opened, opened.transaction():
        captures = list(opened.rows("SELECT seq, skeleton_sha256 FROM captures ORDER BY seq"))
        texts = [opened.skeleton(row["seq"]) or "" for row in captures[:3]]
        renamed = with_account(
            an_extraction(texts[0], values=("//ads.example/0.js",)), "//ads.example/0.js", "x/y@1"
        )
        other = with_account(an_extraction(texts[1], values=("//ads.example/1.js",)), "other", "x/y@1")
        more = an_extraction(texts[2], values=())
        for row, found in zip(captures, (renamed, other, more), strict=False):
            opened.add_generation(row["seq"], found, links_of)
    said = lines(case)
    assert [(one["change"], one["domain"], one["kind"]) for one in said] == [
        ("changed", "b.example", "account"),
        ("gone", "c.example", "network"),
        ("gone", "c.example", "account"),
    ]
    assert said[0]["fields"] == {"account": ["//ads.example/1.js", "other"]}
    assert said[0]["before"] != said[0]["after"]
    shown = run(case)
    assert shown.stderr == "0 added, 2 gone, 1 changed.\n"
    assert "account: //ads[.]example/1[.]js → other" in shown.stdout


def test_two_runs_are_compared_fact_by_fact(case: Path) -> None:
    """Where the page is no longer the operator's, nothing is said to be gone."""
    said = lines(case, "--runs", "before", "last")
    accounts = [(one["change"], one["domain"], one["what"]) for one in said if one["kind"] == "account"]
    assert accounts == [
        ("gone", "a.example", "adsnet //ads.example/0.js embedded live"),
        ("unobserved", "b.example", "adsnet //ads.example/1.js embedded live"),
        ("added", "a.example", "adsnet //ads.example/1.js embedded live"),
    ]
    # The network is still there on a.example, with another account.
    assert [one["change"] for one in said if one["kind"] == "network"] == ["unobserved"]
    with Case.open(case) as opened:
        first, second = (row["seq"] for row in opened.rows("SELECT seq FROM runs ORDER BY seq"))
        by_id = lines(case, "--runs", opened.public_id("note", first), str(second))
    assert by_id == said
    assert run(case, "--runs", "before", "last").stderr == "1 added, 1 gone, 0 changed, 2 unobserved.\n"


@pytest.mark.parametrize(("runs"), [("last", "last"), ("2", "last"), ("yesterday", "last")])
def test_what_is_no_run_is_named(case: Path, runs: tuple[str, str]) -> None:
    """With those there are."""
    with pytest.raises(UsageError, match=r"is no (other )?run of this case\. Give two of: 5, \d+"):
        run(case, "--runs", *runs)
