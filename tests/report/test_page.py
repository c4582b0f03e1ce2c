"""What a page says cannot do anything to the reader of the report, nor tell the taskforce whose page it was."""

import base64
import json
import re
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import quote, unquote

import pytest

from adtrace.case import Case, Entry
from adtrace.export.source import Source
from adtrace.report import write_report
from adtrace.report.model import make_report
from tests.relate.small_case import PUBLISHER, SmallCase, adsense, page

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)' x='{{ 7 * 7 }}"
    "\x1b]0;title\x07\x9b31m \u202etxt.exe\u2066 \u200bend <!-- ]]> &lt;b&gt; javascript:alert(4)"
)
NAMED = "watch-film.example"


class Tags(HTMLParser):
    """Every start tag with its attributes, and the text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.words.append(data)


@pytest.fixture
def hostile(small: SmallCase) -> SmallCase:
    """A case in which everything that people or pages wrote is an attack."""
    small.entry("clip.example", authority=HOSTILE, reference=HOSTILE, category=HOSTILE)
    landing = quote("https://shop.test/" + HOSTILE)
    tags = (
        f'<script src="https://s.magsrv.com/ad-provider.js?x={quote(HOSTILE)}"></script>'
        f'<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued={landing}">x</a>'
    )
    small.read("clip.example", page(adsense(), tags), path="/?" + quote(HOSTILE))
    small.end("clip.example", "failed", layer="dns", reason=HOSTILE)
    small.deny("clip.example", "https://clip.example/" + HOSTILE, HOSTILE)
    return small


def written(case: Case, audience: str = "taskforce") -> str:
    """The report's text."""
    stream = BytesIO()
    write_report(case, stream, audience=audience)  # type: ignore[arg-type]
    return stream.getvalue().decode()


