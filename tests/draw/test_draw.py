"""Pictures show what an audience may see, are the same for the same case, and need nothing but matplotlib."""

import json
import re
import sys
from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner
from defusedxml import ElementTree
from matplotlib.patches import FancyBboxPatch

import adtrace.draw
from adtrace.cli.draw import command
from adtrace.draw import PICTURES, draw
from adtrace.draw.layers import MOST, Layers, Line, Spot, arrange
from adtrace.draw.subject import Subject
from adtrace.errors import AdtraceError, UsageError
from adtrace.export import Source
from tests.draw.conftest import OFFER
from tests.relate.small_case import PUBLISHER, SmallCase, adsense

WHAT = {
    "domain": "clip.example",
    "chain": "clip.example",
    "cluster": "1",
    "brand": "shoes.test",
    "intervention": "",
}


def words(layers: Layers) -> str:
    return "\n".join(
        [
            layers.title,
            layers.subtitle,
            *layers.notes,
            *(f"{spot.text} {spot.note}" for column in layers.columns for spot in column.spots),
        ]
    )


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_every_picture_is_drawn_twice_the_same(
    small: SmallCase, picture: str, form: str, begins: bytes
) -> None:
    """No time, no machine, no chance in it."""
    drawn = [draw(Source(small.case), picture, WHAT[picture], form) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert drawn[0].startswith(begins)
    assert not re.search(rb"Matplotlib v|dc:date", drawn[0])


def test_of_a_page_that_is_not_the_operators_nothing_is_said(tmp_path: Path) -> None:
    """Its tags are somebody else's; an empty picture must not read as a clean domain."""
    with (made := SmallCase(tmp_path / "case")).case:
        made.entry("sale.example")
        made.read("sale.example", f"<title>sale.example</title><h1>This domain is for sale!</h1>{adsense()}")
        drawn = PICTURES["domain"](Subject(Source(made.case, "investigator")), "sale.example")
    assert "0 networks placed" in drawn.subtitle
    assert "The operator's page was not seen: nothing can be said of it." in drawn.notes
    assert not [note for note in drawn.notes if note.startswith("Dashed")]


@pytest.mark.parametrize("picture", ["domain", "cluster", "brand"])
def test_the_taskforce_reads_pseudonyms(small: SmallCase, picture: str) -> None:
    """Also where the domain was asked for in clear."""
    shown = words(PICTURES[picture](Subject(Source(small.case)), WHAT[picture]))
    assert not re.search(f"clip|film|{PUBLISHER}", shown)
    assert "dom-" in shown


def test_the_investigator_reads_clear_names_that_are_no_links(small: SmallCase) -> None:
    """Defanged where people read."""
    shown = words(PICTURES["domain"](Subject(Source(small.case, "investigator")), "clip.example"))
    assert "clip[.]example" in shown
    assert "clip.example" not in shown
    assert PUBLISHER in shown
    assert "shoes[.]test" in shown


def test_a_path_runs_from_domain_to_brand(small: SmallCase) -> None:
    """Domain, accounts, networks, brands; a network without an account says so."""
    layers = PICTURES["domain"](Subject(Source(small.case, "investigator")), "clip.example")
    assert [column.title for column in layers.columns] == [
        "Domain",
        "Accounts carried",
        "Networks",
        "Brands offered",
    ]
    assert "no account seen" in words(layers)
    dashed = {(line.left, line.right) for line in layers.lines if line.dashed}
    assert dashed == {("network:awin", "brand:shoes.test")}


def test_a_cluster_shows_what_ties_it_and_what_speaks_against(small: SmallCase) -> None:
    """Never as a finding."""
    layers = PICTURES["cluster"](Subject(Source(small.case, "investigator")), "1")
    assert "A hypothesis, not a finding" in words(layers)
    assert "one account alone ties it" in words(layers)
    assert len(layers.lines) == 2
    name = layers.title.rpartition(" ")[2]
    assert PICTURES["cluster"](Subject(Source(small.case, "investigator")), name) == layers


def test_a_brand_is_found_however_it_is_written(small: SmallCase) -> None:
    """Its name in any letters, or its site's host."""
    subject = Subject(Source(small.case, "investigator"))
    drawn = PICTURES["brand"](subject, "shoes.test")
    assert PICTURES["brand"](subject, "WWW.Shoes.test") == drawn


@pytest.mark.parametrize(
    ("picture", "what", "said"),
    [
        ("domain", "other.example", "no domain"),
        ("cluster", "2", "no cluster 2; the case has 1"),
        ("cluster", "x", "no cluster x"),
        ("brand", "hats.test", "no brand"),
    ],
)
def test_what_is_not_there_is_not_drawn(small: SmallCase, picture: str, what: str, said: str) -> None:
    """Named, with the way out."""
    with pytest.raises(UsageError, match=said):
        draw(Source(small.case), picture, what, "svg")


def test_a_large_column_is_cut_and_says_so() -> None:
    """The nodes with the most lines stay."""
    spots = [Spot(f"s{number}", f"{number}") for number in range(MOST + 5)]
    layers = arrange("t", "s", [("a", [Spot("x", "x")]), ("b", spots)], [Line("x", "s28")], [])
    assert layers.columns[1].more == 5
    assert "s28" in {spot.id for spot in layers.columns[1].spots}


def test_the_command_writes_a_file_and_puts_it_on_record(small: SmallCase, tmp_path: Path) -> None:
    """Verified first; 0600; the ledger knows of it."""
    small.case.close()
    file = tmp_path / "letters.svg"
    result = CliRunner().invoke(command, [str(small.case.path), "--intervention", "-o", str(file)])
    assert result.exit_code == 0, result.output
    assert file.stat().st_mode & 0o777 == 0o600
    from adtrace.case import Case

    with Case.open(small.case.path) as case:
        (record,) = case.rows("SELECT payload FROM exports")
        assert "picture-intervention" in record["payload"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "what shall be drawn"),
        (("--intervention", "--brand", "b"), "what shall be drawn"),
        (("--cluster", "-o", "x.pdf"), "no picture's name"),
    ],
)
def test_the_command_says_what_it_needs(small: SmallCase, arguments: tuple[str, ...], said: str) -> None:
    """Exit 2."""
    given = arguments if "-o" in arguments else (*arguments, "-o", "x.svg")
    result = CliRunner().invoke(command, [str(small.case.path), *given])
    assert isinstance(result.exception, AdtraceError)
    assert said in str(result.exception)


