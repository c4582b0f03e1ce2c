"""unwrap says where a click URL leads, and never more than the URL states."""

import base64
import gzip
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.extract.unwrap import (
    MAX_HOPS,
    could_unwrap,
    has_wrapper_form,
    role_of,
    unwrap,
    unwrap_with_rules,
)
from adtrace.knowledge.wrappers import load_wrappers

AWIN = "https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued="
ADURL = "https://adclick.g.doubleclick.net/pcs/click?xai=A&adurl="
FORMS = [form for card in load_wrappers().cards.values() for form in card.form]
HIT_URLS = [hit.url for form in FORMS for hit in form.hits]
GUESSED_URLS = {hit.url for form in FORMS if form.guess for hit in form.hits}
PLATFORM_URLS = {hit.url for form in load_wrappers().cards["platforms"].form for hit in form.hits}


def awin(url: str, layers: int = 1) -> str:
    for _ in range(layers):
        url = quote(url, safe="")
    return AWIN + url


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_percent_layers_are_undone_and_named(layers: int) -> None:
    """One to three layers of percent-encoding lead to the same landing; the hop says how many."""
    found = unwrap(awin("https://shop.example/?a=1&b=%2F", layers))
    assert found.landing == "https://shop.example/?a=1&b=%2F"
    assert found.hops[0].encoding == ("percent" if layers == 1 else f"percent x{layers}")


def test_nested_wrappers_are_hops_in_order() -> None:
    """Each wrapper passed is a hop: its card and the URL that came out of it."""
    found = unwrap(ADURL + quote(awin("https://shop.example/"), safe=""))
    assert [hop.wrapper for hop in found.hops] == ["google", "awin"]
    assert found.hops[0].url == awin("https://shop.example/")
    assert found.hops[1].url == found.landing == "https://shop.example/"


def test_what_two_wrappers_declare_is_kept_apart() -> None:
    """The outer statement keeps its name; a different one of an inner wrapper carries that wrapper's name."""
    xandr = "https://nym1-ib.adnxs.com/click?AA./referrer=http%3A%2F%2Fone.example%2F/clickenc="
    desk = "https://insight.adsrvr.org/track/clk?td_s=two.example&r=https%3A%2F%2Fshop.example%2F"
    found = unwrap(xandr + quote(desk, safe=""))
    assert found.declared == {"site": "http://one.example/", "thetradedesk.site": "two.example"}


def test_landing_written_raw_keeps_its_own_query() -> None:
    """A click macro is often not encoded: what follows its ? is the landing's."""
    assert unwrap(ADURL + "https://shop.example/?a=1&b=2").landing == "https://shop.example/?a=1&b=2"


def test_parameter_after_raw_landing_without_query_is_the_wrappers() -> None:
    """Without a ? of its own the landing ends at the next &."""
    assert unwrap(ADURL + "https://shop.example/&ved=1").landing == "https://shop.example/"


@pytest.mark.parametrize(
    ("url", "landing"),
    [
        ("//shop.example/a", "https://shop.example/a"),
        ("https:/shop.example/a", "https://shop.example/a"),
        (r"https:\/\/shop.example\/a?b=1\u0026c=2", "https://shop.example/a?b=1&c=2"),
        ("market://details?id=com.brand", "https://play.google.com/store/apps/details?id=com.brand"),
        ("itms-apps://apps.apple.com/app/id1234567", "https://apps.apple.com/app/id1234567"),
        ("intent://shop.example/a#Intent;scheme=https;package=com.brand;end", "https://shop.example/a"),
        ("intent:#Intent;package=com.brand;end", "https://play.google.com/store/apps/details?id=com.brand"),
        (
            "intent://x#Intent;scheme=brand;S.browser_fallback_url=https%3A%2F%2Fshop.example%2F;end",
            "https://shop.example/",
        ),
    ],
)
def test_odd_forms_of_a_landing_are_read(url: str, landing: str) -> None:
    """What links become on the way, and app links, lead to the page a browser would open."""
    assert unwrap(awin(url)).landing == landing


@pytest.mark.parametrize(
    "value",
    [
        "",
        "%2Frelative%2Fpath",
        "javascript%3Aalert(1)",
        "mailto%3Aa%40b.example",
        "{macro}",
        "https%3A%2F%2F",
    ],
)
def test_wrapper_without_a_web_landing_is_opaque(value: str) -> None:
    """Absence is no error and no guess: the wrapper is named, the landing is null."""
    found = unwrap(AWIN + value)
    assert (found.kind, found.landing, found.landing_domain) == ("opaque", None, None)
    assert [(hop.wrapper, hop.url, hop.encoding) for hop in found.hops] == [("awin", None, None)]


