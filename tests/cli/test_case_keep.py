"""adtrace case retain, hold, close, delete, as somebody types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.case.notes import read_note
from adtrace.cli.case import command
from adtrace.cli.show import command as show
from adtrace.cli.verify import command as verify
from adtrace.errors import CaseError, UsageError
from tests.relate.small_case import SmallCase, adsense

WHY = ("--reason", "policy", "--role", "lead")


def run(verb: str, case: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [verb, str(case), *words, *WHY], catch_exceptions=False)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Two domains; entry 2 is clip.example, whose capture is 5."""
    small = SmallCase(tmp_path / "case")
    with small.case:
        small.site("clip.example", adsense())
        small.site("film.example", adsense())
    return small.case.path


def test_a_case_says_how_long_it_is_kept(case: Path) -> None:
    """In words, each time it is said; and `case show` repeats it."""
    assert run("retain", case, "--until", "2099-12-31").stderr.startswith("Kept until 2099-12-31 since ")
    assert "On legal hold since " in run("hold", case).stderr
    assert "legal hold" not in run("hold", case, "--lift").stderr
    shown = CliRunner().invoke(command, ["show", str(case), "--json"], catch_exceptions=False)
    assert len(json.loads(shown.stdout)["keeping"]) == 1
    assert run("retain", case, "--until", "open").stderr == ""
    with pytest.raises(UsageError, match='"tomorrow" is no day'):
        run("retain", case, "--until", "tomorrow")


def test_words_of_a_case_from_others_do_not_steer_the_terminal(case: Path) -> None:
    """A reason, a role, and what a file beside the case is called."""
    (case / "left\x1b[2J.txt").touch()
    words = ("--reason", "\x1b]0;x\x07", "--role", "\u202elead")
    told = ""
    for verb in (
        ["retain", "--until", "2030-01-01"],
        ["hold"],
        ["hold", "--lift"],
        ["delete", "2", "--yes", "--early"],
        ["close"],
    ):
        done = CliRunner().invoke(
            command, [verb[0], str(case), *verb[1:], *words], color=True, catch_exceptions=False
        )
        told += done.output
    assert "(\\u{1b}]0;x\\u{7})" in told
    assert "left\\u{1b}[2J.txt" in told
    assert not set("\x1b\x07\u202e") & set(told)


def test_a_case_is_closed_with_its_last_checkpoint(case: Path) -> None:
    """Which covers all of it."""
    done = run("close", case)
    assert done.stderr.startswith("Closed since ")
    with Case.open(case) as opened:
        assert read_note(done.stdout).checkpoint.size == opened.seq - 1


def test_an_entry_is_deleted_and_every_reader_is_told(case: Path) -> None:
    """By name; verify and show say by which record and why; what lies beside the case is named."""
    (case / "report.html").write_text("…")
    done = run("delete", case, "clip.example", "--yes")
    assert done.stderr.splitlines()[1] == f"Not touched, and may hold the same: report.html in {case}."
    told = CliRunner().invoke(verify, [str(case)], catch_exceptions=False).stdout
    assert "by lead (policy): what 4 records said, and the texts of 1 captures." in told
    with Case.open(case) as opened:
        deletion = opened.public_id("note", opened.deletions()[0].seq)
    shown = CliRunner().invoke(show, [str(case), "outcome-4"], catch_exceptions=False).stdout
    assert f"what it said was deleted by {deletion}; its place in the chain holds" in shown


def test_texts_are_deleted_and_shown_as_that(case: Path) -> None:
    """The rows stay."""
    run("delete", case, "--texts", "--yes")
    shown = CliRunner().invoke(show, [str(case), "sighting-1"], catch_exceptions=False).stdout
    assert "no text: deleted by record" in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "What shall be deleted"),
        (("2", "--all"), "What shall be deleted"),
        (("--all", "--texts"), "--all leaves nothing to choose"),
        (("2",), "this deletes the words of 4 records and 1 text for ever"),
        (("nobody.example", "--yes"), "is no entry of this case"),
    ],
)
def test_deletion_is_never_by_accident(case: Path, words: tuple[str, ...], message: str) -> None:
    """What is not clear is asked back, and where nobody can be asked it must be said."""
    with pytest.raises(UsageError, match=message):
        run("delete", case, *words)
    with Case.open(case) as opened:
        assert opened.deletions() == []


def test_a_held_case_deletes_nothing(case: Path) -> None:
    """Whatever is said."""
    run("hold", case)
    with pytest.raises(CaseError, match="is on legal hold"):
        run("delete", case, "--all", "--yes", "--early")
