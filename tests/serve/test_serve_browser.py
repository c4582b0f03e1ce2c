"""The web view in a real browser: opened by its address, asking nobody else, with hostile text on every page."""

from pathlib import Path

import pytest

from tests.relate.small_case import SmallCase, adsense, page
from tests.report.browser import CHROMIUM, open_browser
from tests.serve.conftest import served

pytestmark = pytest.mark.slow
# Where there is no Chromium there is nothing to collect; where there is one, its failure is a failure.
__test__ = CHROMIUM is not None
ATTACK = (
    "</script><script>document.title = 'broken'</script><img src=x onerror=\"document.title = 'broken'\">"
)
PAGES = (
    "/",
    "/dossiers",
    "/dossier?node=domain%3Aclip.example",
    "/report",
    "/case",
    "/case/entries",
    "/case/sightings/1",
)


def test_the_case_in_a_browser(tmp_path: Path) -> None:
    """No script of a page or a list runs, nothing outside is asked, links lead to dossiers, the graph is drawn."""
    small = SmallCase(tmp_path / "case")
    small.site("clip.example", adsense(), reference=ATTACK, authority="https://evil.test/a")
    small.site("film.example", adsense(), f"<script>var x = '{ATTACK}'</script>")
    small.read("film.example", page(f"<a href='https://evil.test/b'>{ATTACK}</a>"), path="/more")
    with small.case, served(small.case.path) as address, open_browser() as browser:
        base = address.partition("/-/")[0]
        browser.visit(address)
        assert browser.look("location.href") == f"{base}/"
        for path in PAGES:
            browser.visit(base + path)
            assert browser.look("document.title") != "broken", path
            assert browser.look("document.querySelectorAll('img[src=x]').length") == 0
            away = "[...document.links].map(a => a.href).filter(to => !to.startsWith(location.origin))"
            assert browser.look(away) == [], path
        browser.visit(base + "/")
        assert browser.look(
            "[...document.links].every(a => a.href.startsWith(document.baseURI.split('#')[0]))"
        )
        browser.follow("#domains a")
        assert browser.look("location.pathname.endsWith('/dossier') && document.title.includes('[.]example')")
        browser.visit(base + "/report#graph")
        browser.wait("document.getElementById('graph-status')?.textContent.includes('nodes')")
        # A browser looks for a page's sign at the root, where nothing is, and takes no cookie there.
        sign = f"{base.rpartition('/')[0]}/favicon.ico"
        assert {one for one in browser.requests if not one.startswith(base)} <= {"about:blank", sign}
        # Datasette writes a border's colour as a style attribute, which our policy does not take.
        errors = [
            error for error in browser.errors if "Applying inline style" not in error and sign not in error
        ]
        assert errors == []