def test_userinfo_is_not_the_landing() -> None:
    """https://brand.example@other.example leads to other.example."""
    assert unwrap(awin("https://brand.example@other.example/")).landing_domain == "other.example"


def test_international_name_is_compared_in_its_ascii_form() -> None:
    """The landing stays as written, its domain is canonical."""
    found = unwrap(awin("https://bücher.example/"))
    assert (found.landing, found.landing_domain) == ("https://bücher.example/", "xn--bcher-kva.example")


def test_ip_address_has_no_domain() -> None:
    """A landing on a bare address can be nobody's brand."""
    assert unwrap(awin("http://192.0.2.7/a")).landing_domain is None


def test_link_back_to_the_page_is_self() -> None:
    """With the page given, its own site is no landing; another site of a shared suffix is."""
    assert unwrap(awin("https://www.site.example/x"), page="https://site.example/y").kind == "self"
    assert unwrap(awin("https://one.github.io/"), page="https://two.github.io/").kind == "landing"


def test_relative_link_is_joined_to_the_page() -> None:
    """Without a page there is nothing to join it to."""
    assert unwrap("/a", page="https://site.example/b").landing == "https://site.example/a"
    assert unwrap("/a").kind == "invalid"


def test_deeper_than_the_cap_is_opaque() -> None:
    """A chain without end is cut; no landing is claimed."""
    url = "https://shop.example/"
    for _ in range(MAX_HOPS + 1):
        url = ADURL + url
    found = unwrap(url)
    assert (found.kind, len(found.hops)) == ("opaque", MAX_HOPS)


def record(*fields: str) -> str:
    packed = base64.b64encode(gzip.compress("|".join(fields).encode(), mtime=0)).decode()
    return packed.replace("+", ".").replace("/", "_")


@pytest.mark.parametrize("address", ["192.0.2.44", "2001:db8::44"])
def test_our_own_address_leaves_the_record(address: str) -> None:
    """The EXADS record names the address that asked: it is in nothing that unwrap returns, decoded or not."""
    blob = record(
        "1",
        "0",
        quote("https://shop.example/?ip=" + address, safe=""),
        "",
        "0",
        "1",
        "site.example",
        address,
        "2",
        "3",
    )
    found = unwrap(f"https://s.magsrv.com/click.php?d={blob}&user_ip={quote(address)}")
    inner = gzip.decompress(
        base64.b64decode(found.input.split("d=")[1].split("&")[0].replace(".", "+").replace("_", "/"))
    )
    for text in (found.input, inner.decode(), str(found)):
        assert address not in text
        assert quote(address, safe="") not in text
    assert found.landing == "https://shop.example/?ip=redacted"
    assert unwrap(found.input) == found


def test_half_a_character_in_a_record_does_not_raise() -> None:
    """JSON can escape half of a surrogate pair; what comes out can be written as UTF-8."""
    record = base64.b64encode(rb'{"destinationUrl": "https://shop.example/\ud800%41"}').decode()
    found = unwrap(f"https://www.emjcd.com/links?d={record}")
    assert found.landing == "https://shop.example/\N{REPLACEMENT CHARACTER}%41"


def test_what_names_nobody_is_not_rewritten() -> None:
    """Every text is rot13 of another: one that reads as an address there stays as it was written here."""
    url = "https://event.2performant.com/events/click?aff_code=a&unique=b&redirect_to=%2F%2Fshop.example%2Fp"
    assert unwrap(url).input == url


def test_address_in_a_record_that_cannot_be_read_is_hidden_with_it() -> None:
    """What may hold our address and cannot be opened is not kept."""
    assert (
        unwrap("https://s.magsrv.com/click.php?d=H4sIbroken").input
        == "https://s.magsrv.com/click.php?d=redacted"
    )


@pytest.mark.parametrize("name", ["ip", "user_ip", "clientIp", "remote_addr", "x-forwarded-for"])
@pytest.mark.parametrize("layers", [0, 1, 2])
def test_address_in_a_parameter_is_redacted_at_any_depth(name: str, layers: int) -> None:
    """ip=, user_ip= and their like lose their value also where the URL is nested in another."""
    inner = f"https://shop.example/?{name}=192.0.2.44&a=1"
    url = awin(inner, layers) if layers else inner
    found = unwrap(url)
    assert "192.0.2.44" not in str(found)
    assert found.landing == f"https://shop.example/?{name}=redacted&a=1"


def test_version_number_is_no_address() -> None:
    """Only a parameter that says it is an address loses one."""
    assert unwrap("https://shop.example/?v=1.2.3.4").input == "https://shop.example/?v=1.2.3.4"


