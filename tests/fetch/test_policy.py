"""policy.py: what may be requested."""

from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.fetch.messages import ScopeRule
from adtrace.fetch.parts import canonical_url
from adtrace.fetch.policy import Scope, may_request

SCOPE = Scope(
    [
        ScopeRule(1, "domain", "clip.example"),
        ScopeRule(2, "host", "www.film.example"),
        ScopeRule(3, "domain", "wide.example", include_subdomains=True),
        ScopeRule(4, "url", "short.example", url="https://short.example/abc?d=e"),
    ]
)
PAGE = "https://clip.example/"


class Card:
    """All that the policy must know of one."""

    def __init__(self, *roles: str, advertising: bool = True) -> None:
        self.roles, self.advertising = roles, advertising


class Cards:
    """An ad network and a shortener, each with its subdomains; the effects are named in the paths."""

    _hosts: ClassVar = {"adnet.example": Card("ad_network"), "links.example": Card("shortener")}
    _sellers: ClassVar = {"https://adnet.example/sellers.json", "https://files.test/rtb/adnet/sellers.json"}

    def card_of_host(self, host: str, /) -> Card | None:
        return next((c for name, c in self._hosts.items() if f".{host}".endswith(f".{name}")), None)

    def card_of_sellers_json(self, url: str, /) -> Card | None:
        return Card("exchange") if url in self._sellers else None

    def effect_of(self, url: str, /) -> str:
        return next((e for e in ("generic", "per_account", "serves") if e in url), "unknown")


def ask(url, document="page", *, reach="page", named_by=None, scope=SCOPE):
    return may_request(url, document, scope=scope, reach=reach, knowledge=Cards(), named_by=named_by)


@pytest.mark.parametrize(
    "url",
    [
        "https://clip.example/",
        "http://clip.example/a?b=c",
        "https://www.clip.example/",
        "https://film.example/",
        "https://wide.example/",
        "https://a.b.wide.example/",
    ],
)
def test_hosts_of_entries_are_in_scope_with_www_both_ways(url):
    """A host and its www form are one site; subdomains only if the entry says so."""
    assert ask(url).allow


@pytest.mark.parametrize(
    "url",
    [
        "https://a.clip.example/",
        "https://www.www.clip.example/",
        "https://www.www.film.example/",
        "https://example/",
        "https://notclip.example/",
        "https://clip.example.evil.test/",
        "https://other.test/",
    ],
)
def test_other_hosts_are_out_of_scope(url):
    """Neither a subdomain, nor a parent, nor a look-alike of an entry."""
    assert ask(url).rule == "request/out_of_scope"


def test_the_nearest_entry_covers_a_host():
    """Its own before that of its www form, and both before one whose subdomains are included."""
    hosts = ("www.clip.example", "clip.example", "a.clip.example")
    scope = Scope(
        [
            ScopeRule(1, "domain", "clip.example", include_subdomains=True),
            ScopeRule(2, "host", "www.clip.example"),
        ]
    )
    assert [ask(f"https://{host}/", scope=scope).rule for host in hosts] == [
        "scope/host/2",
        "scope/domain/1",
        "scope/domain/1",
    ]
    assert ask("https://clip.example/", scope=Scope([ScopeRule(2, "host", "www.clip.example")])).allow


def test_an_address_that_is_an_entry_itself_is_that_entrys_page():
    """In whatever order the list names it and its host; what else is asked of the host is the host's."""
    host, link = ScopeRule(1, "domain", "clip.example"), ScopeRule(2, "url", "clip.example", f"{PAGE}u/1")
    for scope in (Scope([host, link]), Scope([link, host])):
        assert ask(f"{PAGE}u/1", scope=scope).rule == "scope/url/2"
        assert ask(f"{PAGE}u/1", "script", scope=scope).rule == "scope/domain/1"
        assert ask(f"{PAGE}u/2", scope=scope).rule == "scope/domain/1"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("www.co.uk", "https://co.uk/"),
        ("www.github.io", "https://github.io/"),
        ("co.uk", "https://clip.co.uk/"),
        ("com", "https://com/"),
        ("127.0.0.1", "https://127.0.0.1/"),
    ],
)
def test_what_everybody_has_names_under_is_nobodys_scope(host, url):
    """Neither as the form without www. of a domain that is called so, nor out of a case that lists it."""
    assert not ask(url, scope=Scope([ScopeRule(1, "domain", host, include_subdomains=True)])).allow


