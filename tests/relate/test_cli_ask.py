"""adtrace ask: lists, answers, and says of how many domains it can speak."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from adtrace.cli.ask import command
from adtrace.errors import AdtraceError, UsageError
from adtrace.relate.questions import load_questions
from adtrace.relate.schema import graphs_folder
from tests.relate.small_case import PUBLISHER, SmallCase, adsense


def run(*arguments: str) -> str:
    """stdout; errors of ours come through as they are."""
    result = CliRunner().invoke(command, arguments)
    if isinstance(result.exception, AdtraceError):
        raise result.exception
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def test_without_a_case_the_questions_are_listed() -> None:
    """`adtrace ask` lists them."""
    lines = run().splitlines()
    assert len(lines) == len(list((graphs_folder() / "questions").glob("*.toml")))
    assert "shared-account: Which accounts are live on more than one domain?" in lines
    assert {json.loads(line)["id"] for line in run("--json").splitlines()} == {
        line.split(":")[0] for line in lines
    }


def test_one_question_is_answered_for_the_taskforce(small: SmallCase) -> None:
    """Pseudonyms by default; a reader works while the case is being written."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    out = run(str(small.case.path), "shared-account")
    assert "Of 2 domains: 2 observable, 0 not the operator's page, 0 unobservable." in out
    assert "clip.example" not in out
    assert PUBLISHER not in out
    assert "dom-" in out
    assert re.search(r"bears operator +Whether it can bear an operator hypothesis", out)
    assert re.search(r"answer-[0-9a-f]{8}$", out, re.MULTILINE)
    assert "Limit:" in out


def test_the_investigator_reads_clear_ids_and_defanged_domains(small: SmallCase) -> None:
    """Defanged where people read."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    out = run(str(small.case.path), "shared-account", "--audience", "investigator")
    assert "clip[.]example" in out
    assert "clip.example" not in out
    assert PUBLISHER in out


def test_json_is_one_object_an_answer(small: SmallCase) -> None:
    """--json on every reader, clear for the investigator's programs."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    lines = run(str(small.case.path), "--json", "--audience", "investigator").splitlines()
    answers = {answer["id"]: answer for answer in map(json.loads, lines)}
    assert set(answers) == set(load_questions())
    (row,) = answers["shared-account"]["rows"]
    assert row["on"] == ["clip.example", "film.example"]
    assert answers["shared-account"]["denominators"]["observable"] == 2
    assert answers["hub-networks"]["columns"][0]["name"] == "network"
    assert "behind" not in answers["hub-networks"]


def test_a_users_own_questions_are_asked(small: SmallCase, tmp_path: Path) -> None:
    """--questions DIR."""
    small.site("clip.example", adsense())
    mine = tmp_path / "mine"
    mine.mkdir()
    text = (graphs_folder() / "questions" / "hub-networks.toml").read_text("utf-8")
    (mine / "our-hubs.toml").write_text(text.replace('id = "hub-networks"', 'id = "our-hubs"'), "utf-8")
    assert run("--questions", str(mine)).startswith("our-hubs: ")
    assert "Networks placed: 1" in run(str(small.case.path), "our-hubs", "--questions", str(mine))


def test_an_unknown_question_is_refused(small: SmallCase) -> None:
    """With the nearest, or where all are listed; the case comes first."""
    case = str(small.case.path)
    for words, remedy in (
        ((case, "operator-hypothesis"), r"Did you mean operator-hypotheses\?"),
        ((case, "who"), "`adtrace ask` lists them"),
        (("first-letters", case), "adtrace ask CASE first-letters"),
        (("first-letters",), "adtrace ask CASE first-letters"),
    ):
        with pytest.raises(UsageError, match=remedy):
            run(*words)


def test_a_system_without_a_card_is_the_investigator_s_alone(small: SmallCase) -> None:
    """A host that nobody confirmed and no card knows stands keyed in a taskforce's answer, wherever it is named."""
    for domain in ("clip.example", "film.example"):
        small.site(domain, adsense())
        lines = f"unknown-exchange.test, 1, DIRECT\nOWNERDOMAIN={domain}"
        small.read(domain, lines, kind="ads_txt", path="/ads.txt")
    chain = {
        "complete": 1,
        "nodes": [{"asi": "unknown-exchange.test", "sid": "9"}, {"asi": "pubmatic.com", "sid": "1"}],
    }
    small.read(
        "clip.example",
        f"<script>pbjs.setConfig({{schain: {{config: {json.dumps({'ver': '1.0', **chain})}}}}});</script>",
        path="/video",
    )
    rows = json.dumps({"sellers": [{"seller_id": "1", "seller_type": "BOTH", "domain": "third.example"}]})
    small.read("clip.example", rows, kind="sellers_json", path="https://pubmatic.com/sellers.json")
    case = str(small.case.path)
    for_taskforce = run(case, "contradictions", "--json")
    assert {row["kind"] for row in json.loads(for_taskforce)["rows"]} >= {"dark_pooling", "broken_chain"}
    assert "unknown-exchange" not in for_taskforce
    assert "unknown-exchange" in run(case, "contradictions", "--json", "--audience", "investigator")