def test_bomb_in_a_record_is_not_inflated() -> None:
    """A record that grows past any click URL is refused: opaque, at once."""
    blob = base64.b64encode(gzip.compress(b"0" * 50_000_000)).decode().replace("+", ".").replace("/", "_")
    assert unwrap(f"https://s.magsrv.com/click.php?d={blob}").kind == "opaque"


def test_long_url_takes_linear_time() -> None:
    """Ten times the length takes about ten times as long: far from a hundred."""

    def spent(size: int) -> float:
        url = awin("https://shop.example/?" + "a=%2F&ip=1&" * size, 3)
        return min(_timed(url) for _ in range(3))

    assert spent(20_000) < 40 * spent(2_000)


def test_each_text_within_a_url_is_looked_into_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A click within a click in base64 is read by several guesses at each step, and grows no tree of looks."""
    looks = 0

    def counted(text: str) -> str:
        nonlocal looks
        looks += 1
        return text

    monkeypatch.setattr("adtrace.extract.unwrapping.redaction.redact_named", counted)
    url = "https://shop.example/"
    for _ in range(8):
        url = "https://go.portal.test/click?url=" + base64.urlsafe_b64encode(url.encode()).decode()
    assert unwrap(url).landing == "https://shop.example/"
    assert looks < 500


def _timed(url: str) -> float:
    """Processor time: what else the machine does is no step of ours."""
    start = time.process_time()
    unwrap(url)
    return time.process_time() - start


def test_nothing_is_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket is made for any URL that a card knows."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was made")

    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    for url in HIT_URLS:
        unwrap(url)


MESS = st.one_of(
    st.text(max_size=200),
    st.builds(
        lambda head, tail: head[: len(head) // 2] + tail, st.sampled_from(HIT_URLS), st.text(max_size=60)
    ),
    st.builds(
        lambda url, at, extra: url[: at % len(url)] + extra + url[at % len(url) :],
        st.sampled_from(HIT_URLS),
        st.integers(0, 500),
        st.sampled_from(
            ["\\/", "\\u0026", "\\\\/", "%", "%25", "&", "?", "#", "\x00", "\ud800", "|", "//", "@", "[", "]"]
        ),
    ),
    st.builds(
        lambda outer, inner: outer + quote(inner, safe=""),
        st.sampled_from([AWIN, ADURL]),
        st.sampled_from(HIT_URLS),
    ),
)


@given(MESS)
def test_never_raises_and_a_landing_is_final(url: str) -> None:
    """Whatever a page writes, there is an answer, and unwrapping its landing again changes nothing."""
    found = unwrap(url)
    assert (found.landing is None) == (found.kind in ("opaque", "invalid"))
    assert bool(found.hops) or found.kind in ("plain", "invalid")
    if found.landing is not None:
        again = unwrap(found.landing)
        assert again.landing == found.landing
        assert again.kind == ("tracker" if found.kind == "tracker" else "plain")
        assert unwrap(found.input).landing == found.landing


def test_prefilter_knows_every_host_bound_grammar() -> None:
    """could_unwrap and has_wrapper_form together pass every URL that a card knows, and no ordinary one."""
    from adtrace.extract.unwrapping.address import read_address

    for url in HIT_URLS:
        address = read_address(url)
        assert address is not None
        if url in GUESSED_URLS or url in PLATFORM_URLS:
            continue  # no card's, or no wrapper: never kept of a page
        assert could_unwrap(address.host) or has_wrapper_form(address.tail), url
    assert not could_unwrap("www.shop.example")
    assert not has_wrapper_form("/article/1.html?utm_source=x")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fshop.example%2F",
        "https://twitter.com/intent/tweet?url=https%3A%2F%2Fshop.example%2F",
        "https://www.linkedin.com/shareArticle?mini=true&url=https%3A%2F%2Fshop.example%2F",
        "https://www.pinterest.com/pin/create/button/?url=https%3A%2F%2Fshop.example%2F",
        "https://t.me/share/url?url=https%3A%2F%2Fshop.example%2F",
        "https://api.whatsapp.com/send?text=https%3A%2F%2Fshop.example%2F",
        "https://www.reddit.com/submit?url=https%3A%2F%2Fshop.example%2F",
        "https://vk.com/share.php?url=https%3A%2F%2Fshop.example%2F",
        "https://accounts.google.com/ServiceLogin?continue=https%3A%2F%2Fshop.example%2F",
        "https://www.google.com/search?q=https%3A%2F%2Fshop.example%2F",
        "https://validator.w3.org/check?uri=https%3A%2F%2Fshop.example%2F",
        "https://site.example/login?redirect=https%3A%2F%2Fshop.example%2F",
        "https://site.example/wp-login.php?redirect_to=https%3A%2F%2Fshop.example%2F",
        "https://site.example/oauth?redirect_uri=https%3A%2F%2Fshop.example%2F",
        "https://i0.wp.com/shop.example/a",
        "https://site.example/_next/image?url=https%3A%2F%2Fshop.example%2Fa&w=64",
        "https://googleads.g.doubleclick.net/pagead/ads?client=x&url=https%3A%2F%2Fshop.example%2F",
        "https://gum.criteo.com/syncframe?topUrl=shop.example",
        "https://ib.adnxs.com/getuid?https://shop.example/sync?uid=$UID",
        "https://www.shop.example/?utm_source=a&url=https%3A%2F%2Fother.example%2F",
    ],
)
def test_what_only_names_another_address_is_no_wrapper(url: str) -> None:
    """Share and login links, searches, image proxies, cookie syncs: plain, and nobody's brand."""
    found = unwrap(url)
    assert (found.kind, found.hops, found.landing) == ("plain", (), url)