def test_unit_url_is_that_url_alone():
    """As a page; no other path, scheme, host form or kind."""
    assert ask("https://short.example/abc?d=e").allow
    for url in (
        "https://short.example/",
        "http://short.example/abc?d=e",
        "https://www.short.example/abc?d=e",
    ):
        assert ask(url).rule == "request/out_of_scope"
    assert ask("https://short.example/abc?d=e", "script").rule == "request/out_of_scope"


def test_empty_scope_contacts_nothing():
    """No entry, no contact."""
    assert not ask(PAGE, scope=Scope([])).allow
    assert not ask(
        "https://adnet.example/generic.js", "script", reach="ads", named_by=PAGE, scope=Scope([])
    ).allow


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "data:text/html,a",
        "ftp://clip.example/",
        "ws://clip.example/",
        "javascript:alert(1)",
        "blob:https://clip.example/a",
        "view-source:https://clip.example/",
        "https://user@clip.example/",
        "https://user:word@clip.example/",
        "https://clip.example:8443/",
        "http://clip.example:443/",
        "https://clip.example:443/",
        "https://clip.example",
        "https://CLIP.example/",
        "https://clip.example./",
        "https:\\\\clip.example\\",
        "https://clip.example/a b",
        "https://clip.example/a#b",
        "https://clip.example/../a",
        "https://clip.example/\u00e9",
        " https://clip.example/",
        "https://clip.example/\n",
        "https://clip.example%2f.test/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://①②⑦.0.0.1/",
        "https://fa\u00df.example/",
        "https://clip.example/" + "a" * 3000,
        "clip.example",
        "",
    ],
)
def test_odd_forms_are_refused(url):
    """Only the form a WHATWG parser would write itself, of http and https on their own ports, is requested."""
    verdict = ask(url)
    assert not verdict.allow
    assert verdict.rule == "request/form"


@pytest.mark.parametrize(
    "path",
    [
        "/a.jpg",
        "/a.JPG",
        "/v/a.m3u8",
        "/a.mp4/",
        "/a%2Ejpg",
        "/a.ts;x=1",
        "/a.svg?b",
        "/a.jpg%00.html",
        "/a.jpg.",
        "/a.jpg!w200",
        "/a.jpg:large",
        "/a.jpg@2x",
        "/a.webp~tplv-1:300:0.image",
        "/a.mp4,b",
    ],
)
@pytest.mark.parametrize("document", ["page", "frame", "script"])
def test_media_suffixes_are_never_requested(path, document):
    """Neither at a site nor at an ad network."""
    assert ask("https://clip.example" + path, document).rule == "request/media"
    assert ask("https://adnet.example" + path, "script", reach="ads", named_by=PAGE).rule == "request/media"


@pytest.mark.parametrize(
    "path", ["/a.jpg.html", "/a.php?img=a.jpg", "/jpg", "/v1.2/a", "/", "/a.2,b", "/me@jpg", "/x.ts-1"]
)
def test_pages_about_media_are_pages(path):
    """The suffix of the last segment counts; what a page shows is not requested."""
    assert ask("https://clip.example" + path).allow


