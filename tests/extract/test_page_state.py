"""page_state says whose page came back; when in doubt it is the operator's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from adtrace.extract import extract_page
from adtrace.extract.page_state import OPERATOR, StateInput, page_state
from adtrace.extract.sighting import PAGE_STATES
from adtrace.knowledge.state import load_states

PAGE = StateInput(
    url="https://site.example/",
    status=200,
    headers=(),
    text="A list of films to watch, with a player for each.",
    title="Films",
    skeleton="skeleton-1 page 0\n",
    elements=40,
    scripts=3,
    text_chars=50,
    links=30,
    has_password=False,
    refresh=None,
    has_ads=False,
)
BANNER = "We use cookies. Accept all cookies to continue, or reject them. Privacy and partners. "


def test_ordinary_page_is_the_operators() -> None:
    """No marker: operator, rule default."""
    assert page_state(PAGE) is OPERATOR


def test_cookie_banner_does_not_make_a_wall() -> None:
    """A page with a banner and its own links or text is the operator's page."""
    text = BANNER + "Films to watch tonight, by title and year. " * 40
    assert page_state(structs.replace(PAGE, text=text, text_chars=len(text), elements=400)) is OPERATOR
    assert page_state(structs.replace(PAGE, text=BANNER, text_chars=len(BANNER))) is OPERATOR


def test_login_form_in_a_page_header_does_not_make_a_wall() -> None:
    """A password field beside the page's own links is no login wall."""
    assert page_state(structs.replace(PAGE, title="Forum - log in", has_password=True)) is OPERATOR


def test_player_page_without_text_is_no_empty_shell() -> None:
    """Embed pages hold a frame and scripts and no words: they are exactly what is looked for."""
    skeleton = 'skeleton-1 page 0\n<body>\n<div id="app">\n<iframe src="https://v.example/e">\n<script src="https://a.example/x.js">\n'
    page = structs.replace(PAGE, text="", text_chars=0, links=0, elements=8, skeleton=skeleton)
    assert page_state(page) is OPERATOR


@pytest.mark.parametrize(("status", "label"), [(451, "geo_blocked"), (404, "soft_404"), (401, "login_wall")])
def test_status_decides_where_it_is_plain(status: int, label: str) -> None:
    """451, 404 and 401 need no words."""
    assert page_state(structs.replace(PAGE, status=status)).label == label


def test_provider_wins_over_wording() -> None:
    """Where a provider's mark and general wording both hold, the rule names the provider."""
    page = structs.replace(
        PAGE,
        title="site.example",
        text="This domain is parked.",
        text_chars=22,
        links=3,
        skeleton='skeleton-1 page 0\n<script src="https://img.sedoparking.com/x.js">\n',
    )
    assert page_state(page).rule.startswith("sedo/lander@")


def test_rule_names_the_card_file() -> None:
    """card/marker@hash12."""
    rule = page_state(structs.replace(PAGE, status=451)).rule
    assert rule.startswith("legal-reasons/status@")
    assert len(rule.partition("@")[2]) == 12


def test_white_space_is_folded_before_matching() -> None:
    """A line break between words hides nothing."""
    page = structs.replace(PAGE, text="This \n\t domain\n is   parked.", text_chars=30, links=2, title="x")
    assert page_state(page).label == "parked"


def test_hash_names_the_state_of_the_cards() -> None:
    """32 hex digits over all files."""
    assert len(load_states().hash) == 32


@given(
    st.builds(
        StateInput,
        url=st.none() | st.text(max_size=50),
        status=st.none() | st.integers(100, 599),
        headers=st.lists(st.tuples(st.text(max_size=10), st.text(max_size=20))).map(tuple),
        text=st.text(max_size=300),
        title=st.text(max_size=80),
        skeleton=st.text(max_size=300),
        elements=st.integers(0, 10**6),
        scripts=st.integers(0, 10**4),
        text_chars=st.integers(0, 20_000),
        links=st.integers(0, 10**5),
        has_password=st.booleans(),
        refresh=st.none() | st.text(max_size=40),
    )
)
def test_any_page_has_a_state(page: StateInput) -> None:
    """Whatever came back, there is one label of the glossary."""
    assert page_state(page).label in PAGE_STATES


TAGS = (
    "<script>var uid='735182';var wid='735183';</script><script src='//cdn.popcash.net/show.js'></script>",
    "<script src='//pl.harbour.example/4b/e1/c0/4be1c07a93d2586f0e7b4c915d82fa60.js'></script>",
    "<script data-cfasync='false' src='//unknown.example/?abc=735182'></script>",
)


@pytest.mark.parametrize("tag", TAGS, ids=["popcash", "adsterra", "unknown"])
@pytest.mark.parametrize(
    "gate",
    [
        "<title>Link</title><p>Please verify you are human to continue.</p>",
        "<title>18+</title><h1>Are you 18 or older?</h1><a href='/in'>Enter</a> <a href='/out'>Exit</a>",
        "<title>Film</title><p>This site is not available in your country.</p>",
        "<title>App</title><div id='root'></div><script src='/static/js/main.js'></script>",
    ],
    ids=["challenge", "age", "country", "shell"],
)
def test_a_gate_that_earns_is_the_operators(gate: str, tag: str) -> None:
    """Ads stand on hostile sites' own checks, age gates and players: such a page is never somebody else's."""
    without, with_ads = (
        extract_page(gate + more, url="https://site.example/").page_state for more in ("", tag)
    )
    assert without is not None
    assert without.label != "operator"
    assert with_ads == OPERATOR
