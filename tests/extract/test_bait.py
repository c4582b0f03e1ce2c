"""A loader that is asked for to find ad blockers is no placement; one that shows ads stays one."""

import pytest

from adtrace.extract import extract_page

SRC = "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"
MADE = f"var s = document.createElement('script'); s.src = '{SRC}'; document.head.appendChild(s);"
UNIT = '<ins class="adsbygoogle" data-ad-client="ca-pub-7130284615938274"></ins>'


def states(html: str) -> set[str]:
    found = extract_page(html, url="https://page.example/").sightings
    return {s.state for s in found if s.kind == "network"}


@pytest.mark.parametrize(
    "code",
    [
        f"{MADE} s.onerror = function () {{ window.adBlockDetected = true; }};",
        f"{MADE} s.addEventListener('error', () => showAdblockModal());",
        f"var bait = '{SRC}'; fetch(new Request(bait, {{method: 'HEAD'}})).catch(() => {{ adblock = 1; }});",
        f"$.getScript('{SRC}').fail(function () {{ blocked = true; }});",
    ],
    ids=["onerror", "listener", "request by name", "jQuery"],
)
def test_a_loader_that_only_finds_blockers_is_not_live(code: str) -> None:
    """Its refusal is what the page wants to hear of."""
    assert states(f"<script>{code}</script>") == {"id_only"}


def test_a_loader_with_an_account_stays_live() -> None:
    """A page that shows ads may also ask its readers to let them through."""
    code = f"{MADE} s.onerror = function () {{ window.adBlockDetected = true; }};"
    assert states(f"{UNIT}<script>{code}</script>") == {"live"}


def test_a_loader_that_fails_quietly_stays_live() -> None:
    """Trying another host is no test for a blocker; nor is a blocker named elsewhere on the page."""
    code = f"{MADE} s.onerror = function () {{ retry(); }};"
    assert states(f"<script>{code}</script><script>var adBlockDetected = false;</script>") == {"live"}


@pytest.mark.parametrize(
    "code",
    [
        f"{MADE} s.onerror = function () {{ retry(); }}; // adblock",
        f"{MADE} /* s.onerror */ var adBlockDetected = false;",
        f"{MADE} s.onerror = function () {{ if (false) {{ adBlockDetected = true; }} }};",
    ],
    ids=["blocker in a comment", "failure in a comment", "dead branch"],
)
def test_words_that_do_not_run_hide_no_loader(code: str) -> None:
    """Else a page would take its tag out of what is counted with a word beside it."""
    assert states(f"<script>{code}</script>") == {"live"}


@pytest.mark.parametrize("path", ["/4012345/tag.js", "/tag.js?zoneid=4012345", "/0123456789abcdef0123/a.js"])
def test_a_loader_with_an_id_in_its_address_stays_live(path: str) -> None:
    """Also where no card reads the id: what is asked for only to be refused is nobody's own."""
    made = MADE.replace(SRC, f"https://pagead2.googlesyndication.com{path}")
    assert states(f"<script>{made} s.onerror = () => {{ adblock = 1; }};</script>") == {"live"}


def test_a_bait_is_shown_and_asked_for_by_nobody() -> None:
    """It stays among the sightings, and is no proposal."""
    found = extract_page(
        f"<script>{MADE} s.onerror = () => {{ adblock = 1; }};</script>", url="https://p.example/"
    )
    assert [(s.network, s.url, s.state) for s in found.sightings] == [("adsense", SRC, "id_only")]
    assert found.proposals == []
