"""Nothing that counts as an impression, a bid, a click, a sync or a view is ever requested, at any reach.

The addresses have the shapes of real ones (specifications and public tags), at the hosts of the cards.
"""

import datetime as dt
import html
import re

import pytest

from adtrace.case import Case, Entry
from adtrace.extract.unwrap import unwrap
from adtrace.fetch.history import loaded_today
from adtrace.fetch.messages import ScopeRule
from adtrace.fetch.parts import DECLARATIONS, canonical_url
from adtrace.fetch.planner import Planner
from adtrace.fetch.policy import MAX_CHAIN_DEPTH, REACHES, Scope, may_request
from adtrace.knowledge import load_knowledge

PAGE = "https://clip.example/"
SCOPE = Scope([ScopeRule(1, "domain", "clip.example")])
# Role: addresses. Each host is a card's; where a role is told by the host alone, that is shown too.
COUNTED = {
    "impression": [
        "https://ads.pubmatic.com/AdServer/js/impression.js",
        "https://pagead2.googlesyndication.com/pcs/activeview?xai=AKAOjs&sig=Cg0Ar",
        "https://securepubads.g.doubleclick.net/gampad/ads?iu=/6355419/Travel&sz=300x250",
        "https://googleads.g.doubleclick.net/pagead/adview?ai=C1",
        "https://ib.adnxs.com/it?an_audit=0&imp=1",
        "https://ib.adnxs.com/imp?e=wqT_3QL",
        "https://beacon-us.rubiconproject.com/beacon/d/1",
        "https://trc.taboola.com/site-network/log/3/visible?imp=1",
        "https://s.magsrv.com/vregister.php?a=vimp&tracking_event=impression",
    ],
    "pixel": [
        "https://pixel.rubiconproject.com/exchange/sync.php?p=a",
        "https://px.ads.linkedin.com/collect?v=2",
        "https://cm.g.doubleclick.net/pixel?google_nid=a",
        "https://www.google-analytics.com/collect?v=1&tid=UA-1-1",
        "https://ad.doubleclick.net/ddm/trackimp/N1/B2;dc_trk_aid=1",
        "https://sb.scorecardresearch.com/beacon.js",
    ],
    "bid": [
        "https://prebid.adnxs.com/pbs/v1/openrtb2/auction",
        "https://hbopenbid.pubmatic.com/translator?source=prebid-client",
        "https://bidder.criteo.com/cdb?profileId=207",
        "https://rtb.openx.net/sync/prebid",
        "https://fastlane.rubiconproject.com/a/api/fastlane.json?rp_schain=1&p_bid=1",
        "https://a.adtng.com/get/1?nurl=http",
    ],
    "click": [
        "https://s.magsrv.com/click.php?d=H4sIAAAA",
        "https://main.exoclick.com/click.php?data=c2l0ZQ",
        "https://ib.adnxs.com/click?QAAA/clickenc=https",
        "https://googleads.g.doubleclick.net/pcs/click?xai=a&adurl=https",
        "https://www.googleadservices.com/pagead/aclk?sa=L&adurl=",
        "https://trc.taboola.com/site-network/log/3/click?pi=a&redir=b",
        "https://paid.outbrain.com/network/redir?p=opaque",
        "https://clck.mgid.com/ghits/1/i/2/0/src/3/pp/1/1?h=a",
        "https://insight.adsrvr.org/track/clk?imp=1&ag=2",
    ],
    "sync": [
        "https://ib.adnxs.com/getuid?https://a.example/$UID",
        "https://ib.adnxs.com/setuid?entity=1&code=2",
        "https://image6.pubmatic.com/AdServer/UCookieSetPug?sync=1",
        "https://eus.rubiconproject.com/usync.html",
        "https://match.adsrvr.org/track/cmf/generic?ttd_pid=1",
        "https://sync.taboola.com/sg/a/1/cm",
        "https://ads.pubmatic.com/AdServer/js/user_sync.html?p=1",
    ],
    "conversion": [
        "https://www.googleadservices.com/pagead/conversion/123/?label=a",
        "https://s.magsrv.com/tag.php?goal=a&conversion=1",
        "https://syndication.exoclick.com/postback?a=1",
    ],
    "vast": [
        "https://s.magsrv.com/v1/vast.php?idz=1",
        "https://syndication.exoclick.com/splash.php?idzone=1&type=3&event=start",
        "https://pubads.g.doubleclick.net/gampad/live/ads?output=xml_vast4",
        "https://tsyndicate.com/do2/vast?spot=1&event=firstQuartile",
    ],
    "media": [
        "https://s3t3d2y8.afcdn.net/library/1/2.mp4",
        "https://s.magsrv.com/creative/1.gif",
        "https://static.criteo.net/images/a.webp",
        "https://cdn.taboola.com/libtrc/static/thumbnails/a.jpg",
    ],
}


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge()


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("role", COUNTED)
def test_what_counts_is_never_requested(knowledge, role, reach):
    """As whatever document, at whatever reach, named by a page in scope, in clear or percent-encoded."""
    for address in COUNTED[role]:
        for document in (
            "page",
            "script",
            "frame",
            "worker",
            "sellers_json",
            *DECLARATIONS,
            *(["vast"] if role != "vast" else []),
        ):
            verdict = may_request(
                canonical_url(address), document, scope=SCOPE, reach=reach, knowledge=knowledge, named_by=PAGE
            )
            assert not verdict.allow, (address, document)


