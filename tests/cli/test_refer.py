"""adtrace refer, as somebody types it: what nobody confirmed goes to the authority, on record, and nowhere else."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.cli.refer import command
from adtrace.cli.withdraw import command as withdraw
from adtrace.errors import UsageError
from adtrace.relate.links import links_of
from tests.relate.small_case import SmallCase, adsense

DECLARES = '<script src="https://jsc.mgid.com/c/o/copied.test.1482035.js" async></script>'
WORDS = ("--to", "Authority A", "--reason", "to be judged")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Two domains: one redirects out of scope, whose target is then denied; both name a host nobody asked for."""
    small = SmallCase(tmp_path / "case")
    with small.case:
        page = small.site("clip.example", adsense(), DECLARES)
        small.entry("film.example")
        left = small.end(
            "film.example", "redirected", status=301, location="https://Mirror.test/=cmd?who=film.example"
        )
        small.deny("film.example", "https://mirror.test/", "out of scope", parent=left)
        small.deny("clip.example", "https://other.test/a.js", "out of scope", parent=page)
        small.deny("clip.example", "https://clip.example/media.mp4", "media", parent=page)
        small.deny("clip.example", "https://pagead2.googlesyndication.com/p", "effect", parent=page)
    return small.case.path


def run(case: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [str(case), *words], catch_exceptions=False)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_what_was_named_and_by_whom(case: Path) -> None:
    """Neither listed hosts nor a network's; the target of a redirect once, though it was also denied."""
    done = run(case, "-o", "-", *WORDS)
    found = [(row["host"], row["how"], row["domain"], row["times"]) for row in rows_of(done.stdout)]
    assert found == [
        ("copied.test", "declared_site", "clip.example", "1"),
        ("mirror.test", "redirect", "film.example", "1"),
        ("other.test", "not_asked", "clip.example", "1"),
    ]
    assert "3 hosts nobody confirmed (declared_site 1, not_asked 1, redirect 1)" in done.stderr
    assert {row["marking"] for row in rows_of(done.stdout)} == {"TLP:GREEN PAP:AMBER"}


def test_who_gets_it_and_why_is_on_record(case: Path, tmp_path: Path) -> None:
    """As an export with its file's hash and what it carried, and a note; the case stays whole."""
    run(case, "-o", str(tmp_path / "to.csv"), *WORDS)
    assert (tmp_path / "to.csv").stat().st_mode & 0o777 == 0o600
    with Case.open(case) as opened:
        opened.verify(links_of)
        (note,) = opened.rows("SELECT payload FROM notes WHERE event = 'refer'")
        said = json.loads(note["payload"])
        (export,) = opened.rows("SELECT seq, payload FROM exports")
        assert said == {
            "event": "refer",
            "export": export["seq"],
            "to": "Authority A",
            "reason": "to be judged",
        }
        assert [file["table"] for file in json.loads(export["payload"])["files"]] == ["referral"]


def test_whoever_was_handed_it_is_named_when_it_is_withdrawn(case: Path, tmp_path: Path) -> None:
    """The authority, not "investigator", for whom the same columns are made; the correction is written to it."""
    run(case, "-o", str(tmp_path / "to.csv"), *WORDS)
    words = ["--reason", "in error", "--role", "lead"]
    done = CliRunner().invoke(withdraw, [str(case), "clip.example", *words], catch_exceptions=False)
    (line,) = done.stdout.splitlines()
    assert line.split("\t")[1::2] == ["Authority A", "to.csv"]
    (text,) = (case / "corrections").iterdir()
    assert " to Authority A: to.csv." in text.read_text("utf-8")


def test_a_referral_of_an_adtrace_that_named_no_export_stops_no_withdrawal(
    case: Path, tmp_path: Path
) -> None:
    """Its note says to whom, not with which export: that one is named by its audience."""
    run(case, "-o", str(tmp_path / "to.csv"), *WORDS)
    with Case.open(case, write=True) as opened, opened.transaction():
        opened.append("note", {"event": "refer", "to": "Authority B", "reason": "x", "rows": 1})
    words = ["--reason", "in error", "--role", "lead"]
    done = CliRunner().invoke(withdraw, [str(case), "clip.example", *words], catch_exceptions=False)
    assert "Authority A" in done.stdout
    assert "Authority B" not in done.stdout


def test_a_withdrawn_entry_refers_nobody(case: Path) -> None:
    """What only it named is left out; a case in which nothing is named gives the head alone."""
    with Case.open(case, write=True) as opened, opened.transaction():
        opened.withdraw([row.seq for row in opened.entries()], "in error", role="lead")
    done = run(case, "-o", "-", *WORDS)
    assert rows_of(done.stdout) == []
    assert done.stdout.startswith("host,registrable_domain,how,domain,")


@pytest.mark.parametrize("words", [("--to", " ", "--reason", "x"), ("--to", "x", "--reason", "")])
def test_a_recipient_and_a_reason_are_needed(case: Path, words: tuple[str, ...]) -> None:
    """Nothing is written without both."""
    with pytest.raises(UsageError, match="recipient and a reason"):
        run(case, "-o", "-", *words)
    with Case.open(case) as opened:
        assert list(opened.rows("SELECT seq FROM exports")) == []
