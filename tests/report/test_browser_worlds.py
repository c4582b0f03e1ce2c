"""The report of invented webs of three sizes, and of a case too large for one page, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.demo import build_world
from adtrace.rehearsal import trace_world
from adtrace.report import write_report
from tests.benchmarks.large_case import Writer
from tests.report.browser import CHROMIUM, Browser, open_browser

pytestmark = pytest.mark.slow
# Where there is no Chromium there is nothing to collect; where there is one, its failure is a failure.
__test__ = CHROMIUM is not None
SIZES = (2, 6, 20)
MOST_BYTES = 15_000_000
STATUS = "document.getElementById('graph-status').textContent"
PAINT = (
    "new Set(document.getElementById('canvas').getContext('2d').getImageData(0, 0, 600, 400).data).size > 20"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this module."""
    with open_browser() as browser:
        browser.size(1280, 900)
        yield browser


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Size of an invented web → the investigator's page of its case."""
    found = {}
    for size in SIZES:
        folder = tmp_path_factory.mktemp(f"world-{size}") / "case"
        trace_world(build_world(7, size), folder, report=False)
        found[size] = folder.parent / "report.html"
        with Case.open(folder, write=True) as case:
            write_report(case, found[size], audience="investigator")
    return found


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a case of more than 5,000 nodes, as the task force gets it."""
    folder = tmp_path_factory.mktemp("large")
    writer = Writer(folder / "case")
    writer.write(300, 14_000)
    with writer.case:
        write_report(writer.case, folder / "report.html")
    return folder / "report.html"


def opened(browser: Browser, file: Path) -> None:
    """The file, freshly open in a browser that forgot what went before."""
    browser.errors.clear()
    browser.requests.clear()
    browser.refused.clear()
    browser.open(file)


def nothing_was_asked(browser: Browser, file: Path) -> bool:
    """Of anybody but the disk; what the policy stopped was not asked, and the browser's own signs are no requests."""
    asked = {
        address for address in set(browser.requests) - browser.refused if not address.startswith("data:")
    }
    return {address.partition("#")[0] for address in asked} <= {file.as_uri(), "about:blank"}


@pytest.mark.parametrize("size", SIZES)
def test_a_world_opens_and_can_be_searched(chromium: Browser, worlds: dict[int, Path], size: int) -> None:
    """No request, no complaint; the graph is painted, a domain is found, its dossier leads to evidence."""
    opened(chromium, worlds[size])
    chromium.wait(PAINT)
    domain = chromium.look("Model.nodes.find(node => node.kind === 0 && node.degree > 0)?.title ?? ''")
    if domain:
        chromium.type("#find", domain)
        chromium.click("#found a")
        chromium.wait("document.querySelector('.dossier:target')")
        assert domain in chromium.visible(".dossier:target h3")[0]
        chromium.click('.dossier:target td a[href^="#s"]')
        chromium.wait("document.getElementById('behind').open")
        assert "chain" in chromium.visible("#behind .all")[0]
    assert chromium.errors == []
    assert nothing_was_asked(chromium, worlds[size])


def test_tables_fit_a_common_screen_and_hide_no_column(chromium: Browser, worlds: dict[int, Path]) -> None:
    """None scrolls sideways at 1,280 px, all its rows unfolded; the columns that took away are a click away."""
    opened(chromium, worlds[20])
    chromium.look("document.querySelectorAll('details').forEach(one => { one.open = true })")
    chromium.look("document.querySelectorAll('tbody.more').forEach(one => { one.classList.add('open') })")
    boxes = "[...document.querySelectorAll('div.table')]"
    wide = f"{boxes}.filter(box => box.scrollWidth > box.clientWidth).map(box => box.id)"
    assert chromium.look(wide) == []
    assert "path" not in chromium.visible("#sightings th")
    chromium.click("#sightings-tools [aria-pressed]")
    assert "path" in chromium.visible("#sightings th")
    assert chromium.visible("#sightings th") == chromium.look(
        "[...document.querySelectorAll('#sightings th')].map(cell => cell.textContent)"
    )
    assert chromium.errors == []


