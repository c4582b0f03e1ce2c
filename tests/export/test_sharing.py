"""A TLP label is kept: what it does not allow is refused or left out, and said, unless its source permitted it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adtrace.cli import cli
from adtrace.cli.export import command
from adtrace.cli.notice import draft
from adtrace.errors import SharingError, UsageError
from adtrace.export import Reader, Terms, write_files
from adtrace.export.source import Source
from adtrace.export.write import open_source
from adtrace.relate.questions import load_questions
from adtrace.report import write_report
from tests.export.readers import READERS, SHOP, judge
from tests.relate.small_case import SmallCase, adsense

PERMISSION = "Authority, desk 3, by mail of 2026-11-20"
LABELS = ("clear", "green", "amber", "amber+strict", "red")


def told(small: SmallCase, reader: Reader, **terms: Any) -> int:
    """How many domains this reader's sightings are of."""
    rows = Source(small.case, reader.audience, reader.party, Terms(**terms)).rows("sightings")
    place = rows.names.index("domain")
    return len({row[place] for row in rows.rows()})


@pytest.mark.parametrize("reader", READERS[2:], ids=str)
def test_a_network_or_brand_gets_green_and_clear(small: SmallCase, reader: Reader) -> None:
    """AMBER ends at the organisation and its clients, which they are not (TLP 2.0, FIRST)."""
    for label in LABELS:
        small.site(f"{label.replace('+', '-')}.example", adsense(), SHOP, tlp=label)
    judge(small)
    assert told(small, reader) == 2
    assert told(small, reader, permission=PERMISSION) == 5


@pytest.mark.parametrize(("label", "is_refused"), [(label, label == "red") for label in LABELS])
def test_the_task_force_gets_all_but_red(
    small: SmallCase, tmp_path: Path, label: str, is_refused: bool
) -> None:
    """Tables, graph and answers speak of the whole case: with an entry left out they would not be true."""
    small.site("clip.example", adsense(), tlp=label)
    if is_refused:
        with pytest.raises(SharingError, match=r"1 entry \(TLP:RED 1\) may not go to the taskforce"):
            write_files(small.case, tmp_path / "no", [("domains", "csv")], "taskforce")
        with pytest.raises(SharingError):
            write_report(small.case, tmp_path / "report.html")
        assert list(tmp_path.glob("*/*.csv")) + list(tmp_path.glob("*.html")) == []
    else:
        write_files(small.case, tmp_path / "yes", [("domains", "csv")], "taskforce")
    write_files(small.case, tmp_path / "mine", [("domains", "csv")], "investigator")


@pytest.mark.parametrize(
    "way", ["ask CASE shared-account", "report CASE --text", "brands audit CASE --brand a.test"]
)
def test_what_is_read_in_a_terminal_keeps_the_label(small: SmallCase, way: str) -> None:
    """The audience is the same whichever way it is answered; the investigator reads on."""
    small.site("clip.example", adsense(), tlp="red")
    words = [word.replace("CASE", str(small.case.path)) for word in way.split()]
    refused = CliRunner().invoke(cli, words)
    assert isinstance(refused.exception, SharingError)
    assert "1 entry (TLP:RED 1) may not go to the taskforce" in str(refused.exception)
    assert refused.stdout == ""
    told = CliRunner().invoke(cli, [*words, "--audience", "investigator"], catch_exceptions=False)
    assert told.stdout


def test_a_table_keeps_the_label(small: SmallCase) -> None:
    """As a frame in a notebook too."""
    small.site("clip.example", adsense(), tlp="red")
    with pytest.raises(SharingError, match="TLP:RED"):
        small.case.table("domains")
    assert len(small.case.table("domains", "investigator")) == 1


def test_a_blank_permission_is_none(small: SmallCase, tmp_path: Path) -> None:
    """What goes on record must say whose it is."""
    small.site("clip.example", adsense(), tlp="red")
    with pytest.raises(UsageError, match=r"permission.*--permission"):
        write_files(small.case, tmp_path, [("domains", "csv")], "taskforce", Terms(permission=" \t"))
    assert list(tmp_path.glob("*.csv")) == []


