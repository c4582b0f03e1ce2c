"""adtrace knowledge: list, show, check, coverage, draft."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from adtrace.cli.knowledge import command
from adtrace.errors import CardError, UsageError
from adtrace.extract import extract_page
from adtrace.extract.sighting import Sighting
from adtrace.knowledge import load_knowledge
from adtrace.knowledge.cards import read_card
from adtrace.knowledge.draft import draft_card
from adtrace.knowledge.proof import find_faults_in

CARD = """
id = "zone7"
name = "Zone 7"
roles = ["pop"]
what = "A test."
source = ["https://zone7.example/ (2026-11-22)"]
limits = "None."
[[host]]
name = "zone7.example"
[[shape]]
name = "loader"
at = "url"
pattern = '/tag\\.js\\?zone=(?P<id>\\d+)'
kind = "zone"
scope = "slot"
host_bound = true
hits = ['<script src="https://a.zone7.example/tag.js?zone=7712"></script>']
misses = ['<script src="https://b.other.example/tag.js?zone=7712"></script>']
"""
UNKNOWN = next(iter(load_knowledge().unknown_metas))
TAG = '<script src="https://a.zone7.example/tag.js?zone=7712"></script>'


def run(*args: str, stdin: bytes | None = None, code: int = 0) -> str:
    result = CliRunner().invoke(command, args, input=stdin, standalone_mode=False)
    if result.exception:
        raise result.exception
    assert (result.return_value or 0) == code
    return result.stdout


def unidentified(html: str) -> Sighting:
    (found,) = extract_page(html, url="https://page.example/").sightings
    return found


def drafted(html: str) -> str:
    return draft_card([unidentified(html)])[0]


def filled(draft: str) -> str:
    """The draft with what only a person can know."""
    return (
        draft.replace("roles = []", 'roles = ["pop"]')
        .replace('what = ""', 'what = "A test."')
        .replace("source = []", 'source = ["https://zone7.example/ (2026-11-22)"]')
        .replace('limits = ""', 'limits = "None."')
        .replace("misses = []", "misses = ['<script src=\"https://a.zone7.example/other.js\"></script>']")
    )


def test_list_gives_each_card_once_and_filters_by_role() -> None:
    """A line a card; a role that is none is a wrong usage."""
    rows = [json.loads(line) for line in run("list", "--json").splitlines()]
    assert [row["id"] for row in rows] == list(load_knowledge().cards)
    pops = {line.partition("\t")[0] for line in run("list", "--role", "pop").splitlines()}
    assert pops == {card.id for card in load_knowledge().cards.values() if "pop" in card.roles}
    with pytest.raises(UsageError, match="is no role"):
        run("list", "--role", "popper")


def test_list_tells_what_a_cards_contacts_are_for() -> None:
    """So that those without one can be found, and given one."""
    lines = {line.partition("\t")[0]: line for line in run("list", "--role", "adult").splitlines()}
    for row in map(json.loads, run("list", "--role", "adult", "--json").splitlines()):
        kinds = ", ".join(contact["kind"] for contact in row["contact"])
        assert lines[row["id"]].endswith(f"\t{kinds or 'no contact'}")


def test_show_says_all_a_card_says_and_no_live_address() -> None:
    """Hosts, shapes with what their ids name, limits and sources, defanged."""
    shown = run("show", "popcash")
    assert "popcash[.]net" in shown
    assert "uid names the account" in shown
    assert "http://" not in shown
    assert "https://" not in shown
    assert json.loads(run("show", "popcash", "--json"))["id"] == "popcash"
    assert run("show", "PopCash") == run("show", "cdn.popcash.net") == shown
    assert run("show", "hxxps://cdn[.]popcash[.]net/show.js") == shown
    assert run("show", "-", stdin=b"popcash\ncdn.popcash.net\n") == f"{shown}\n{shown}"
    with pytest.raises(UsageError, match="no card"):
        run("show", "no-such-card")


def test_show_says_what_else_must_be_seen_or_not() -> None:
    """Two networks whose containers look the same: each is who the other tags of the page are of."""
    assert "Shape     widget: at tag, likely, not beside adskeeper, widget_id" in run("show", "mgid")
    assert "Shape     widget: at tag, proven, beside the card's other tags only, widget_id" in run(
        "show", "adskeeper"
    )


def test_show_says_whom_a_network_belonged_to_and_when() -> None:
    """Parents and hosts with their days."""
    assert "Parent    AT&T Inc from 2018-08-01 until 2022-06-01" in run("show", "appnexus")
    assert "coinhive[.]com from 2017-09-01 until 2019-03-08" in run("show", "coinhive")


def test_check_of_a_card_that_holds_is_silent(tmp_path: Path) -> None:
    """Silence is success, from a file and from standard input."""
    file = tmp_path / "zone7.toml"
    file.write_text(CARD)
    assert CliRunner().invoke(command, ["check", str(file)], standalone_mode=False).output == ""
    assert run("check", "-", stdin=CARD.encode()) == ""


def test_check_tells_of_a_pattern_that_every_text_is_searched_for() -> None:
    """It holds, and costs each page its time: no word of its own calls it up."""
    bare = CARD.replace(r"tag\.js\?zone", r"[a-z]{3}\.[a-z]{2}\?[a-z]+")
    result = CliRunner().invoke(command, ["check", "-"], input=bare.encode(), standalone_mode=False)
    assert (result.return_value, result.stdout) == (0, "")
    assert "zone7.toml, shape loader: no word stands in all that it matches" in result.stderr
    assert "every address is searched for it" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('source = ["https://zone7.example/ (2026-11-22)"]', "source = []", "may not be empty"),
        ("/tag\\.js", "/gat\\.js", "hit 1 is not found"),
        ("host_bound = true", "", "miss 1 is found"),
        (r"(?P<id>\d+)", r"(?P<id>\d+)(?=&)", "RE2 cannot take"),
        (r"(?P<id>\d+)", r"(?P<id>(?:[a-z]{1,500}\d{1,500}){1,20})", "RE2 cannot take|instructions"),
        ('(2026-11-22)"]', '"]', "has no day"),
        ('roles = ["', 'roles = ["mining", "', '"mining" is no role. Choose from ad_network'),
        (r"(?P<id>\d+)", r"(?P<id>(\w)\2)", "RE2 cannot take"),
        ('name = "zone7.example"', 'name = "popcash.net"', "is on popcash too"),
        (
            "host_bound = true",
            'host_bound = true\nnot_beside = ["zone8"]',
            "no card zone8, which shape loader names",
        ),
    ],
)
def test_check_names_what_does_not_hold(old: str, new: str, words: str) -> None:
    """A pattern that only a backtracking engine takes, a hit not found, a miss found: each is refused by name."""
    with pytest.raises(CardError, match=words):
        raise next(find_faults_in("zone7", CARD.replace(old, new).encode()))
    assert run("check", "-", stdin=CARD.replace(old, new).encode(), code=1)


def test_draft_holds_its_evidence_and_waits_for_a_source() -> None:
    """The draft of a tag finds that tag once a person has filled in what only a person can know."""
    line = msgspec.json.encode(unidentified(TAG))
    draft = run("draft", "-", stdin=line)
    assert "source = []" in draft
    assert "may not be empty" in run("check", "-", stdin=draft.encode(), code=1)
    assert run("check", "-", stdin=filled(draft).encode()) == ""
    card = read_card("zone7", filled(draft).encode())
    found = extract_page(TAG, knowledge=load_knowledge().with_card(card, "0" * 12)).sightings
    assert [(s.network, s.account, s.account_kind) for s in found if s.kind == "account"] == [
        ("zone7", "7712", "zone")
    ]


def test_draft_reads_an_id_that_stands_in_the_path() -> None:
    """The same tag of another site, with a number of its own, is the drafted shape's too."""
    draft = drafted('<script async data-cfasync="false" src="//a.zone7.example/pop/173820/go.js"></script>')
    assert r"[a-zA-Z0-9.-]+/pop/(?P<id>\d{4,12})/go\.js'" in draft
    assert 'kind = "number"' in draft


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (f'<meta name="{UNKNOWN}" content="ab12cd34ef">', f"pattern = '^{UNKNOWN}="),
        ('<ins class="kd" data-kd-zone="173820"></ins>', r"at = 'tag'"),
    ],
    ids=["token", "element"],
)
def test_draft_of_what_has_no_address(html: str, words: str) -> None:
    """A token of unknown owner, or an element that marks a place, becomes a shape that finds it."""
    draft = drafted(html)
    assert words in draft
    assert "host_bound" not in draft
    assert run("check", "-", stdin=filled(draft).encode()) == ""