# Visits that pay whoever sent them, and requests that are a line in somebody's statistics: real shapes, hosts of cards.
VISITS = {
    "click of an affiliate": "https://www.awin1.com/cread.php?awinmid=1237&awinaffid=123457&ued=https%3A%2F%2Fa.example",
    "link of an affiliate": "https://www.anrdoezrs.net/links/1234568/type/dlg/https://shop.example/",
    "banner of an affiliate": "https://bngpt.com/promo.php?c=735174&type=dynamic_banner",
    "hop": "https://fooexam.vendorx.hop.clickbank.net/?tid=a",
    "click tracker": "https://foonet.go2cloud.org/aff_c?offer_id=12&aff_id=12347",
    "smart link": "https://monetag.com/4/7130292",
    "paid shortener": "https://link-to.net/738201/harbour-file",
    "content locker": "https://www.cpagrip.com/show.php?l=0&u=351746&id=1",
    "social network": "https://www.facebook.com/tr?id=718302549160347&ev=PageView",
    "analytics": "https://mc.yandex.ru/watch/71830254",
    "verification": "https://fw.adsafeprotected.com/rjss/st/12346/7351826/skeleton.js",
    "audience data": "https://tags.bluekai.com/site/2940?ret=html",
}


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("what", VISITS)
def test_visits_and_statistics_are_never_requested(knowledge, what, reach):
    """Hostile pages load such addresses in hidden frames, to be paid for visitors who never clicked."""
    for document in ("script", "frame", "vast", "worker", *DECLARATIONS):
        verdict = may_request(
            canonical_url(VISITS[what]),
            document,
            scope=SCOPE,
            reach=reach,
            knowledge=knowledge,
            named_by=PAGE,
        )
        assert not verdict.allow, document


def test_every_click_a_card_shows_is_refused(knowledge):
    """Of the addresses in the cards' own examples, none that a click grammar knows is asked for."""
    addresses = {
        url
        for card in knowledge.cards.values()
        for shape in card.shape
        for hit in shape.hits
        for written in re.findall(r'(?:src|href)="([^"]*)"', hit)
        if (url := canonical_url(html.unescape(written), PAGE)) and unwrap(url).hops
    }
    assert len(addresses) > 50
    for url in addresses:
        if knowledge.effect_of(url) != "generic":
            for document in ("script", "frame", "vast"):
                verdict = may_request(
                    url, document, scope=SCOPE, reach="ads", knowledge=knowledge, named_by=PAGE
                )
                assert not verdict.allow, url


@pytest.mark.parametrize(
    "address",
    [
        "https://ouo.io/ads.txt",  # a paid shortener's own
        "https://www.awin1.com/cread.php/ads.txt",
        "https://www.awin1.com/adstxt/cread.php?awinmid=1237&awinaffid=123457",
        "https://a.magsrv.com/ad-provider.js",
        "https://a.magsrv.com/serve/5",
        "https://a.magsrv.com/serve/ads.txt?zone=5",
        "https://monetag.com/4/7130292/ads.txt",
    ],
)
def test_no_declaration_is_a_way_to_what_counts(knowledge, address):
    """A hostile site may send whoever asks for its ads.txt to its own click, ad request or paid link."""
    for document in DECLARATIONS:
        for reach in REACHES:
            verdict = may_request(
                address, document, scope=SCOPE, reach=reach, knowledge=knowledge, named_by=PAGE + "ads.txt"
            )
            assert not verdict.allow


