"""adtrace report: a file by default, standard output if asked, a summary in the terminal."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.cli.report import command
from adtrace.errors import CaseBusyError, IntegrityError, UsageError
from tests.relate.small_case import SmallCase, adsense


@pytest.fixture
def case(small: SmallCase) -> Path:
    """A closed case with two domains; its folder."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense(), reference="\x1b]0;x\x07[bold]")
    small.case.close()
    return small.case.path


def run(*arguments: object) -> Result:
    """What the command did; errors of ours come through as they are."""
    result = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def test_the_report_goes_into_the_case(case: Path) -> None:
    """CASE/report.html; words to stderr, nothing to stdout."""
    result = run(case)
    assert (case / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert result.stdout == ""
    assert "for the taskforce" in result.stderr


def test_standard_output_gets_the_same_page(case: Path, tmp_path: Path) -> None:
    """Byte for byte."""
    run(case, "-o", tmp_path / "page.html", "--audience", "investigator")
    assert (
        run(case, "-o", "-", "--audience", "investigator").stdout_bytes
        == (tmp_path / "page.html").read_bytes()
    )


def test_the_summary_is_plain_text(case: Path) -> None:
    """No control of a page or a list, no markup read, denominators first; nothing is recorded."""
    shown = run(case, "--text", "--audience", "investigator").stdout
    assert "2 domains: 2 observable, 0 not the operator's page, 0 unobservable." in shown
    assert "1 network on 2 of 2 observable domains" in " ".join(shown.split())
    assert "not independently authenticated" in " ".join(shown.split())
    assert not set(shown) & {chr(code) for code in (*range(10), *range(11, 32), 127)}
    with Case.open(case) as opened:
        assert not list(opened.rows("SELECT seq FROM exports"))


def test_text_is_no_file(case: Path, tmp_path: Path) -> None:
    """A wish for both is refused."""
    with pytest.raises(UsageError, match="standard output"):
        run(case, "--text", "-o", tmp_path / "x")


def test_a_damaged_case_yields_no_report(case: Path) -> None:
    """Exit code 4, and no file."""
    with sqlite3.connect(case / "case.db") as database:
        database.executescript(
            "DROP TRIGGER payloads_update; UPDATE payloads SET payload = '{}' WHERE seq = 2;"
        )
    database.close()
    with pytest.raises(IntegrityError):
        run(case)
    assert not (case / "report.html").exists()


def test_a_running_case_is_busy(case: Path) -> None:
    """What leaves is recorded, and there is one writer; the summary needs none."""
    with Case.open(case, write=True):
        with pytest.raises(CaseBusyError):
            run(case)
        run(case, "--text")
