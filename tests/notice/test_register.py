"""The register says what people said, and what is seen afterwards is another thing."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.case.merging import merge_cases
from adtrace.case.notices import note_outcome, note_sent, read_register
from adtrace.cli.notice import command
from adtrace.errors import CaseError, UsageError
from adtrace.notice import draft_notice
from adtrace.relate.aftermath import see_after
from adtrace.relate.links import links_of
from adtrace.relate.questions import ask
from tests.notice.conftest import DAY, POP, Written
from tests.relate.small_case import PUBLISHER, SmallCase, adsense, page

ACCOUNT = f"adsense/publisher_id/{PUBLISHER}"


@pytest.fixture
def notice(small: Written, tmp_path: Path) -> str:
    """The id of a notice to AdSense about clip.example and film.example."""
    small.confirm()
    return draft_notice(small.case, "adsense", tmp_path / "notices").id


def after(small: Written, notice: str) -> dict[str, Any]:
    (found,) = [one for one in read_register(small.case, DAY) if one.id == notice]
    return {one.domain: one for one in see_after(small.case, found)}


def sent_today(small: Written, notice: str) -> dt.date:
    """The day it was said to be sent."""
    today = dt.datetime.now(dt.UTC).date()
    note_sent(small.case, notice, on=today, by="lead")
    return today


def test_a_notice_has_a_life(small: Written, notice: str) -> None:
    """Drafted, sent, overdue, answered: each on record, the newest counts."""
    (drafted,) = read_register(small.case, DAY)
    assert (drafted.network, drafted.accounts, drafted.domains, drafted.sent) == ("adsense", 1, 2, "")
    note_sent(small.case, notice, on=DAY, by="lead", deadline=DAY + dt.timedelta(14))
    (sent,) = read_register(small.case, DAY + dt.timedelta(14))
    assert (sent.sent, sent.by, sent.deadline, sent.overdue) == ("2026-11-22", "lead", "2026-12-06", False)
    (late,) = read_register(small.case, DAY + dt.timedelta(15))
    assert late.overdue
    note_outcome(small.case, notice, "partly", on=DAY + dt.timedelta(16), by="lead", note="one closed")
    (done,) = read_register(small.case, DAY + dt.timedelta(30))
    assert (done.outcome, done.outcome_on, done.note, done.overdue) == (
        "partly",
        "2026-12-08",
        "one closed",
        False,
    )
    small.case.verify(links_of)


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ({"by": " "}, UsageError),
        ({"deadline": DAY - dt.timedelta(1)}, UsageError),
        ({"notice": "1"}, UsageError),
        ({"notice": "nonsense"}, UsageError),
    ],
)
def test_what_cannot_be_is_not_put_on_record(
    small: Written, notice: str, what: dict[str, Any], error: type[Exception]
) -> None:
    """Nobody, before it was, no such notice."""
    before = small.case.seq
    given = {"notice": notice, "on": DAY, "by": "lead", **what}
    with pytest.raises(error):
        note_sent(small.case, given.pop("notice"), **given)
    assert small.case.seq == before


def test_an_outcome_needs_a_sending(small: Written, notice: str) -> None:
    """And a word of the list."""
    with pytest.raises(CaseError, match="never said to be sent"):
        note_outcome(small.case, notice, "acted", on=DAY, by="lead")
    note_sent(small.case, notice, on=DAY, by="lead")
    with pytest.raises(UsageError, match="no outcome"):
        note_outcome(small.case, notice, "clean", on=DAY, by="lead")


def test_before_another_look_nothing_is_known(small: Written, notice: str) -> None:
    """What was seen before it was sent says nothing; nor does a page that is not the operator's."""
    assert after(small, notice) == {}
    sent_today(small, notice)
    small.end("film.example", "failed", reason="timeout")
    assert {domain: one.now for domain, one in after(small, notice).items()} == {
        "clip.example": "not_observed",
        "film.example": "not_observed",
    }


@pytest.mark.parametrize(
    ("parts", "now"),
    [
        ((adsense(),), "unchanged"),
        ((adsense("pub-9999888877776666"),), "replaced"),
        ((), "removed"),
        ((POP,), "moved"),
    ],
)
def test_what_stands_there_now_is_told_apart(
    small: Written, notice: str, parts: tuple[str, ...], now: str
) -> None:
    """Unchanged, another account, gone, gone to another network; by what the page shows and nothing else."""
    sent_today(small, notice)
    small.read("film.example", page(*parts, name="new"))
    found = after(small, notice)["film.example"]
    assert found.now == now
    assert found.named == (ACCOUNT,)
    assert found.live == ((ACCOUNT,) if now == "unchanged" else ())
    assert found.moved_to == (("popcash",) if now == "moved" else ())


def test_a_network_that_was_there_before_is_no_move(small: Written, notice: str) -> None:
    """PopCash stood on clip.example all along."""
    sent_today(small, notice)
    small.read("clip.example", page(POP, name="new"))
    assert after(small, notice)["clip.example"].now == "removed"


def test_the_newest_run_counts(small: Written, notice: str) -> None:
    """Removed, then put back: it is unchanged."""
    sent_today(small, notice)
    small.read("film.example", page(name="new"))
    assert after(small, notice)["film.example"].now == "removed"
    small.run = 2
    small.read("film.example", page(adsense(), name="newer"))
    assert after(small, notice)["film.example"].now == "unchanged"