def test_an_unknown_redirect_says_its_landing_and_no_brand() -> None:
    """A click word in the path and a whole address in a parameter that means where to: a redirector, no ad's role."""
    found, grammars = unwrap_with_rules(
        "https://ads.portal.example/click.php?id=5&dest=https%3A%2F%2Fshop.test%2F"
    )
    assert (found.kind, found.landing, role_of(grammars)) == ("landing", "https://shop.test/", "redirector")


def test_what_a_card_knows_stands_against_a_guess() -> None:
    """Where a card says that the landing is on the server, no other parameter is taken for it."""
    assert unwrap("https://s.magsrv.com/click.php?x=1&url=https%3A%2F%2Fsite.example%2F").kind == "opaque"


@pytest.mark.parametrize(
    "click", ["https://track.effiliation.com/servlet/effi.redir?a=1", "https://trk.ads.test/?a=1"]
)
def test_an_affiliates_or_trackers_link_is_left_to_a_guess(click: str) -> None:
    """Where its card finds no landing, a parameter that says where to is read; it names no other page."""
    found, grammars = unwrap_with_rules(f"{click}&deeplink=https%3A%2F%2Fshop.example%2F")
    assert (found.landing, grammars[0].form.guess) == ("https://shop.example/", True)


@pytest.mark.parametrize("sign", ["&amp;", "&#38;", "&#038;", "&#x26;", "&amp;amp;"])
def test_a_url_copied_from_markup_is_the_url(sign: str) -> None:
    """References to signs are taken back in the wrapper and in the landing."""
    url = f"{ADURL.replace('&', sign)}https://shop.example/?a=1{sign}b=2"
    assert unwrap(url).landing == "https://shop.example/?a=1&b=2"


def test_parameters_of_the_fragment_count() -> None:
    """A single-page redirector keeps its parameters behind #."""
    assert (
        unwrap("https://go.portal.test/#/out?url=https%3A%2F%2Fshop.example%2F").landing
        == "https://shop.example/"
    )


def test_no_link_of_a_page_is_kept_for_a_guess() -> None:
    """Whoever wrote it: only a form that a card knows keeps a link's address in clear."""
    assert not has_wrapper_form("/out.php?url=https%3A%2F%2Fsite.example%2F")


def test_a_path_left_out_is_the_root() -> None:
    """https://host?query asks for the same as https://host/?query."""
    assert (
        unwrap("https://go.skimresources.com?id=1X2&url=https%3A%2F%2Fshop.example%2F").landing
        == "https://shop.example/"
    )


def test_app_store_is_not_the_wrappers_own_site() -> None:
    """A link from Google to its store leads to an app, not back to Google."""
    found = unwrap(
        "https://www.google.com/url?q=" + quote("https://play.google.com/store/apps/details?id=com.brand")
    )
    assert (found.kind, found.declared) == ("landing", {"store": "google-play", "app": "com.brand"})


def test_role_is_the_least_that_the_way_claims() -> None:
    """An affiliate link inside an ad click stays an affiliate link; a fallback is never an advertiser."""
    assert role_of(unwrap_with_rules(ADURL + "https://shop.example/")[1]) == "ad_click"
    assert (
        role_of(unwrap_with_rules(ADURL + quote(awin("https://shop.example/"), safe=""))[1])
        == "affiliate_merchant"
    )
    assert role_of(()) is None


def test_rule_names_the_card_file() -> None:
    """A hop's rule is card/form@hash12, and its network the card's."""
    grammar = unwrap_with_rules(awin("https://shop.example/"))[1][0]
    assert grammar.rule.startswith("awin/deeplink@")
    assert len(grammar.rule.partition("@")[2]) == 12
    assert grammar.network == "awin"