def test_filters_leave_what_they_say(chromium: Browser, worlds: dict[int, Path]) -> None:
    """One network: it, what it gave out, and where that stands; several domains: nothing that stands on one."""
    opened(chromium, worlds[20])
    chromium.look(
        "(s => { s.value = s.options[1].value; s.dispatchEvent(new Event('change')) })"
        "(document.getElementById('graph-network'))"
    )
    shown = "Model.nodes.filter(node => node.shown)"
    assert chromium.look(f"{shown}.filter(node => Model.data.kinds[node.kind] === 'network').length") >= 1
    assert int(chromium.look(STATUS).split()[0]) == chromium.look(f"{shown}.length")
    chromium.click("#graph-shared")
    kinds = "['account', 'brand', 'landing', 'seller']"
    alone = f"{shown}.filter(node => {kinds}.includes(Model.data.kinds[node.kind]) && node.domains < 2)"
    assert chromium.look(f"{alone}.length") == 0
    assert chromium.errors == []


def test_a_text_that_got_out_could_do_nothing(
    chromium: Browser, worlds: dict[int, Path], tmp_path: Path
) -> None:
    """Were an escape forgotten, the policy still refuses scripts, handlers, styles, pictures, frames and forms."""
    attack = (
        "<script>document.title = 'broken'</script>"
        "<img src='https://outside.test/a.png' onerror=\"document.title = 'broken'\">"
        "<style>body { display: none } @import 'https://outside.test/a.css';</style>"
        "<iframe src='https://outside.test/frame'></iframe><object data='https://outside.test/o'></object>"
        "<link rel='stylesheet' href='https://outside.test/b.css'><base href='https://outside.test/'>"
        "<form action='https://outside.test/'><input name='x'></form>"
        "<script>fetch('https://outside.test/f')</script><svg onload=\"document.title = 'broken'\"></svg>"
    )
    page = worlds[2].read_text("utf-8")
    file = tmp_path / "broken.html"
    file.write_text(page.replace("<main>", f"<main>{attack}", 1), "utf-8")
    opened(chromium, file)
    chromium.look("document.querySelector('main form').submit()")
    assert chromium.look("document.title").startswith("adtrace report")
    assert chromium.look("getComputedStyle(document.body).display") == "block"
    assert nothing_was_asked(chromium, file)
    assert any("Content Security Policy" in error for error in chromium.errors)


def test_a_large_case_fits_the_page_and_says_what_is_left_out(chromium: Browser, large: Path) -> None:
    """5,000 nodes of more; searching, filtering, zooming and a path each end in what they should."""
    assert large.stat().st_size <= MOST_BYTES
    opened(chromium, large)
    chromium.wait(PAINT)
    assert chromium.look("Model.nodes.length") == 5000
    (said,) = chromium.visible("#graph-help")
    found = re.search(r"5,000 of ([\d,]+) nodes are here", said)
    assert found
    assert int(found[1].replace(",", "")) > 5000
    assert "rows are here; all: adtrace export" in " ".join(chromium.visible("#tables caption"))
    assert chromium.look("document.getElementById('graph-shared').checked")
    few = int(chromium.look(STATUS).split()[0].replace(",", ""))
    chromium.click("#graph-shared")
    assert int(chromium.look(STATUS).split()[0].replace(",", "")) > few
    for end in (1, 2):
        chromium.type("#graph-find", "dom-")
        chromium.click(f"#graph-found li:nth-child({end}) button")
        chromium.click(f"#graph-side button:nth-of-type({end})")
    assert chromium.visible("#graph-path li")
    chromium.look("View.zoom(2)")
    assert chromium.errors == []
    assert nothing_was_asked(chromium, large)
