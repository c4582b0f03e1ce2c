"""adtrace case, as somebody types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case.checkpoints import CHECKPOINT_EVERY
from adtrace.cli.case import command
from adtrace.errors import ListError

LIST = "domain,authority,reference,unit\nclip.example,Authority,A-1,\nhttps://x.test/a,Authority,A-2,url\n"


def run(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(command, words, input=stdin, catch_exceptions=False)


@pytest.fixture
def case(tmp_path: Path) -> str:
    path = str(tmp_path / "case")
    made = run("new", path, "--operator", "analyst 7", "--purpose", "a test", "--facts", "abuse")
    assert made.stdout == ""
    assert made.stderr.startswith("Case ")
    return path


def test_a_list_is_added_and_its_defaults_are_told(case: str) -> None:
    """Words go to stderr: what was taken, and what the list left open."""
    added = run("add", case, "-", stdin=LIST)
    assert added.stdout == ""
    lines = added.stderr.splitlines()
    assert lines[0] == "2 added, 0 updated, 0 known already."
    assert (
        "  handling = facts (1): forced by unit=url or the category: sightings and hashes alone are kept"
        in lines
    )
    again = run("add", case, "-", stdin=LIST.replace("A-2", "A-3"))
    assert again.stderr.splitlines()[0] == "0 added, 1 updated, 1 known already."


def test_a_signature_on_the_way_is_no_update(case: str) -> None:
    """A long list is signed as soon as it is in; what was added, updated and known still makes up the list."""
    lines = "".join(f"clip{number}.example,Authority,A-1,\n" for number in range(CHECKPOINT_EVERY))
    added = run("add", case, "-", stdin=LIST + lines)
    assert added.stderr.splitlines()[0] == "1002 added, 0 updated, 0 known already."


def test_nothing_of_a_bad_list_is_added(case: str) -> None:
    """Neither the lines before the bad one nor those after it."""
    with pytest.raises(ListError, match=r"stdin, line 4: \"co\.uk\" is a public suffix"):
        run("add", case, "-", stdin=LIST + "co.uk,Authority,A-3,\n")
    assert run("list", case).stdout == ""


def test_entries_are_listed_for_people_and_programs(case: str, tmp_path: Path) -> None:
    """Defanged in the table, exact in JSON."""
    (tmp_path / "list.csv").write_text(LIST)
    run("add", case, str(tmp_path / "list.csv"))
    table = run("list", case).stdout.splitlines()
    assert table[1].split("  ")[0] == "2"
    assert "clip[.]example" in table[1]
    assert "hxxps://x[.]test/a" in table[2]
    rows = [json.loads(line) for line in run("list", case, "--json").stdout.splitlines()]
    assert [(row["number"], row["domain"], row["status"], row["stale"]) for row in rows] == [
        (2, "clip.example", "active", True),
        (3, "x.test", "active", True),
    ]
    assert rows[1]["url"] == "https://x.test/a"
    assert rows[1]["source"] == "list.csv, line 3"


def test_a_case_is_shown_in_counts(case: str) -> None:
    """The same facts for people and programs."""
    run("add", case, "-", stdin=LIST)
    said = json.loads(run("show", case, "--json").stdout)
    assert said["records"] == {"open": 1, "entry": 2, "checkpoint": 1}
    assert said["entries"] == {"active": 2, "hold": 0, "expired": 0, "withdrawn": 0, "stale": 2}
    assert (said["operator"], said["purpose"], said["facts_categories"]) == ("analyst 7", "a test", ["abuse"])
    shown = run("show", case).stdout
    assert "operator          analyst 7\n" in shown
    assert "entries           2 active, 0 hold, 0 expired, 0 withdrawn, 2 stale\n" in shown


def test_hostile_text_of_a_list_steers_no_terminal(tmp_path: Path) -> None:
    """What people type is shown with its controls written out."""
    case = str(tmp_path / "case")
    run("new", case, "--operator", "a\x1b[2Jb", "--purpose", "test")
    assert "\x1b" not in run("show", case).stdout + run("show", case, "--json").stdout