def test_draft_joins_what_shares_host_or_form() -> None:
    """A tag on rotating hosts is one shape for any host; another tag of such a host is a shape of its own."""
    tags = [
        '<script data-cfasync="false" src="//amber.example/x4/ld/173820.js"></script>',
        '<script data-cfasync="false" src="//velvet.example/x9/ld/173821.js"></script>',
        '<script src="//amber.example/b.js?zone=1738&amp;r=1"></script>',
        '<script src="//other.example/c.js?zone=1739"></script>',
    ]
    card, others = draft_card([unidentified(tag) for tag in tags])
    assert [sighting.host for sighting in others] == ["other.example"]
    assert (card.count("[[host]]"), card.count("[[shape]]"), card.count("host_bound")) == (2, 2, 1)
    assert run("check", "-", stdin=filled(card).encode()) == ""
    read = read_card("amber", filled(card).encode())
    knowledge = load_knowledge().with_card(read, "0" * 12)
    found = extract_page(
        '<script src="//quiet.example/x1/ld/173822.js"></script>', knowledge=knowledge
    ).sightings
    assert [(s.network, s.account) for s in found if s.kind == "account"] == [("amber", "173822")]


def test_draft_is_one_card_whatever_the_page_wrote() -> None:
    """Quotes, line breaks and TOML in an address stay inside one string."""
    url = "https://a.zone7.example/tag.js?zone=77'\"\n[[shape]]\u202e"
    seen = msgspec.structs.replace(unidentified(TAG), url=url)
    card, _ = draft_card([seen])
    run("check", "-", stdin=card.encode(), code=1)
    with pytest.raises(CardError, match="may not be empty"):
        read_card("zone7", card.encode())