def test_a_declaration_kept_at_a_network_is_asked_for(knowledge):
    """By the ways in which networks keep it: as a file, by its name or in a place named for it."""
    for address, document in {
        "https://cdn.adnxs.com/sites/7/ads.txt": "ads_txt",
        "https://cdn.adnxs.com/v1/ads-1234.txt": "app_ads_txt",
        "https://cdn.adnxs.com/adstxt/19390/clip.example": "ads_txt",
        "https://adstxt.adnxs.com/19390/clip.example": "ads_txt",
        "https://cdn.adnxs.com/7.json": "adagents_json",
    }.items():
        verdict = may_request(
            address, document, scope=SCOPE, reach="tags", knowledge=knowledge, named_by=PAGE + "ads.txt"
        )
        assert verdict.allow, address


def test_what_serves_ads_is_asked_at_reach_ads(knowledge):
    """The refusals above are no refusal of everything: frames, loaders and ad requests of networks pass."""
    for url, document in {
        "https://ad.a-ads.com/2718043?size=728x90": "frame",
        "https://jsc.mgid.com/site/918274.js": "script",
        "https://ib.adnxs.com/ttj?id=27419503&size=300x250": "script",
        "https://s.magsrv.com/v1/vast.php?idzone=5738210": "vast",
        "https://pubads.g.doubleclick.net/gampad/ads?iu=/40271853/clip&output=xml_vast4": "vast",
        "https://tsyndicate.com/vast/5b0e7c41d92f4a83b6170ce94d258af3": "vast",
    }.items():
        asked = {
            reach: may_request(
                canonical_url(url), document, scope=SCOPE, reach=reach, knowledge=knowledge, named_by=PAGE
            ).allow
            for reach in REACHES
        }
        assert asked == {"page": False, "tags": False, "ads": True}, url


@pytest.mark.parametrize(("reach", "allowed"), [("page", False), ("tags", False), ("ads", True)])
def test_an_ad_request_of_the_site_itself_needs_reach_ads_too(knowledge, reach, allowed):
    """A site that hands on its network's ads under its own name is asked for them at no lower reach."""
    url = "https://clip.example/vast.xml"
    verdict = may_request(url, "vast", scope=SCOPE, reach=reach, knowledge=knowledge, named_by=PAGE)
    assert verdict.allow is allowed


NETWORK = "https://ad.a-ads.com/2718043?size=728x90"
NEXT = "https://jsc.mgid.com/site/918274.js"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "adtech/per_account"),
        ({"depth": MAX_CHAIN_DEPTH}, "adtech/per_account"),
        ({"depth": MAX_CHAIN_DEPTH + 1}, "request/depth"),
        ({"depth": 1}, "request/depth"),
        ({"depth": -1}, "request/depth"),
        ({"reach": "tags"}, "request/unnamed"),
        ({"origin": None}, "request/unnamed"),
        ({"origin": "https://elsewhere.example/"}, "request/unnamed"),
        ({"origin": NETWORK}, "request/unnamed"),
        ({"named_by": None}, "request/unnamed"),
        ({"named_by": "https://elsewhere.example/ad"}, "request/unnamed"),
        ({"named_by": "https://ad.a-ads.com:8443/2718043"}, "request/unnamed"),
    ],
)
def test_a_chain_begins_in_scope_and_stays_with_networks(knowledge, changes, rule):
    """An ad network's document names the next at reach ads alone, from a page in scope on, to a depth."""
    given = {"reach": "ads", "named_by": NETWORK, "origin": PAGE, "depth": 2} | changes
    assert may_request(NEXT, "script", scope=SCOPE, knowledge=knowledge, **given).rule == rule


@pytest.mark.parametrize("document", ["page", "ads_txt", "sellers_json", "worker"])
def test_an_answer_names_no_other_kind(knowledge, document):
    """Nor what a page alone may name."""
    given = {"reach": "ads", "named_by": NETWORK, "origin": PAGE, "depth": 2}
    url = "https://mgid.com/sellers.json" if document == "sellers_json" else NEXT
    assert not may_request(url, document, scope=SCOPE, knowledge=knowledge, **given).allow