@pytest.mark.parametrize("audience", ["taskforce", "investigator"])
def test_hostile_text_stays_text(hostile: SmallCase, audience: str) -> None:
    """No element, attribute, template or control character of theirs; the words themselves are shown."""
    whole = written(hostile.case, audience)
    found = Tags(whole)
    names = [tag for tag, _ in found.tags]
    assert names.count("script") == 3
    assert not {"img", "iframe", "object", "embed", "base", "form", "link"} & set(names)
    attributes = {name for _, given in found.tags for name in given}
    assert not {name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")}
    assert {given["href"][:1] for _, given in found.tags if "href" in given} == {"#"}  # type: ignore[index]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069]", whole)
    words = " ".join(found.words)
    assert "<script>alert(1)</script>" in words
    assert r"\u{1b}]0;title\u{7}" in words
    assert r"\u{202e}txt" in words
    assert "{{ 7 * 7 }}" in words


def test_the_scripts_data_holds_no_markup(hostile: SmallCase) -> None:
    """JSON in a script element ends where we end it."""
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', written(hostile.case))
    assert not set("<>&") & set(data)
    assert data.isascii()
    found = json.loads(data)
    assert {"nodes", "edges", "kinds"} <= found.keys()
    targets = [ends[::2] for *_, ends in found["edges"]]
    graph = Source(hostile.case, "investigator").graph()
    assert sum(map(len, targets)) == graph.number_of_edges()
    assert max(map(max, targets)) < len(found["nodes"]) == len(graph)


def decoded(text: str) -> list[str]:
    """The text, undone as a curious reader would: percent, base64 and hexadecimal at every offset."""
    found = [text, unquote(unquote(text))]
    for run in re.findall(r"[A-Za-z0-9+/_-]{12,}", text):
        plain = run.replace("-", "+").replace("_", "/")
        for offset in range(4):
            part = plain[offset : len(plain) - (len(plain) - offset) % 4]
            found.append(base64.b64decode(part).decode("latin-1"))
    found += [bytes.fromhex(run).decode("latin-1") for run in re.findall(r"(?:[0-9a-f]{2}){8,}", text)]
    return found


def test_no_listed_host_and_no_id_is_in_what_the_taskforce_gets(small: SmallCase) -> None:
    """Not in names, URLs, reasons, the case's purpose, the run's settings, nor encoded in any of them."""
    ways = [NAMED, quote(quote(f"https://{NAMED}/", safe=""), safe=""), NAMED.encode().hex()]
    ways.append(base64.b64encode(f"https://{NAMED}/x".encode()).decode())
    tags = "".join(f'<script src="https://s.magsrv.com/ad-provider.js?r={way}"></script>' for way in ways)
    merchant = (
        f"https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&clickref={NAMED}&ued=https%3A%2F%2F{NAMED}%2F"
    )
    small.site("clip.example", adsense(), tags, f'<a href="{merchant}">x</a>', reference=f"see {NAMED}")
    small.site(NAMED, adsense(), tags, category="of clip.example")
    small.read("clip.example", f"google.com, {PUBLISHER}, DIRECT\n{NAMED}, 77, RESELLER\n", kind="ads_txt")
    small.end("clip.example", "redirected", location=f"https://{NAMED}/?from=clip.example")
    small.end("clip.example", "failed", layer="dns", reason=f"no such host {NAMED}")
    small.deny("clip.example", f"https://stranger.test/?u={NAMED}", f"{NAMED} named it")
    with small.case.transaction():
        run = small.case.append(
            "note",
            {
                "event": "run_started",
                "reach": "tags",
                "pages": 0,
                "egress": "direct",
                "profile": {"user_agent": f"for {NAMED}", "language": "en", "egress": "via clip.example"},
                "entries": 2,
                "policy": "0" * 12,
                "knowledge": "0" * 32,
            },
        )
        told = {"party": f"host of {NAMED}", "learns": "clip.example, clip[.]example", "entries": 2}
        small.case.append("note", {"event": "run_ended", "run": run, "exposure": [told]})
    theirs = written(small.case)
    for shown in decoded(theirs):
        for secret in ("clip.example", "clip[.]example", NAMED, NAMED.replace(".", "[.]"), PUBLISHER):
            assert secret not in shown.lower()
    assert "watch-film[.]example" in written(small.case, "investigator")


def test_denominators_are_those_of_the_answers(small: SmallCase) -> None:
    """One count of domains in the whole report, and the overview's numbers are the answers'."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    small.entry("gone.example")
    small.end("gone.example", "failed", layer="dns")
    source = Source(small.case)
    report = make_report(source)
    answers = {answer.id: answer for answer, _ in report.answers}
    assert {answer.denominators for answer in answers.values()} == {report.overview.denominators}
    assert (
        "Every answer speaks of 3 domains: 2 observable, 0 not the operator\u2019s page, 1 unobservable."
        in written(small.case)
    )
    assert (report.overview.networks, report.overview.placed_on) == (1, 2)
    assert (
        f"Networks placed: {report.overview.networks}, on {report.overview.placed_on} of 2"
        in answers["hub-networks"].headline
    )
    assert report.overview.shared_accounts == len(answers["shared-account"].rows) == 1
    assert [letter.reach for letter in report.overview.letters] == [2]


def test_the_headline_counts_what_pages_that_were_read_carry(small: SmallCase) -> None:
    """A worker's file of a site whose own page was not seen is told apart, as in the summary of the run."""
    small.site("clip.example", adsense())
    small.entry("dark.example")
    small.read(
        "dark.example",
        "atOptions = {'key': '9f3a17c2e5b80d4671c4a92fbd0e6358'};",
        kind="worker",
        path="/sw.js",
    )
    overview = re.sub(r"<[^>]+>|\s+", " ", written(small.case))
    assert re.search(r"of +1 network +is placed on +1 of 1 observable domain", overview)
    assert re.search(r"\b1 +ad account +carried", overview)
    assert re.search(r"in files of 1 domain whose page was not seen", overview)


def test_where_no_page_of_an_operators_was_seen_nothing_is_said(small: SmallCase) -> None:
    """ "No advertising on 0 domains" reads as if somebody had looked."""
    small.entry("sale.example")
    small.read("sale.example", f"<title>sale.example</title><h1>This domain is for sale!</h1>{adsense()}")
    told = " ".join(written(small.case).split())
    assert (
        "No page of an operator\u2019s was seen on 1 domain: nothing can be said of the advertising" in told
    )
    assert "No live advertising was observed on" not in told


def test_every_link_of_a_dossier_leads_to_its_evidence(small: SmallCase) -> None:
    """The sighting's row, and from there the capture's."""
    small.site("clip.example", adsense())
    report = make_report(Source(small.case))
    rows = {row.anchor: row for row in report.evidence.rows}
    linked = [
        piece
        for one in report.dossiers
        for group in one.groups
        for tie in group.ties
        for piece in tie.evidence
    ]
    assert linked
    assert {piece.anchor for piece in linked} <= rows.keys()
    captures = {row.anchor for table in report.tables if table.id == "captures" for row in table.rows}
    assert {
        piece.anchor
        for row in rows.values()
        for cell in row.cells
        for piece in cell.pieces
        if piece.anchor[:1] == "o"
    } <= captures


def test_an_entry_that_was_withdrawn_is_nowhere(small: SmallCase) -> None:
    """Its rows leave every table, the graph and the dossiers."""
    small.site("clip.example", adsense())
    number = small.entry("film.example")
    small.read("film.example", page(adsense(), name="film"))
    assert "film[.]example" in written(small.case, "investigator")
    with small.case.transaction():
        small.case.withdraw([number], "confirmed in error")
    assert "film[.]example" not in written(small.case, "investigator")


def test_what_is_told_of_an_entry(small: SmallCase) -> None:
    """The narrowest TLP of all entries marks the report, beside what may be done with it."""
    with small.case.transaction():
        for domain, tlp in (("clip.example", "green"), ("film.example", "red")):
            small.case.add_entries(
                [Entry(domain=domain, unit="domain", authority="A", reference="1", tlp=tlp)]  # type: ignore[arg-type]
            )
    page = written(small.case, "investigator")
    assert ">TLP:RED<" in page
    assert ">PAP:AMBER<" in page
