"""The observed way: documents one behind another, networks within a tag, and what was not asked."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from adtrace.cli.chain import command
from adtrace.draw.chain import draw_chain
from adtrace.draw.layers import Line
from adtrace.draw.subject import Subject
from adtrace.errors import UsageError
from adtrace.export import Source
from adtrace.relate.chains import Fact, Step, find_chain
from adtrace.relate.questions import ask
from tests.relate.small_case import SmallCase, adsense

LOADER = "https://jsc.mgid.com/site/918274.js"
FALLBACK = "https://cdn.taboola.com/libtrc/harbourmedia-network/loader.js"
BEYOND = "https://tags.refinery89.com:8443/fooexample.js"
OFFER = (
    '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshoes.test%2F$x$">a</a>'
)
# A PopAds tag whose fallback is a tag of PopCash.
NESTED = (
    "<script>var _pop = _pop || [];_pop.push(['siteId', 1234567]);_pop.push(['default', "
    "'PHNjcmlwdD52YXIgdWlkPSczOTQ0MSc7dmFyIHdpZD0nMTEyODI3Jzs8L3NjcmlwdD48c2NyaXB0IHNyYz0iLy9jZG4ucG9wY2FzaC5uZXQvc2hvdy5qcyI+"
    "PC9zY3JpcHQ+']);(function(){var pa=document.createElement('script');pa.src='//c1.popads.net/pop.js';})();</script>"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCase]:
    """A waterfall behind one domain, whose first loader another domain names too; ads.txt declares a third network."""
    made = SmallCase(tmp_path_factory.mktemp("chains") / "case")
    with made.case:
        token, old = (
            '<meta name="monetag" content="0123456789abcdef0123456789abcdea">',
            '<!-- <script src="//static.criteo.net/js/ld/ld.js"></script> -->',
        )
        front = made.site("clip.example", f'<script src="{LOADER}"></script>', OFFER, NESTED, token, old)
        first = made.read(
            "clip.example", f's.src="{FALLBACK}";', kind="script", path=LOADER, parent=front, depth=1
        )
        second = made.read(
            "clip.example", f's.src="{LOADER}";t.src="{BEYOND}";', kind="script", path=FALLBACK, parent=first, depth=2
        )  # fmt: skip
        made.deny("clip.example", LOADER, "Asked already.", rule="adtech/asked", parent=second, depth=3)
        made.deny("clip.example", BEYOND, "Too far.", rule="request/depth", parent=second, depth=3)
        made.deny("clip.example", "https://shop.example/own.js", "Nobody's.", parent=second, depth=3)
        made.read("clip.example", "google.com, pub-1, DIRECT\n", kind="ads_txt", path="/ads.txt")
        other = made.site("film.example", adsense())
        made.deny("film.example", LOADER, "Asked already.", rule="adtech/asked", parent=other, depth=1)
        made.entry("dark.example")
        yield made


def way(step: Step) -> list[tuple[str | None, str]]:
    """(network, end) of a document and all that follows it."""
    return [(step.network, step.end), *(one for following in step.steps for one in way(following))]


def named(facts: tuple[Fact, ...]) -> list[tuple[str, str]]:
    return [(fact.kind, fact.name) for fact in facts]


def test_documents_stand_behind_what_named_them(small: SmallCase) -> None:
    """In order, to the one policy refused; where the way comes back it is not told again."""
    chain = find_chain(small.case, "clip.example")
    [step] = chain.steps
    assert way(step) == [
        (None, "captured"), ("mgid", "captured"), ("taboola", "captured"), ("mgid", "above"),
        ("refinery89", "not asked"),
    ]  # fmt: skip
    assert chain.deepest == 2
    assert step.steps[0].steps[0].steps[1].rule == "request/depth"


def test_a_network_within_a_tag_stands_under_it(small: SmallCase) -> None:
    """The fallback in a pop-under's tag, and the brand in a click URL, each with the sighting that shows it."""
    [step] = find_chain(small.case, "clip.example").steps
    inside = [(fact.name, *one) for fact in step.facts for one in named(fact.inside)]
    assert ("popads", "network", "popcash") in inside
    assert ("awin", "brand", "shoes.test") in inside
    assert ("mgid", ("site_id/site/918274",)) in {(fact.name, fact.ids) for fact in step.facts}
    known = {
        small.case.public_id("sighting", row["row"]) for row in small.case.rows("SELECT row FROM sightings")
    }
    assert {fact.sighting for fact in step.facts} <= known