@pytest.mark.parametrize("role", COUNTED)
def test_the_role_itself_refuses_at_a_cards_host(knowledge, role):
    """Most are refused for what they are; what is left, for what no card says of their effect."""
    rules = {
        may_request(
            canonical_url(url), "script", scope=SCOPE, reach="ads", knowledge=knowledge, named_by=PAGE
        ).rule
        for url in COUNTED[role]
    }
    assert rules <= {"request/role", "request/media", "request/out_of_scope", "request/effect"}
    assert rules & {"request/role", "request/media"}


def test_what_is_no_advertising_is_not_asked_for(knowledge):
    """Measuring, chat, sharing: also where its company has a buying side as well, and at no reach."""
    for url in (
        "https://quantserve.com/quant.js",
        "https://widget.intercom.io/widget/a1b2c3d4",
        "https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=C4A1",
    ):
        verdict = may_request(url, "script", scope=SCOPE, reach="ads", knowledge=knowledge, named_by=PAGE)
        assert not verdict.allow, url


def test_effects_decide_what_reach_loads(knowledge):
    """generic from tags on; all else, also what no card describes, at ads alone, with its authority's note."""
    asked = {
        reach: {
            url
            for url in (
                "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
                "https://a.magsrv.com/ad-provider.js",
                "https://cdn.popcash.net/show.js",
                "https://cdn.taboola.com/libtrc/site-network/loader.js",
                "https://s.magsrv.com/nobody-described-this.js",
            )
            if may_request(url, "script", scope=SCOPE, reach=reach, knowledge=knowledge, named_by=PAGE).allow
        }
        for reach in REACHES
    }
    assert asked["page"] == set()
    assert asked["tags"] <= asked["ads"]
    for url in asked["tags"]:
        assert knowledge.effect_of(url) == "generic"
    assert "https://s.magsrv.com/nobody-described-this.js" not in asked["tags"]


def test_every_list_of_sellers_may_be_asked_for(knowledge):
    """Where a card says it stands, or at the root of each of its systems' domains."""
    asked = 0
    for card in knowledge.cards.values():
        for address in {card.sellers_address(system) for system in [None, *card.ads_txt]} - {None}:
            asked += 1
            assert canonical_url(address) == address
            verdict = may_request(
                address, "sellers_json", scope=SCOPE, reach="tags", knowledge=knowledge, named_by=PAGE
            )
            assert verdict.allow, card.id
    assert asked > 100


def test_every_shortener_of_the_cards_is_asked_for_its_root_alone(knowledge):
    """Where a card says that links pay, no link is followed, even if a list says so."""
    hosts = [
        host.name for card in knowledge.cards.values() if "shortener" in card.roles for host in card.host
    ]
    assert len(hosts) > 10
    for host in hosts:
        scope = Scope([ScopeRule(1, "domain", host), ScopeRule(2, "url", host, url=f"https://{host}/aB3x9")])
        for reach in REACHES:
            verdict = may_request(
                f"https://{host}/aB3x9", "page", scope=scope, reach=reach, knowledge=knowledge, named_by=PAGE
            )
            assert not verdict.allow, host


def test_once_for_each_loader_case_and_day(tmp_path, knowledge):
    """A loader the case asked for today is denied in a later run, with the rule that says so."""
    loader = "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"
    with Case.create(tmp_path / "case", operator="tester", purpose="a test") as case:
        with case.transaction():
            entry = Entry(domain="clip.example", unit="domain", authority="A", reference="R")
            [seq] = case.add_entries([entry])
            run = case.append("note", {"event": "run_started"})
            decision = case.append(
                "decision",
                {"run": run, "entry": seq, "url": loader, "document": "script", "verdict": "allow"}
                | {"rule": "adtech/generic", "named_by": PAGE, "attempt": 1, "depth": 1, "hops": 0},
                (seq,),
            )
            case.append("outcome", {"decision": decision, "outcome": "refused"}, (decision,))
            later = case.append("note", {"event": "run_started"})
        assert loaded_today(case, later) == {loader}
        assert loaded_today(case, run) == set()
    planner = Planner(
        {1: ScopeRule(1, "domain", "clip.example")},
        reach="tags",
        pages=0,
        knowledge=knowledge,
        loaded={loader},
    )
    from adtrace.extract import extract_page
    from adtrace.fetch.messages import Answer

    found = extract_page(f'<script src="{loader}"></script>', url=PAGE, at=dt.date(2026, 1, 1))
    front = planner.begin(1)[0][0]
    plan = planner.after(front, Answer(decision=1, outcome="received", status=200), found)
    assert {v.rule for c, v in plan.steps if c.url == loader} == {"adtech/once_a_day"}
