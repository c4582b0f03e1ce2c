"""From any row of an answer to the records it rests on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adtrace.cli.show import command
from adtrace.errors import UsageError
from adtrace.relate.answered import AnsweredRows
from adtrace.relate.questions import ask, ask_all
from adtrace.relate.schema import graphs_folder
from tests.relate.small_case import SmallCase, adsense

BRAND = '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshop.test%2F">x</a>'


@pytest.fixture
def answered(small: SmallCase) -> SmallCase:
    """Two sites with one account, a brand and an ads.txt that names a seller its system calls an intermediary."""
    for site in ("clip.example", "film.example"):
        small.site(site, adsense(), BRAND)
        small.read(site, "google.com, pub-7031845296418273, DIRECT", kind="ads_txt", path="/ads.txt")
    small.site("lone.example")
    return small


def test_every_row_of_every_answer_has_its_records(answered: SmallCase) -> None:
    """Sightings of the case, all of them; a row that says nothing was seen has none."""
    case = answered.case
    known = {case.public_id("sighting", row["row"]) for row in case.rows("SELECT row FROM sightings")}
    rows = AnsweredRows(case)
    asked = 0
    for found in ask_all(case).values():
        for row in found.rows:
            cells = dict(zip((column.name for column in found.columns), row, strict=True))
            (shown,) = rows.find(str(cells["row"]))
            assert shown.question == found.id
            assert list(shown.records[:3]) == cells["evidence"]
            assert known.issuperset(shown.records)
            assert shown.records or cells.get("domain") == "lone.example"
            asked += 1
    assert asked > 30


def test_a_row_keeps_its_name_while_it_says_the_same(answered: SmallCase) -> None:
    """A reference in somebody's notes never leads to another statement."""
    before = {row[-2] for row in ask(answered.case, "shared-account").rows}
    answered.site("more.example", BRAND)
    assert {row[-2] for row in ask(answered.case, "shared-account").rows} == before
    answered.site("last.example", adsense())
    assert before.isdisjoint(row[-2] for row in ask(answered.case, "shared-account").rows)
    with pytest.raises(UsageError, match=r"no answer has a row called .* today"):
        AnsweredRows(answered.case).find(str(before.pop()))


def test_a_hypothesis_is_found_by_its_own_name(answered: SmallCase) -> None:
    """It stands in tables, dossiers and pictures, where its row's name does not."""
    found = ask(answered.case, "operator-hypotheses")
    (row,) = AnsweredRows(answered.case).find(str(found.rows[0][0]))
    assert row.cells["operator"] == found.rows[0][0]
    assert row.records


def test_show_takes_it_as_the_terminal_prints_it(answered: SmallCase, tmp_path: Path) -> None:
    """Without the case's part; a question of one's own with its folder."""
    text = (graphs_folder() / "questions" / "shared-account.toml").read_text("utf-8")
    mine = tmp_path / "our-accounts.toml"
    mine.write_text(text.replace('id = "shared-account"', 'id = "our-accounts"'), "utf-8")
    (row,) = ask(answered.case, "our-accounts", folder=tmp_path).rows
    words = [str(answered.case.path), str(row[-2]).partition("-")[2], "--questions", str(tmp_path)]
    done = CliRunner().invoke(command, words, catch_exceptions=False).stdout
    assert "question            our-accounts\n" in done
    assert "rests on            2: " in done
    assert "»pub-7031845296418273«" in done
    said = json.loads(CliRunner().invoke(command, [*words, "--json"], catch_exceptions=False).stdout)
    assert said["evidence"] == [one["id"] for one in said["sightings"]]