def test_without_matplotlib_the_extra_is_named(small: SmallCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback."""
    monkeypatch.delattr(adtrace.draw, "canvas", raising=False)
    monkeypatch.setitem(sys.modules, "adtrace.draw.canvas", None)
    with pytest.raises(UsageError, match=r"adtrace\[draw\]"):
        draw(Source(small.case), "intervention", "", "svg")


def test_every_box_and_every_word_stays_inside_the_picture(small: SmallCase) -> None:
    """Nothing is cut off and no name runs out of its box, also the longest and widest ones."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from adtrace.draw.canvas import draw_layers

    small.site("w" * 60 + "." + "m" * 60 + ".example", adsense("pub-9999999999999999"), OFFER)
    subject = Subject(Source(small.case, "investigator"))
    layers = PICTURES["brand"](subject, "shoes.test")
    assert isinstance(layers, Layers)
    figure = draw_layers(layers)
    figure.set_dpi(160)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for text in [*figure.texts, *figure.axes[0].texts]:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width
        assert box.y0 >= 0
        assert box.y1 <= figure.bbox.height
    boxes = [
        patch.get_window_extent() for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch)
    ]
    for text in figure.axes[0].texts:
        x, y = text.get_window_extent().min
        for box in boxes:
            if box.contains(x, y):
                assert text.get_window_extent().x1 <= box.x1, text.get_text()


def test_a_picture_says_of_which_case_and_when(small: SmallCase) -> None:
    """A picture travels without its page."""
    for picture, what in WHAT.items():
        notes = PICTURES[picture](Subject(Source(small.case)), what).notes
        said = r"adtrace, case [0-9a-f]{8}, as of record \d+, \d{4}-\d\d-\d\d; for the taskforce\."
        assert re.fullmatch(said, notes[-1])
        assert len(notes) > 1


def test_the_letters_are_counted_in_words(small: SmallCase) -> None:
    """How many letters reach which part of which whole."""
    drawn = PICTURES["intervention"](Subject(Source(small.case)), "")
    assert (
        drawn.subtitle
        == "Live advertising on 2 of 2 observable domains; letters to reach 50 %: 1, 80 %: 1, 95 %: 1."
    )


HOSTILE = (
    "</text><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "$x^{2$",
    "\u202egnirts",
    "&#x3c;script&#x3e;",
    'a" onload="alert(1)',
)


def test_what_an_ad_answer_names_draws_nothing_but_words(tmp_path: Path) -> None:
    """Markup, comments, formulas and writing direction in a brand's name are letters of a well-formed SVG."""
    small = SmallCase(tmp_path / "case")
    codes = []
    for name in HOSTILE:
        named = f"<InLine><AdSystem>x</AdSystem><AdTitle>t</AdTitle><Advertiser>{escape(name)}</Advertiser></InLine>"
        adm = f'<VAST version="4.0"><Ad id="1">{named}</Ad></VAST>'
        bid = json.dumps({"seatbid": [{"bid": [{"id": "1", "impid": "1", "price": 1, "adm": adm}]}]})
        codes.append(f"<script>r({bid.replace('<', chr(92) + 'u003c')});</script>")
    with small.case:
        small.site("clip.example", *codes)
        source = Source(small.case, "investigator")
        assert len(small.case.table("brands")) == len(HOSTILE)
        drawn = draw(source, "domain", "clip.example", "svg")
    root = ElementTree.fromstring(drawn)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    names = {name.rpartition("}")[2] for element in root.iter() for name in element.attrib}
    assert "script" not in tags
    assert not [name for name in names if name.startswith("on")]
    assert "\u202e" not in drawn.decode("utf-8")