def test_what_rests_on_other_entries_alone_is_refused(small: SmallCase, tmp_path: Path) -> None:
    """With the number and the label, and what to do."""
    small.site("clip.example", adsense(), tlp="amber")
    judge(small)
    with pytest.raises(SharingError, match=r"1 entry \(TLP:AMBER 1\).*--permission"):
        write_files(small.case, tmp_path, [("accounts", "csv")], READERS[2])
    assert list(tmp_path.glob("*.csv")) == []


def test_another_authority_that_confirmed_it_too_is_not_named(small: SmallCase) -> None:
    """A domain of two entries: what the one permits does not tell who stands behind the other."""
    small.entry("clip.example", unit="host", authority="Quiet desk", reference="Q-1", tlp="red")
    small.site("clip.example", adsense())
    judge(small)
    rows = Source(small.case, "network", "adsense").rows("accounts")
    (row,) = (dict(zip(rows.names, cells, strict=True)) for cells in rows.rows())
    assert (row["authority"], row["reference"]) == ("Authority", "A-c")


def test_a_permission_is_on_record_and_what_is_left_out_is_said(
    small: SmallCase, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log, which is the terminal of who exports; the reader is not told that there is more."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense(), tlp="amber+strict")
    judge(small)
    small.case.close()
    case, out = str(small.case.path), tmp_path / "out"
    asked = [case, "--table", "accounts", "--audience", "network:adsense", "-o", str(out)]
    CliRunner().invoke(command, asked)
    assert caplog.messages == ["Left out: 1 entry (TLP:AMBER+STRICT 1), which may not go to network:adsense."]
    caplog.clear()
    assert "AMBER" not in (out / "manifest.json").read_text("ascii")
    CliRunner().invoke(command, [*asked, "--permission", PERMISSION])
    assert caplog.messages == []
    assert json.loads((out / "manifest.json").read_text("ascii"))["tlp"] == "amber+strict"
    noted = list(read(case, "SELECT payload FROM notes WHERE event = 'permission'"))
    assert [json.loads(row[0])["said"] for row in noted] == [PERMISSION]


def read(case: str, sql: str) -> list[Any]:
    from adtrace.case import Case

    with Case.open(case) as opened:
        return [tuple(row) for row in opened.rows(sql)]


def test_letters_are_drafted_where_they_may_be(small: SmallCase, tmp_path: Path) -> None:
    """The others are named with the reason, and the command says that something was not done."""
    small.site("clip.example", adsense())
    small.site("film.example", '<script src="//cdn.popcash.net/show.js"></script>', tlp="red")
    judge(small)
    small.case.close()
    done = CliRunner().invoke(draft, [str(small.case.path), "-o", str(tmp_path / "notices")])
    assert done.exit_code == 3
    assert "No notice to popcash" in done.stderr
    assert [folder.name for folder in (tmp_path / "notices").iterdir()] == ["adsense"]


def test_a_brand_is_no_live_link_where_it_is_said_what_it_is_not_given(
    small: SmallCase, caplog: pytest.LogCaptureFixture
) -> None:
    """Its name is a host, and the log stands on a terminal."""
    small.site("clip.example", SHOP)
    small.site("film.example", SHOP, tlp="amber")
    judge(small)
    open_source(small.case, READERS[3])
    (said,) = caplog.messages
    assert said.endswith(f"which may not go to brand:{READERS[3].party.replace('.', '[.]')}.")


def test_an_answer_for_others_holds_nothing_in_clear_behind_its_rows(small: SmallCase) -> None:
    """What its rows rest on names listed domains; their ids alone are told, as the tables tell them."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    source = Source(small.case, "taskforce")
    for question in load_questions().values():
        answer = source.answer(question)
        assert answer.behind == ()
        assert not any(name in str(answer) for name in ("clip.example", "film.example"))