def test_what_another_domain_had_asked_for_is_followed(small: SmallCase) -> None:
    """One request a day serves every page that names the address."""
    [step] = find_chain(small.case, "film.example").steps
    assert way(step)[1:] == way(find_chain(small.case, "clip.example").steps[0])[1:]


def test_what_an_earlier_run_had_asked_for_is_followed(tmp_path: Path) -> None:
    """Networks are asked once a day: a later run's page leads to the answer of the one before."""
    made = SmallCase(tmp_path / "case")
    with made.case:
        front = made.site("clip.example", f'<script src="{LOADER}"></script>')
        made.read("clip.example", "s();", kind="script", path=LOADER, parent=front, depth=1)
        made.run = 2
        again = made.read("clip.example", f'<p><script src="{LOADER}"></script>')
        made.deny("clip.example", LOADER, "Asked today.", rule="adtech/once_a_day", parent=again, depth=1)
        chain = find_chain(made.case, "clip.example")
        assert (chain.run, [way(step) for step in chain.steps]) == (
            2, [[(None, "captured"), ("mgid", "captured")]],
        )  # fmt: skip


def test_a_second_try_stands_for_the_first(tmp_path: Path) -> None:
    """Where an address was asked once more, what came of it then is the step."""
    made = SmallCase(tmp_path / "case")
    with made.case:
        front = made.site("clip.example", f'<script src="{LOADER}"></script>')
        made.end("clip.example", "failed", LOADER, kind="script", parent=front, layer="timeout")
        made.read("clip.example", f's.src="{FALLBACK}";', kind="script", path=LOADER, depth=1)
        [page] = find_chain(made.case, "clip.example").steps
    assert [(step.end, named(step.facts)) for step in page.steps] == [("captured", [("network", "taboola")])]


def test_what_is_only_declared_stands_apart(small: SmallCase) -> None:
    """A line of ads.txt is no step of the observed way."""
    chain = find_chain(small.case, "CLIP.example")
    assert chain.declared == {"adsense": {"DIRECT": 1}}
    assert "adsense" not in str(chain.steps)


@pytest.mark.parametrize(
    ("domain", "words"), [("dark.example", "no run has read"), ("else.example", "no domain")]
)
def test_a_domain_without_a_way_is_said(small: SmallCase, domain: str, words: str) -> None:
    """Not listed, or listed and never read."""
    with pytest.raises(UsageError, match=words):
        find_chain(small.case, domain)


def test_the_command_shows_the_evidence_of_each_step(small: SmallCase) -> None:
    """For people defanged, for programs as one object a domain; - reads domains."""
    said = CliRunner().invoke(command, [str(small.case.path), "clip.example"]).stdout
    assert "clip.example" not in said
    assert "places popcash" in said
    assert "names refinery89" in said  # a loader's own code places nothing
    for other in ("links through awin", "claims monetag", "keeps criteo"):
        assert other in said, other
    assert all(len(line) <= 80 or len(line.split()) == 1 for line in said.splitlines())
    assert re.search(
        r"did not ask refinery89 for a script hxxps://\S+ \(too far from the page, request/depth\) decision-\d+ ",
        " ".join(said.split()),
    )
    assert "operator  outcome-" in said
    both = CliRunner().invoke(
        command, [str(small.case.path), "-", "--json"], input="clip.example\nfilm.example\n"
    )
    assert [json.loads(line)["domain"] for line in both.stdout.splitlines()] == [
        "clip.example",
        "film.example",
    ]


def test_a_page_that_is_not_the_operators_is_said_to_be(tmp_path: Path) -> None:
    """Its tags are the parking company's: in words and in the picture, before anything else is told."""
    with (made := SmallCase(tmp_path / "case")).case:
        made.entry("clip.example")
        made.read("clip.example", f"<title>clip.example</title><h1>This domain is for sale!</h1>{adsense()}")
        said = CliRunner().invoke(command, [str(made.case.path), "clip.example"]).stdout
        drawn = draw_chain(Subject(Source(made.case, "investigator")), "clip.example")
    what = "ot the operator's page (for sale): what stands there accuses nobody and counts nowhere"
    assert said.splitlines()[1].startswith("  not the operator's page (for sale)")
    assert f"n{what}" in " ".join(said.split())  # of two lines
    assert "not the operator's page" in drawn.subtitle
    assert drawn.notes[0] == f"N{what}."


