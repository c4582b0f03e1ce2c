"""adtrace review, as somebody types it: what waits, judgements by id and from a sheet, all or none."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.cli.review import command
from adtrace.errors import CaseError, ListError, UsageError
from adtrace.export import table
from tests.relate.small_case import SmallCase, adsense


def run(case: Path, *words: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(command, [str(case), *words], input=stdin, catch_exceptions=False)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """One domain with one tag: a row of networks, a row of accounts."""
    small = SmallCase(tmp_path / "case")
    small.site("clip.example", adsense())
    small.case.close()
    return small.case.path


def waiting(case: Path) -> dict[str, str]:
    """Table → name of the row that waits."""
    lines = [json.loads(line) for line in run(case, "--json").stdout.splitlines()]
    return {line["table"]: line["row"] for line in lines}


def judgements(case: Path) -> list[str]:
    with Case.open(case) as opened:
        return sorted(review.judgement for review in opened.reviews().values())


def test_what_waits_is_listed_until_it_is_judged(case: Path) -> None:
    """For people defanged, for programs exact; a second look waits for another person."""
    shown = run(case)
    assert shown.stderr == "2 rows awaiting review, 0 of them a second look.\n"
    assert "clip[.]example\tadsense\tembedded, live, proven\t1 of 1 not judged" in shown.stdout
    names = waiting(case)
    run(case, names["networks"], "--confirm", "--reason", "seen", "--role", "reviewer 2")
    run(case, names["accounts"], "--second-look", "--reason", "odd", "--role", "reviewer 2")
    assert run(case).stderr == "1 row awaiting review, 1 of them a second look.\n"
    with pytest.raises(CaseError, match="reviewer 2 asked for a second look at sighting"):
        run(case, names["accounts"], "--confirm", "--reason", "fine", "--role", "reviewer 2")
    run(case, "-", "--reject", "--reason", "no", "--role", "lead", stdin=names["accounts"] + "\n")
    assert run(case).stdout == ""
    assert judgements(case) == ["confirmed", "rejected"]
    with Case.open(case) as opened:
        assert len(table(opened, "accounts")) == 0


def test_a_filled_sheet_comes_back(case: Path) -> None:
    """As a spreadsheet saves it: with a byte order mark, semicolons, words with spaces; empty lines are left."""
    sheet = list(csv.DictReader(io.StringIO(run(case, "--sheet").stdout)))
    assert [line["judgement"] for line in sheet] == ["", ""]
    sheet[0] |= {"judgement": "Second look", "reason": "=odd"}
    filled = io.StringIO()
    writer = csv.DictWriter(filled, sheet[0], delimiter=";")
    writer.writeheader()
    writer.writerows(sheet)
    done = run(case, "--from", "-", "--role", "lead", stdin=b"\xef\xbb\xbf" + filled.getvalue().encode())
    assert done.stderr == "1 row judged (1 sighting).\n"
    assert judgements(case) == ["second_look"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("row,reason\nx,y\n", r"stdin: has no columns row and judgement"),
        ("row,judgement,reason\nROW,fine,y\n", r'stdin, line 2: "fine" is no judgement'),
        ("row,judgement,reason\nROW,confirmed,\n", r"stdin, line 2: gives no reason"),
        (
            "row,judgement,reason\nROW,confirmed,a\nROW,rejected,a\n",
            r"stdin, line 3: .* was judged otherwise above",
        ),
        ('row,judgement,reason\n"ROW,confirmed,a\n', r"stdin, line 2: is no CSV"),
    ],
)
def test_nothing_of_a_bad_sheet_is_taken(case: Path, lines: str, message: str) -> None:
    """The line is named."""
    name = waiting(case)["accounts"]
    with pytest.raises(ListError, match=message):
        run(case, "--from", "-", "--role", "lead", stdin=lines.replace("ROW", name))
    assert judgements(case) == []


def test_a_wrong_id_leaves_nothing_half_done(case: Path) -> None:
    """The right one before it is not judged either."""
    with pytest.raises(UsageError, match=r"no row is called account-00"):
        run(case, waiting(case)["accounts"], "account-00", "--confirm", "--reason", "a", "--role", "b")
    assert judgements(case) == []


@pytest.mark.parametrize(
    "words",
    [
        ("account-1", "--confirm", "--role", "b"),
        ("account-1", "--confirm", "--reason", "a"),
        ("account-1", "--reason", "a", "--role", "b"),
        ("--confirm",),
        ("account-1", "--from", "-", "--role", "b"),
    ],
)
def test_what_is_not_clear_is_asked_back(case: Path, words: tuple[str, ...]) -> None:
    """A judgement has an object, a reason and a role."""
    with pytest.raises(UsageError):
        run(case, *words)
    assert judgements(case) == []
