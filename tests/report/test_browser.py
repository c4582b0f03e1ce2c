"""The page in a real browser, as a reader has it: from the disk, asking nobody, and usable without a script."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from adtrace.report import write_report
from tests.relate.small_case import SmallCase, adsense, page
from tests.report.browser import CHROMIUM, Browser, open_browser

pytestmark = pytest.mark.slow
# Where there is no Chromium there is nothing to collect; where there is one, its failure is a failure.
__test__ = CHROMIUM is not None
ATTACK = (
    "</script><script>document.title = 'broken'</script><img src=x onerror=\"document.title = 'broken'\">"
)
STATUS = "document.getElementById('graph-status').textContent"


def exoclick(zone: int) -> str:
    """A live ExoClick tag with this zone."""
    loader = '<script async src="https://a.magsrv.com/ad-provider.js"></script>'
    return f'<ins class="eas6a97888e2" data-zoneid="{zone}"></ins>{loader}'


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The investigator's page of 30 domains, three to a zone, with an attack in the list and on a page."""
    folder = tmp_path_factory.mktemp("browser")
    small = SmallCase(folder / "case")
    with small.case:
        for number in range(30):
            tags = (adsense() if number < 5 else "", exoclick(5738000 + number % 10))
            small.site(f"site{number:02}.example", *tags, reference=f"{ATTACK}{number}")
        attack = page(f"<script>var x = '{ATTACK}'</script>", name="more")
        small.read("site00.example", attack, path="/more")
        write_report(small.case, folder / "report.html", audience="investigator")
    return folder / "report.html"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this module."""
    with open_browser() as browser:
        browser.size(1280, 900)
        yield browser


@pytest.fixture
def browser(chromium: Browser, report: Path) -> Iterator[Browser]:
    """The report, freshly open; at the end: nothing was asked of anyone, and nothing complained."""
    chromium.errors.clear()
    chromium.requests.clear()
    chromium.open(report)
    yield chromium
    assert chromium.errors == []
    assert {address.partition("#")[0] for address in chromium.requests} <= {report.as_uri(), "about:blank"}
    assert chromium.look("document.title").startswith("adtrace report")


def test_the_graph_is_drawn_and_filtered(browser: Browser) -> None:
    """There is paint on the canvas; what is left out of it is no longer counted."""
    paint = "document.getElementById('canvas').getContext('2d').getImageData(0, 0, 600, 400).data"
    browser.wait(f"new Set({paint}).size > 20")
    whole = browser.look(STATUS)
    browser.click("[data-kind=account]")
    assert int(browser.look(STATUS).split()[0]) == int(whole.split()[0]) - 11


def test_two_nodes_and_the_path_between_them(browser: Browser) -> None:
    """Find by name, read the dossier beside the graph, see what ties two domains together."""
    for name, end in (("site07", "from"), ("site17", "to")):
        browser.type("#graph-find", name)
        browser.click("#graph-found button")
        assert f"{name}[.]example" in browser.visible("#graph-side h3")[0]
        browser.click(f"#graph-side button:nth-of-type({1 if end == 'from' else 2})")
    first, second = browser.visible("#graph-path li")
    assert "site07[.]example" in first
    assert "site17[.]example" in second


def test_search_leads_to_the_dossier_and_on_to_the_evidence(browser: Browser) -> None:
    """One dossier at a time; from a tie to all that stands behind the sighting, and to its row; a click each."""
    browser.type("#find", "site29")
    browser.click("#found a")
    browser.wait("document.querySelector('.dossier:target')")
    assert len(browser.visible(".dossier:not(.beside) h3")) == 1
    browser.click('.dossier:target td a[href^="#s"]')
    browser.wait("document.getElementById('behind').open")
    (told,) = browser.visible("#behind .all")
    for part in ("site29[.]example", "exoclick/", "today", "Authority, ", "chain", "checkpoint-"):
        assert part in told
    browser.click("#behind a")
    browser.wait("document.querySelector('#sightings tr:target')?.checkVisibility()")
    assert not browser.look("document.getElementById('behind').open")


def test_the_keyboard_alone_opens_and_closes_what_stands_behind(browser: Browser) -> None:
    """Enter on a sighting, Escape back to it (WCAG 2.1.1, 2.4.3)."""
    browser.look("document.querySelector('#networks td a[href^=\"#s\"]').focus()")
    browser.press("Enter", 13)
    browser.wait("document.getElementById('behind').open")
    assert browser.look("document.activeElement.closest('#behind') !== null")
    browser.press("Escape", 27)
    browser.wait("!document.getElementById('behind').open")
    assert browser.look("document.activeElement.hash.startsWith('#s')")


def test_tables_unfold_sort_and_filter(browser: Browser) -> None:
    """Of 30 rows 20 are shown; sorting is over all of them, and a filter finds what is folded."""
    cells = "#domains tbody td:first-child"
    assert len(browser.visible(cells)) == 20
    browser.click("#domains th button")
    browser.click("#domains th button")
    assert browser.visible(cells)[0] == "site29[.]example"
    browser.type('[aria-label="Filter Domains"]', "site03")
    browser.wait("document.querySelector('#domains table').classList.contains('filtered')")
    assert browser.visible(cells) == ["site03[.]example"]


def test_what_is_saved_is_safe_in_a_spreadsheet(browser: Browser) -> None:
    """All rows, also those folded; every cell quoted; an attack stays text."""
    keep = "(blob) => { blob.text().then(text => { window.saved = text }); return '#record' }"
    browser.look(f"URL.createObjectURL = {keep}")
    browser.click("#domains-tools button:nth-of-type(2)")
    browser.wait("window.saved")
    lines = browser.look("window.saved").strip().split("\r\n")
    assert len(lines) == 31
    assert all(line.startswith('"') and line.endswith('"') for line in lines)


def test_without_a_script_all_but_the_graph_is_there(browser: Browser, report: Path) -> None:
    """Plain tables, every row; the drawn views; a dossier by its address; and no control that would do nothing."""
    browser.open(report, "#n3", scripts=False)
    root = browser.call("DOM.getDocument")["root"]["nodeId"]
    expected = {
        "#domains tbody tr": 30,
        "figure > svg": 7,
        ".dossier": 1,
        "canvas": 0,
        ".find": 0,
        ".tools": 0,
    }
    found = {}
    for selector in expected:
        nodes = browser.call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]
        found[selector] = sum(_has_box(browser, node) for node in nodes)
    browser.open(report)
    assert found == expected


def _has_box(browser: Browser, node: int) -> bool:
    try:
        browser.call("DOM.getBoxModel", nodeId=node)
    except AssertionError:
        return False
    return True


_LUMINANCE = """(name) => {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
  probe.remove();
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_enough_contrast(browser: Browser, scheme: str) -> None:
    """WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for the shapes of the graph (1.4.11)."""
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    kinds = ("domain", "account", "network", "brand", "company", "seller", "landing", "tie", "focus")
    for ground in ("paper", "card"):
        below = browser.look(f"({_LUMINANCE})({ground!r})")
        for least, names in ((4.5, ("ink", "soft", "link")), (3, kinds)):
            for name in names:
                lighter, darker = sorted((below, browser.look(f"({_LUMINANCE})({name!r})")), reverse=True)
                assert (lighter + 0.05) / (darker + 0.05) >= least, (name, ground)
    browser.call("Emulation.setEmulatedMedia", features=[])


def test_a_screen_reader_finds_a_name_for_everything(browser: Browser) -> None:
    """No button, field, picture or table without one; headings do not skip a level."""
    roles = {"button", "searchbox", "checkbox", "combobox", "image", "img", "link", "region", "table"}
    nameless = [
        node
        for node in browser.call("Accessibility.getFullAXTree")["nodes"]
        if not node["ignored"]
        and node.get("role", {}).get("value") in roles
        and not node.get("name", {}).get("value", "").strip()
    ]
    assert nameless == []
    levels = browser.look("[...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_an_empty_case_opens_without_complaint(chromium: Browser, tmp_path: Path) -> None:
    """No node, no row, no error."""
    small = SmallCase(tmp_path / "case")
    with small.case:
        write_report(small.case, tmp_path / "empty.html")
    chromium.errors.clear()
    chromium.open(tmp_path / "empty.html")
    assert chromium.look("document.getElementById('explore').hidden") is True
    assert chromium.errors == []