def test_the_question_counts_what_came_of_each_notice(small: Written, notice: str) -> None:
    """Of how many sites one can speak, and where a network came in its place."""
    assert ask(small.case, "after-notices").rows == []
    today = sent_today(small, notice)
    small.read("film.example", page(POP, name="new"))
    found = ask(small.case, "after-notices")
    (row,) = found.rows
    assert row[:-2] == ["adsense", today.isoformat(), "", 2, 0, 1, 0, 0, 1, ["popcash"]]
    assert row[-1] == [notice]
    assert found.headline == (
        "Notices sent: 1, about 2 sites; the network is no longer seen on 1 (on 1 of these another one is instead), "
        "still seen on 0; not read since: 1."
    )


def run(case: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [words[0], str(case), *words[1:]], catch_exceptions=False)


def test_the_commands_in_a_row(small: Written, tmp_path: Path) -> None:
    """As somebody types them."""
    small.case.close()
    case = small.case.path
    for reading in ("register", "after"):
        assert run(case, reading).stderr == "No notice was drafted.\n"
    nothing = run(case, "draft", "-o", str(tmp_path / "n"))
    assert nothing.stdout == ""
    assert "No notice to 2 networks, of which nothing is confirmed" in nothing.stderr
    with Case.open(case, write=True) as opened:
        small.case = opened
        small.confirm()
    drafted = [
        json.loads(line)
        for line in run(case, "draft", "-o", str(tmp_path / "n"), "--json").stdout.splitlines()
    ]
    assert [made["network"] for made in drafted] == ["adsense", "popcash"]
    first = drafted[0]["id"]
    assert (
        run(case, "sent", first, "--role", "lead", "--on", "2026-11-22", "--deadline", "2026-12-06").exit_code
        == 0
    )
    assert "adsense: drafted" in run(case, "register").stdout
    assert "sent 2026-11-22 by lead, answer by 2026-12-06" in run(case, "register").stdout
    assert (
        run(case, "outcome", first, "refused", "--role", "lead", "--note", "see evil.example").exit_code == 0
    )
    assert "see evil[.]example" in run(case, "register").stdout
    told = [json.loads(line) for line in run(case, "register", "--json").stdout.splitlines()]
    assert told[0]["outcome"] == "refused"
    assert run(case, "after", first).stdout.startswith(f"{first}  adsense, sent 2026-11-22: ")
    second = drafted[1]["id"]
    assert "not said to be sent" in run(case, "after", second).stdout
    run(case, "sent", second.partition("-")[2], "--role", "lead")
    assert "no page of its 1 site has been read since" in run(case, "after", second).stdout
    again = run(case, "draft", "-o", str(tmp_path / "n"), "--network", "AdSense", "--json").stdout
    assert [json.loads(again)["folder"], drafted[0]["folder"]] == [
        str(tmp_path / "n" / "adsense-2"), str(tmp_path / "n" / "adsense"),
    ]  # fmt: skip
    assert json.loads(run(case, "after", first, "--json").stdout)["network"] == "adsense"
    assert "not said to be sent" in run(case, "after").stdout


def test_who_places_no_advertising_gets_a_letter_only_if_named(small: Written, tmp_path: Path) -> None:
    """Measurement, consent and libraries: their rows can be confirmed, and few want to write to them."""
    small.site(
        "sound.example", '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-ABCD12"></script>'
    )
    small.confirm()
    small.case.close()
    case = small.case.path
    made = run(case, "draft", "-o", str(tmp_path / "n"))
    assert "googletagmanager" not in made.stdout
    assert (
        "1 network whose rows are no advertising; --network ID drafts one: google-tag-manager." in made.stderr
    )
    assert run(case, "draft", "--network", "google-tag-manager", "-o", str(tmp_path / "n")).exit_code == 0


def test_of_a_case_without_networks_nothing_is_drafted_and_said(tmp_path: Path) -> None:
    """Silence would be taken for success."""
    with SmallCase(tmp_path / "case").case as case:
        path = case.path
    assert run(path, "draft").stderr.startswith("No notice: no tag or account of a network was seen")


def test_a_day_is_written_as_one(small: Written) -> None:
    """Never guessed."""
    small.case.close()
    with pytest.raises(UsageError, match="is no day"):
        run(small.case.path, "sent", "1", "--role", "lead", "--on", "yesterday")


def test_a_merged_case_keeps_the_register_of_each(small: Written, notice: str, tmp_path: Path) -> None:
    """Numbers are shifted, ids and what came after stay."""
    sent_today(small, notice)
    small.read("film.example", page(POP, name="new"))
    small.case.close()
    other = Written(tmp_path / "other")
    with other.case:
        other.site("tube.example", adsense())
    merged = merge_cases(
        tmp_path / "both", [other.case.path, small.case.path], operator="lead", purpose="test", links=links_of
    )
    with merged:
        (found,) = read_register(merged, DAY)
        assert found.id == notice
        assert {one.domain: one.now for one in see_after(merged, found)} == {
            "clip.example": "not_observed",
            "film.example": "moved",
        }
        note_outcome(merged, notice, "acted", on=DAY, by="lead")
        assert read_register(merged, DAY)[0].outcome == "acted"


def test_a_reason_without_a_reveal_is_refused(small: Written) -> None:
    """What is said of a reveal that was not asked for is not passed over in silence."""
    with pytest.raises(UsageError, match="--reveal"):
        run(small.case.path, "draft", "--reason", "the court asked", "--second", "reviewer 2")