def test_draft_refuses_what_has_a_card() -> None:
    """Only what is unidentified becomes a card."""
    with pytest.raises(UsageError, match="is no draft's beginning"):
        drafted('<script src="https://cdn.popcash.net/show.js"></script>')
    with pytest.raises(UsageError, match="not a sighting"):
        run("draft", "-", stdin=b"{}\n")


def test_draft_takes_the_first_that_is_unidentified() -> None:
    """A page's sightings go in as they come out: what has a card is passed over."""
    known = unidentified('<script src="https://cdn.popcash.net/show.js"></script>')
    lines = [msgspec.json.encode(sighting) for sighting in (known, unidentified(TAG))]
    assert "a.zone7.example" in run("draft", "-", stdin=b"\n".join(lines))
    with pytest.raises(UsageError, match="no sighting is unidentified"):
        run("draft", "-", stdin=lines[0])


def test_coverage_counts_each_host_by_how_it_is_known(tmp_path: Path) -> None:
    """Card, shape, unidentified and unknown hosts of scripts and frames, once a page; links and images not."""
    page = (
        '<script src="https://cdn.popcash.net/show.js"></script>'
        '<iframe src="//a.zone7.example/tag.js?zone=77"></iframe>'
        '<script src="https://lib.other.example/jquery.js"></script><img src="https://img.third.example/a.gif">'
    )
    (tmp_path / "one.html").write_text(page)
    (tmp_path / "two.html").write_text(page)
    found = json.loads(run("coverage", str(tmp_path), "--json"))
    assert found["pages"] == 2
    assert found["hosts"] == {
        "a.zone7.example": {"known": "unidentified", "pages": 2},
        "cdn.popcash.net": {"known": "card", "pages": 2},
        "lib.other.example": {"known": "unknown", "pages": 2},
    }
    assert found["roles"]["pop"] == 2
    shown = run("coverage", "-", stdin=page.encode())
    assert "lib[.]other[.]example" in shown


def test_coverage_tells_how_many_of_the_networks_can_be_written_to() -> None:
    """By what the best contact is for; the networks without one are named, that somebody may look for it."""
    kind = load_knowledge().cards["popcash"].contact[0].kind
    page = b"".join(
        b'<script src="https://%b/x.js"></script>' % host for host in (b"cdn.popcash.net", b"coinhive.com")
    )
    found = json.loads(run("coverage", "-", "--json", stdin=page))
    assert found["networks"] == {
        "coinhive": {"pages": 1, "route": None},
        "popcash": {"pages": 1, "route": kind},
    }
    shown = run("coverage", "-", stdin=page)
    assert f"contact of 2 networks seen there is for:\n  {kind:15}    1\n  none known         1\n" in shown
    assert "Most seen without one:\n      1  coinhive\n" in shown


@pytest.mark.slow
def test_all_cards_that_ship_hold() -> None:
    """`adtrace knowledge check` proves networks, wrappers and page states alike."""
    assert run("check") == ""
