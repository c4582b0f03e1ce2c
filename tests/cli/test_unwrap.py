"""adtrace unwrap prints the contract of design section 8, for programs and for people."""

import json

import pytest
from click.testing import CliRunner

from adtrace.cli.unwrap import command

WRAPPED = "https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshop.example%2F"
FIELDS = ["input", "hops", "landing", "landing_domain", "kind", "declared"]


def run(*args: str, stdin: bytes | str | None = None) -> str:
    result = CliRunner().invoke(command, args, input=stdin, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_json_has_the_fields_of_the_contract_a_line_each() -> None:
    """One object a URL, fields in the order of the design, empty cases as it says."""
    lines = [json.loads(line) for line in run("--json", WRAPPED, "https://plain.example/").splitlines()]
    assert [list(line) for line in lines] == [FIELDS, FIELDS]
    assert lines[0]["hops"] == [{"wrapper": "awin", "url": "https://shop.example/", "encoding": "percent"}]
    assert (lines[1]["hops"], lines[1]["kind"], lines[1]["declared"]) == ([], "plain", {})


def test_dash_reads_one_url_a_line() -> None:
    """Blank lines are passed over; a line that is no URL is answered, not refused."""
    kinds = [
        json.loads(line)["kind"] for line in run("--json", "-", stdin=f"{WRAPPED}\n\nnonsense\n").splitlines()
    ]
    assert kinds == ["landing", "invalid"]


def test_bytes_that_are_no_text_are_answered() -> None:
    """A line that is not UTF-8 is invalid, and does not end the run."""
    lines = run("--json", "-", stdin=b"https://a.example/\xff\xfe\n" + WRAPPED.encode()).splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["invalid", "landing"]


def test_people_see_no_live_link_and_no_control_character() -> None:
    """The human form is defanged, and escape sequences are shown, not sent."""
    shown = run("https://www.awin1.com/cread.php?awinmid=1&ued=https%3A%2F%2Fshop.example%2F%1B%5B2J")
    assert "shop[.]example" in shown
    assert "shop.example" not in shown
    assert "http:" not in shown
    assert "https:" not in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://paid.outbrain.com/network/redir?p=x", "opaque: the landing is not in the URL"),
        ("https://trk.offers.example/", "tracker: ends at the tracker offers[.]example"),
        ("mailto:a@b.example", "invalid: no absolute"),
        ("https://a.example/", "plain: no wrapper"),
    ],
)
def test_people_are_told_what_each_kind_means(url: str, words: str) -> None:
    """Each kind has its sentence."""
    assert words in run(url)


def test_page_names_links_back_to_its_site() -> None:
    """--page makes a link to the page's own site `self`."""
    assert json.loads(run("--json", "--page", "https://shop.example/x", WRAPPED))["kind"] == "self"


def test_nothing_to_unwrap_is_wrong_usage() -> None:
    """Without a URL the command says what to give, exit 2."""
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 2
    assert "or - to read" in result.stderr