def test_the_picture_has_a_column_for_each_step(small: SmallCase) -> None:
    """Networks and brands right of what named them, with the records that show it; others read a pseudonym."""
    drawn = draw_chain(Subject(Source(small.case, "investigator")), "clip.example")
    assert [column.title for column in drawn.columns] == [
        "Domain", "On the page", "1 behind", "2 behind",
    ]  # fmt: skip
    awin, brand = ({s.text: s for s in column.spots} for column in drawn.columns[1:3])
    assert Line(awin["Awin"].id, brand["shoes[.]test"].id, dashed=True) in drawn.lines
    assert re.fullmatch(r"sighting-\d+, outcome-\d+", awin["MGID"].note)
    assert {spot.text for spot in drawn.columns[2].spots} >= {"PopCash", "Taboola"}
    assert not {spot.text for spot in drawn.columns[1].spots} & {
        "Monetag",
        "Criteo",
    }  # a token, a commented tag
    hidden = draw_chain(Subject(Source(small.case)), "clip.example")
    assert "clip" not in str(hidden)


def test_what_answers_name_is_asked_of_the_whole_case(small: SmallCase) -> None:
    """MGID's loader names Taboola's, whose loader names two more: each pair with its sightings."""
    found = ask(small.case, "behind-networks")
    pairs = {tuple(row[:3]): row for row in found.rows}
    assert set(pairs) == {
        ("mgid", "taboola", "script"), ("taboola", "mgid", "script"), ("taboola", "refinery89", "script"),
    }  # fmt: skip
    row = pairs["mgid", "taboola", "script"]
    assert row[3:6] == [1, ["clip.example"], 1]
    assert row[-1] == [f"{small.case.short}-sighting-{number}" for number in taboola(small)]
    assert found.headline.startswith(
        "Pairs of a network that answered and one its answers name: 3, by 2 networks"
    )


def test_a_document_of_a_host_that_passed_on_is_not_the_networks(tmp_path: Path) -> None:
    """Whose a document is, says the card whose host it was on the day it was asked for."""
    lapsed = "https://coinhive.com/lib/a.js"
    with (made := SmallCase(tmp_path / "case")).case:
        front = made.site("clip.example", f'<script src="{lapsed}"></script>')
        made.read("clip.example", f's.src="{FALLBACK}";', kind="script", path=lapsed, parent=front, depth=1)
        assert ask(made.case, "behind-networks").rows == []
        (page,) = find_chain(made.case, "clip.example").steps
    assert [step.network for step in page.steps] == [None]


def test_a_network_does_not_stand_behind_itself(tmp_path: Path) -> None:
    """Its own further addresses in its own code are no hop."""
    made = SmallCase(tmp_path / "case")
    with made.case:
        front = made.site("clip.example", f'<script src="{LOADER}"></script>')
        code = f's.src="{LOADER.replace("918274", "918275")}";t.src="{FALLBACK}";'
        made.read("clip.example", code, kind="script", path=LOADER, parent=front, depth=1)
        named = {
            row["network"] for row in made.case.rows("SELECT network FROM sightings WHERE kind = 'network'")
        }
        assert named == {"mgid", "taboola"}
        assert [tuple(row[:2]) for row in ask(made.case, "behind-networks").rows] == [("mgid", "taboola")]


def test_what_a_page_says_twice_is_told_once_with_both_sightings(tmp_path: Path) -> None:
    """A tag that stands in several places is one placement to a reader."""
    made = SmallCase(tmp_path / "case")
    with made.case:
        made.site("clip.example", f'<script src="{LOADER}"></script>', f'<script src="{LOADER}"></script>')
    said = CliRunner().invoke(command, [str(made.case.path), "clip.example"]).stdout
    (line,) = (line for line in said.splitlines() if "places mgid" in line)
    assert len(re.findall(r"sighting-\d+", line)) == 2


def taboola(small: SmallCase) -> list[int]:
    rows = small.case.rows(
        "SELECT row FROM sightings WHERE kind = 'network' AND network = 'taboola' ORDER BY row"
    )
    return [row["row"] for row in rows][:1]