def test_ad_networks_are_asked_from_reach_tags_on_and_only_if_named():
    """A card's host, a generic effect, and an in-scope document that named the address: all three."""
    url = "https://cdn.adnet.example/generic.js"
    assert ask(url, "script", reach="page", named_by=PAGE).rule == "request/reach"
    assert ask(url, "script", reach="tags", named_by=PAGE).allow
    assert ask(url, "script", reach="tags").rule == "request/unnamed"
    assert ask(url, "script", reach="tags", named_by="https://other.test/").rule == "request/unnamed"
    assert ask(url, "script", reach="tags", named_by="nonsense").rule == "request/unnamed"
    assert (
        ask("https://cdn.test/generic.js", "script", reach="tags", named_by=PAGE).rule
        == "request/out_of_scope"
    )


@pytest.mark.parametrize("effect", ["per_account", "serves", "other"])
def test_other_effects_need_reach_ads(effect):
    """What may count as an ad request is not made at reach tags; an unknown effect counts as such."""
    url = f"https://adnet.example/{effect}.js"
    assert ask(url, "script", reach="tags", named_by=PAGE).rule == "request/effect"
    assert ask(url, "script", reach="ads", named_by=PAGE).allow


@pytest.mark.parametrize("document", ["page", "frame"])
def test_pages_of_ad_networks_are_not_asked_at_tags(document):
    """Frames are ad requests; a page of a network is never one of ours."""
    url = "https://adnet.example/generic"
    assert ask(url, document, reach="tags", named_by=PAGE).rule == "request/reach"
    assert ask(url, document, reach="ads", named_by=PAGE).allow is (document == "frame")


@pytest.mark.parametrize(
    "tail",
    [
        "/generic/pixel.js",
        "/generic?event=impression",
        "/generic/rtb/bid",
        "/gampad/ads",
        "/usersync?generic",
        "/cookie_sync/generic",
        "/vast.xml?generic",
        "/generic/click?url=a",
        "/generic/%63lick",
        "/conversion-generic.js",
        "/px.js?generic",
    ],
)
@pytest.mark.parametrize("reach", ["tags", "ads"])
def test_what_counts_somewhere_is_never_requested(tail, reach):
    """Pixels, beacons, bids, impressions, syncs, conversions, clicks and VAST, at any reach."""
    assert ask("https://adnet.example" + tail, "script", reach=reach, named_by=PAGE).rule == "request/role"


@pytest.mark.parametrize("host", ["pixel.adnet.example", "sync-eu.adnet.example", "bid.adnet.example"])
def test_subdomains_tell_the_role_too(host):
    """The role is as often in the host as in the path."""
    assert ask(f"https://{host}/generic.js", "script", reach="ads", named_by=PAGE).rule == "request/role"


def test_loaders_are_not_mistaken():
    """Words are whole words: async is no sync, import is no imp."""
    for tail in (
        "/js/async/generic.js",
        "/import/generic.js",
        "/generic/tag.min.js?z=1",
        "/tracker-free.js/generic",
    ):
        allowed = ask("https://adnet.example" + tail, "script", reach="tags", named_by=PAGE).allow
        assert allowed is ("tracker" not in tail)


def test_declarations_of_networks():
    """sellers.json at a card's own address alone; an ads.txt may lead to a network that manages it."""
    for url, document, allowed in (
        ("https://adnet.example/sellers.json", "sellers_json", True),
        ("https://files.test/rtb/adnet/sellers.json", "sellers_json", True),
        ("https://rtb.adnet.example/sellers.json", "sellers_json", False),
        ("http://adnet.example/sellers.json", "sellers_json", False),
        ("https://adnet.example/sellers.json?a", "sellers_json", False),
        ("https://adnet.example/other.json", "sellers_json", False),
        ("https://clip.example/sellers.json", "sellers_json", False),
        ("https://adnet.example/managed/ads.txt", "ads_txt", True),
        ("https://other.test/ads.txt", "ads_txt", False),
    ):
        assert ask(url, document, reach="tags", named_by=PAGE).allow is allowed, url
        if "adnet" in url:
            assert not ask(url, document, reach="page", named_by=PAGE).allow


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("click/ads.txt", "request/role"),
        ("pixel/adstxt", "request/role"),
        ("serves/ads.txt", "request/declaration"),
        ("per_account/ads.txt", "request/declaration"),
        ("tag.js", "request/declaration"),
    ],
)
def test_an_ads_txt_leads_to_no_click_and_no_ad_of_a_network(path, rule):
    """What the words of the address say counts, and what a card's shape says it does."""
    assert ask(f"https://adnet.example/{path}", "ads_txt", reach="tags", named_by=PAGE).rule == rule


