"""Every command that reads answers programs too, and people at 80 columns."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from adtrace.cli import COMMANDS, cli
from adtrace.cli.ask import command as ask
from adtrace.cli.report import command as report
from adtrace.errors import UsageError
from adtrace.relate.questions import load_questions
from tests.relate.small_case import PUBLISHER, SmallCase, adsense

OFFER = (
    '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshoes.test%2F$x$">a</a>'
)
# What writes, and says what it wrote in words on stderr; and what prints one thing that is no table: a key, a
# checkpoint, a page. All others answer with --json.
NO_READERS = {
    "bundle",
    "brands import",
    "case add",
    "case checkpoint",
    "case close",
    "case compact",
    "case decrypt",
    "case delete",
    "case encrypt",
    "case hold",
    "case key",
    "case merge",
    "case new",
    "case retain",
    "case sign",
    "case timestamp",
    "draw",
    "export",
    "knowledge check",
    "knowledge draft",
    "knowledge import",
    "notice outcome",
    "notice sent",
    "refer",
    "serve",
}


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for part, inner in command.commands.items():
            yield from _commands(f"{name} {part}", inner)
    else:
        yield name, command


def _all() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        found |= dict(_commands(name, command))
    return found


def test_every_reader_takes_json() -> None:
    """Design section 8. A new command is a reader, or stands in the list above with a reason."""
    without = {
        name
        for name, command in _all().items()
        if not any("--json" in option.opts for option in command.params)
    }
    assert without <= NO_READERS


def test_every_option_and_command_says_what_it_is() -> None:
    """Also those inside groups."""
    for name, command in _all().items():
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.opts}"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two domains of one holder, one of which offers a brand; a third with an authority that writes to terminals."""
    small = SmallCase(tmp_path_factory.mktemp("readers") / "case")
    small.site("clip.example", adsense(), OFFER)
    small.site("film.example", adsense(), OFFER, reference="\x1b]0;x\x07[bold red]")
    small.entry("a-rather-long-name-of-a-host-that-nobody-reads.example")
    small.case.close()
    return small.case.path


def _run(command: click.Command, *words: object, stdin: str = "", width: int = 80) -> str:
    done = CliRunner().invoke(
        command,
        [str(word) for word in words],
        input=stdin,
        env={"COLUMNS": str(width)},
        standalone_mode=False,
    )
    if done.exception:
        raise done.exception
    return done.stdout


def _check_for_people(text: str, width: int = 80) -> None:
    assert max(map(len, text.splitlines())) <= width
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert not set(text) & {chr(code) for code in (*range(10), *range(11, 32), 127)}
    assert "clip.example" not in text


@pytest.mark.parametrize("audience", ["taskforce", "investigator"])
def test_all_answers_fit_a_terminal(case: Path, audience: str) -> None:
    """As a table where that can be read, else a row a paragraph; never broken inside a word that names something."""
    text = _run(ask, case, "--audience", audience)
    _check_for_people(text)
    for question in load_questions():
        assert f"{question}: " in text
    if audience == "investigator":
        assert PUBLISHER in text
        assert "clip[.]example" in text


def test_a_wide_answer_is_a_row_a_paragraph_and_a_narrow_one_a_table(case: Path) -> None:
    """By the terminal's width alone."""
    narrow = _run(ask, case, "shared-account", "--audience", "investigator")
    assert f"account: {PUBLISHER}; scope: account; domains: 2" in " ".join(narrow.split())
    wide = _run(ask, case, "shared-account", "--audience", "investigator", width=200)
    assert "account kind" in wide
    assert f"account: {PUBLISHER}" not in wide


def test_nothing_seen_is_never_clean(tmp_path: Path) -> None:
    """An empty answer says what it means."""
    small = SmallCase(tmp_path / "case")
    small.entry("clip.example")
    small.case.close()
    assert "No row: nothing of the kind was observed, which is never clean." in _run(
        ask, small.case.path, "shared-account"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("clip.example", "domain"),
        ("CLIP[.]example", "domain"),
        ("hxxps://clip[.]example/", "domain"),
        ("AdSense", "Google LLC"),
        ("WWW.shoes.test", "clip[.]example"),
        ("adsense", "Google LLC"),
        (PUBLISHER, "publisher_id"),
        ("shoes.test", "clip[.]example"),
    ],
)
def test_a_dossier_is_found_by_its_name(case: Path, name: str, said: str) -> None:
    """As somebody copies it from anywhere; with evidence behind each tie."""
    text = _run(report, case, "--text", "--about", name, "--audience", "investigator")
    _check_for_people(text)
    assert said in text
    assert "sighting" in text


def test_the_taskforce_may_ask_by_the_clear_name_and_reads_the_pseudonym(case: Path) -> None:
    """The list it works from has clear names."""
    text = _run(report, case, "--text", "--about", "clip.example")
    assert "clip" not in text
    assert text.startswith("dom-")


def test_names_come_from_standard_input_too(case: Path) -> None:
    """One a line; each a dossier."""
    lines = _run(report, case, "--json", "--about", "-", stdin="clip.example\nadsense\n").splitlines()
    told = [json.loads(line) for line in lines]
    assert [one["kind"] for one in told] == ["domain", "network"]
    assert not _keys(told) & {"anchor"}


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_what_is_not_there_has_no_dossier(case: Path) -> None:
    """Not observed is not clean."""
    with pytest.raises(UsageError, match="nothing is called"):
        _run(report, case, "--text", "--about", "other.example")
    with pytest.raises(UsageError, match="--audience investigator"):
        _run(report, case, "--text", "--about", PUBLISHER)


def test_a_dossier_needs_no_word_that_it_is_text(case: Path, tmp_path: Path) -> None:
    """It is nothing else; and no file."""
    assert _run(report, case, "--about", "clip.example") == _run(
        report, case, "--text", "--about", "clip.example"
    )
    with pytest.raises(UsageError, match="standard output"):
        _run(report, case, "--about", "clip.example", "-o", str(tmp_path / "x"))


def test_the_summary_is_for_programs_too(case: Path) -> None:
    """The same numbers as in words."""
    told = json.loads(_run(report, case, "--json"))
    assert told["overview"]["denominators"] == {
        "domains": 3, "observable": 2, "not_operator": 0, "unobservable": 1,
    }  # fmt: skip
    assert told["answers"].keys() == load_questions().keys()
    _check_for_people(_run(report, case, "--text"))