def test_sellers_json_must_be_named_as_well():
    """A card's own address is asked only for a document in scope that leads to it."""
    url = "https://files.test/rtb/adnet/sellers.json"
    assert ask(url, "sellers_json", reach="tags").rule == "request/unnamed"
    assert ask(url, "sellers_json", reach="tags", named_by=url).rule == "request/unnamed"


@pytest.mark.parametrize("role", ["site_role", "card"])
def test_hosts_that_pay_per_visit_are_asked_for_their_root_alone(role):
    """Following a link of theirs pays its holder, also where the link itself is the entry."""
    rule = ScopeRule(1, "domain", "links.example" if role == "card" else "go.example")
    rule = msgspec.structs.replace(rule, root_only=role == "site_role")
    link = msgspec.structs.replace(rule, unit="url", url=f"https://{rule.host}/aB3x")
    home = f"https://{rule.host}/"
    for scope in (Scope([rule]), Scope([rule, link]), Scope([link])):
        assert ask(home + "aB3x", scope=scope).rule == "request/root"
        assert not ask(home + "?a=b", scope=scope).allow
        assert not ask(home + "aB3x", "frame", reach="ads", named_by=home, scope=scope).allow
    assert ask(home, scope=Scope([rule])).allow
    assert ask(home + "ads.txt", "ads_txt", scope=Scope([rule])).allow
    assert ask(home + "sw.js", "worker", scope=Scope([rule])).allow


def test_loaders_of_a_network_that_is_an_entry_follow_reach_and_effect():
    """Being listed makes a network's own page readable, and none of its tags free of effect."""
    scope = Scope([ScopeRule(1, "domain", "adnet.example"), ScopeRule(2, "domain", "clip.example")])
    assert ask("https://adnet.example/", scope=scope).allow
    for document in ("script", "frame"):
        verdict = ask("https://adnet.example/serves.js", document, scope=scope, named_by=PAGE)
        assert verdict.rule == "request/reach"
    assert ask("https://adnet.example/generic.js", "script", reach="tags", scope=scope, named_by=PAGE).allow


@pytest.mark.parametrize(
    ("reach", "document"), [("all", "page"), ("page", "image"), ("", ""), ("page", "video")]
)
def test_unknown_reach_or_kind_is_refused(reach, document):
    """What is not named is not requested."""
    assert ask(PAGE, document, reach=reach).rule == "request/kind"


def test_knowledge_that_fails_refuses():
    """An exception in what the policy asks is a refusal."""

    class Broken(Cards):
        def card_of_host(self, host: str, /) -> Card | None:
            raise OSError

    verdict = may_request(PAGE, "page", scope=SCOPE, reach="page", knowledge=Broken())
    assert verdict == type(verdict)(False, "guard/error", "may_request failed with OSError.")


@given(
    url=st.one_of(
        st.text(max_size=60), st.from_regex(r"https?://[a-z.@:/\\%#?\[\]0-9]{0,40}", fullmatch=True)
    )
)
def test_only_canonical_urls_of_entries_pass(url):
    """Whatever passes is what a WHATWG parser writes, at a host of the scope."""
    if ask(url).allow:
        assert canonical_url(url) == url
        assert url.split("/")[2] in (
            "clip.example",
            "www.clip.example",
            "film.example",
            "www.film.example",
        ) or url.split("/")[2].endswith("wide.example")


@given(url=st.text(max_size=80), base=st.sampled_from([None, PAGE]))
def test_canonical_url_is_idempotent_and_never_raises(url, base):
    """Once canonical, for ever canonical."""
    once = canonical_url(url, base)
    assert once is None or canonical_url(once) == once
