"""VAST and VMAP answers: for whom an ad is, where its clicks lead, and nothing of its media."""

import base64
import html
import json
import re
from urllib.parse import quote

import pytest

from adtrace.extract import extract_page, find_sightings
from adtrace.extract.sighting import DocumentKind
from adtrace.extract.vast_document import VastError, read_vast

AD = """<Ad id="20001"><InLine><AdSystem version="1">PubMatic</AdSystem>
<Error><![CDATA[https://track.example/error]]></Error>
<Impression><![CDATA[https://track.example/impression?z=1]]></Impression>
<AdTitle>quokka</AdTitle><Advertiser>Harbour</Advertiser><Category authority="iab">IAB1</Category>
<Creatives><Creative id="5480"><UniversalAdId idRegistry="Ad-ID">8465</UniversalAdId><Linear>
<TrackingEvents><Tracking event="start"><![CDATA[https://track.example/start]]></Tracking></TrackingEvents>
<MediaFiles><MediaFile type="video/mp4"><![CDATA[https://media.example/quokka.mp4]]></MediaFile></MediaFiles>
<VideoClicks><ClickThrough><![CDATA[https://www.awin1.com/cread.php?awinmid=1&ued=https%3A%2F%2Fshop.example%2Fa]]></ClickThrough></VideoClicks>
<Icons><Icon><IconClicks><IconClickThrough>https://choices.example/why</IconClickThrough></IconClicks></Icon></Icons>
</Linear></Creative>
<Creative><CompanionAds><Companion><StaticResource><![CDATA[https://media.example/quokka.png]]></StaticResource>
<CompanionClickThrough><![CDATA[https://brand.example/land?x=1&y=2]]></CompanionClickThrough></Companion></CompanionAds></Creative>
</Creatives></InLine></Ad>"""
VAST = f'<?xml version="1.0"?><VAST version="4.2" xmlns="http://www.iab.com/VAST">{AD}</VAST>'
WRAPPER = (
    '<VAST version="3.0"><Ad><Wrapper><AdSystem>Other</AdSystem>'
    "<VASTAdTagURI><![CDATA[https://ads.pubmatic.com/AdServer/vast.js?z=1]]></VASTAdTagURI>"
    "<Impression>https://track.example/i</Impression></Wrapper></Ad></VAST>"
)


def test_an_answer_says_for_whom_the_ad_is() -> None:
    """Ad system, advertiser, landings and brands, all served; the icon explains the ad and names no brand."""
    found = extract_page(VAST, kind="frame", url="https://ads.example/vast").sightings
    assert {(s.kind, s.network, s.brand, s.role) for s in found if s.kind in ("network", "brand")} >= {
        ("network", "pubmatic", None, None),
        ("brand", None, "Harbour", "served"),
        ("brand", None, "brand.example", "served"),
        ("brand", None, "shop.example", "affiliate_merchant"),
    }
    assert not [s for s in found if s.brand == "choices.example"]
    assert {s.basis for s in found} == {"served"}
    (brand,) = [s for s in found if s.brand == "Harbour"]
    assert brand.declared == {
        "ad": "20001", "ad_system": "PubMatic", "advertiser": "Harbour", "category": "IAB1", "creative": "5480",
        "universal_ad_id": "Ad-ID:8465",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig"])
def test_an_answer_in_another_encoding(encoding: str) -> None:
    """XML may be written in UTF-16, marked or not."""
    body = VAST.replace('"1.0"', f'"1.0" encoding="{encoding[:6]}"').encode(encoding)
    result = extract_page(body, kind="vast", url="https://ads.example/vast")
    assert "Harbour" in {s.brand for s in result.sightings}
    assert result.parse_status == "complete"


@pytest.mark.parametrize(
    "parameters",
    [
        {"clickThrough": "https://shop.example/a", "video": "https://media.example/quokka.mp4"},
        {"ad": {"click_url": "https://shop.example/a", "clickTracking": ["https://track.example/c"]}},
        {"landingPage": "https://shop.example/a", "clickable": "https://track.example/d"},
    ],
    ids=["flat", "nested", "landing page"],
)
def test_what_an_ads_own_program_is_given(parameters: dict[str, object]) -> None:
    """AdParameters of VPAID has no form: an address under a key that means a click is a landing, nobody's brand."""
    text = json.dumps(parameters).replace("/", "\\/")
    answer = VAST.replace("<VideoClicks>", f"<AdParameters><![CDATA[{text}]]></AdParameters><VideoClicks>")
    result = extract_page(answer, kind="vast", url="https://ads.example/vast")
    found = [s for s in result.sightings if s.rule == "vast/AdParameters"]
    assert [(s.kind, s.url) for s in found] == [("landing", "https://shop.example/a")]
    assert "quokka" not in result.skeleton


def test_media_and_tracking_are_counts_of_hosts() -> None:
    """No path of a media, tracking or companion address is kept, and nothing in an ad is proposed."""
    for kind in ("frame", "script", "page"):
        result = extract_page(VAST, kind=kind, url="https://ads.example/vast")
        assert "quokka" not in result.skeleton
        assert "/start" not in result.skeleton
        assert '<vast-host count="1" host="media.example" of="MediaFile">' in result.skeleton
        assert result.proposals == []
        assert find_sightings(result.skeleton, url="https://ads.example/vast") == result.sightings


@pytest.mark.parametrize(
    "code",
    [
        f"var xml = {json.dumps(VAST)};",
        f"var xml = '{' '.join(VAST.split()).replace('/', chr(92) + '/')}';",
        f"var xml = {json.dumps(VAST).replace('<', chr(92) + 'u003c').replace('>', chr(92) + 'u003e')};",
        f'var xml = "{quote(quote(VAST, safe=""), safe="")}";',
        f"var xml = atob('{base64.b64encode(VAST.encode()).decode()}');",
        f'var tag = "data:text/xml;charset=utf-8,{quote(VAST, safe="")}";',
        f"play({json.dumps(json.dumps({'ads': [{'adm': VAST}]}))});",
        "var xml = '" + "' +\n'".join(f"{part}>" for part in " ".join(VAST.split()).split(">")[:-1]) + "';",
        f'var xml = "{html.escape(VAST)}";',
        f"</script><script type='text/xml'>{VAST}</script><script type='application/xml'><![CDATA[{VAST}]]>",
        f"</script><script type='application/json'>{json.dumps({'vast': VAST})}",
        f"var x = `<vmap:VMAP version='1.0' xmlns:vmap='x'><vmap:VASTAdData>{VAST[21:]}</vmap:VASTAdData></vmap:VMAP>`",
        f"var x = `<VMAP><AdBreak><AdSource><VASTAdData>{VAST[21:]}</VASTAdData></AdSource></AdBreak></VMAP>`",
    ],
    ids=range(13),
)
def test_an_answer_within_code(code: str) -> None:
    """A player is handed the same answer in a string, however it is encoded; its addresses are not the page's."""
    result = extract_page(f"<script>{code}</script>", url="https://clip.example/")
    assert "quokka" not in result.skeleton
    brands = {s.brand for s in result.sightings if s.kind == "brand"}
    assert brands == {"Harbour", "brand.example", "shop.example"}
    assert {s.basis for s in result.sightings} == {"served"}
    assert result.proposals == []


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ("<!-- <script>var v = '{0}';</script> -->", "commented"),
        ("<template><script>var v = '{0}';</script></template>", "dormant"),
        ("<script type='text/plain'>var v = '{0}';</script>", "dormant"),
        ("<script type='text/xml'>{0}</script>", "live"),
        ("<div hidden>{0}</div>", "live"),
        ("<xml>{0}</xml>", "live"),
        ("<!doctype html>{0}", "live"),
        ("<template><i title='<VAST'>{0}</template>", "dormant"),
        ("<noscript>{0}</noscript>", "live"),
        ("<!-- {0} -->", "commented"),
    ],
)
def test_an_answer_is_as_live_as_its_script(page: str, state: str) -> None:
    """What no browser runs was served to nobody."""
    result = extract_page(page.format(" ".join(WRAPPER.split())), url="https://clip.example/")
    assert {s.state for s in result.sightings} == {state}


@pytest.mark.parametrize(
    "value",
    [
        html.escape(VAST),
        html.escape(json.dumps({"player": {"xml": VAST}})),
        quote(VAST),
        base64.b64encode(b"\n  " + VAST.encode()).decode(),
        "https://player.example/?xml=" + quote(VAST),
    ],
)
def test_an_answer_in_an_attribute(value: str) -> None:
    """A player's element may hold the answer itself: it is kept as an answer is, the attribute without it."""
    result = extract_page(f'<div id="p" data-xml="{value}"></div>', url="https://clip.example/")
    assert {s.brand for s in result.sightings if s.kind == "brand"} == {
        "Harbour",
        "brand.example",
        "shop.example",
    }
    assert {s.state for s in result.sightings} == {"live"}
    assert "quokka" not in result.skeleton
    assert "VAST" not in result.skeleton.replace("VASTAdTagURI", "")


@pytest.mark.parametrize("root", ["VAST", "vmap:VMAP", "VMAP", "VideoAdServingTemplate"])
def test_an_answer_in_the_markup(root: str) -> None:
    """Elements of an answer in a page's body are an answer, in their place, and no elements of the page."""
    body = VAST[21:] if root != "VideoAdServingTemplate" else AD
    answer = body if root == "VAST" else f"<{root}>{body}</{root}>"
    page = f"<!doctype html><p data-a='<VAST>'><script>x = '<VAST>'</script><style>VAST</style><b>{answer}<i>"
    result = extract_page(page, url="https://clip.example/")
    assert {s.brand for s in result.sightings if s.kind == "brand"} == {
        "Harbour",
        "brand.example",
        "shop.example",
    }
    assert "quokka" not in result.skeleton
    lines = [line.partition(" ")[0] for line in result.skeleton.splitlines()]
    assert [line for line in lines if line in ("<b>", "<vast-ad", "<i>", "<ad")] == ["<b>", "<vast-ad", "<i>"]


@pytest.mark.parametrize(
    "page",
    [
        "<VAST>" * 50_000,
        "<VAST></VAST>" * 10_000,
        "<script " * 40_000 + "<VAST ",
        "<a b='\"" * 40_000 + "<VAST>",
        "<script>VAST" + "\\" * 500_000,
        '<script>"<VAST><' + "\\" * 500_000,
    ],
    ids=range(6),
)
def test_answers_that_never_end_cost_their_length(page: str) -> None:
    """No page keeps a worker busy (the suite's time limit decides)."""
    assert extract_page(f"<p>{page}").sightings == []


def test_the_same_address_at_two_places_is_two() -> None:
    """Each creative's click has its own place in the record, and its own sighting."""
    click = "<VideoClicks><ClickThrough>https://shop.example/a</ClickThrough></VideoClicks>"
    text = f"<VAST version='3.0'><Ad><InLine><AdSystem>x</AdSystem>{click * 2}</InLine></Ad></VAST>"
    result = extract_page(text, kind="frame", url="https://ads.example/vast")
    places = [s.locator.start for s in result.sightings if s.kind == "landing"]
    assert len(set(places)) == 2
    assert all(result.skeleton.startswith("https://shop.example/a", place) for place in places)


def test_an_ampersand_is_read_and_said() -> None:
    """The commonest fault of answers in the wild: addresses outside of CDATA with a bare &; in CDATA it is right."""
    text = WRAPPER.replace("https://track.example/i", "https://track.example/i?a=1&b=2&amp;c&lt=&copy;")
    result = extract_page(text, kind="frame", url="https://ads.example/vast")
    assert result.parse_status == "vast: holds & where XML wants &amp;"
    assert result.proposals[0].url == "https://ads.pubmatic.com/AdServer/vast.js?z=1"


def test_a_wrapper_of_version_1_may_be_relative() -> None:
    """Its address stands in a URL element; relative to the answer's own, it is proposed as that."""
    text = f"<VideoAdServingTemplate>{WRAPPER[20:-7]}</VideoAdServingTemplate>"
    text = re.sub(
        "VASTAdTagURI>.*</VASTAdTagURI", "VASTAdTagURL><URL id='x'> next.xml</URL></VASTAdTagURL", text
    )
    result = extract_page(text, kind="frame", url="https://ads.pubmatic.com/a/vast")
    assert [p.url for p in result.proposals] == ["https://ads.pubmatic.com/a/next.xml"]


def test_an_answer_in_a_frames_address() -> None:
    """What a player is handed in its address is read; the player's own address stays."""
    page = f'<iframe src="https://tsyndicate.com/p?xml={quote(VAST)}&z=1"></iframe>'
    result = extract_page(page, url="https://clip.example/")
    assert '<iframe src="https://tsyndicate.com/p?xml=' in result.skeleton
    assert '&z=1">' in result.skeleton
    assert "Harbour" in {s.brand for s in result.sightings}


@pytest.mark.parametrize(
    "page",
    [
        "<script>var a = {0!r};</script>",
        "<script>var a = atob('{1}');</script>",
        "<div>{0}</div>",
    ],
)
def test_an_answer_within_a_page_that_cannot_be_read_is_said(page: str) -> None:
    """A page whose player is handed a broken answer is not read as one without an ad."""
    broken = '<VAST version="3.0"><Ad><InLine></Ad></VAST>'
    html = page.format(broken, base64.b64encode(broken.encode()).decode())
    result = extract_page(html, url="https://clip.example/")
    assert "vast within the document: not well-formed XML" in result.parse_status


def test_what_cannot_be_read_stays_code() -> None:
    """An answer in parts that a script puts together is nobody's ad, and costs its length."""
    code = (
        "var a = '<VAST version=\\'3.0\\'>' + ads.join('') + '</VAST>';"
        + "<VAST " * 30_000
        + "PFZBU1"
        + "A" * 90_000
        + "'; var b = '%"
        + "25" * 60_000
        + "3CVAST version='3.0'%3E%3CAd%3E%3C/Ad%3E%3C/VAST%3E'"
    )
    result = extract_page(f"<script>{code}</script>", url="https://clip.example/")
    assert result.sightings == []


@pytest.mark.parametrize(
    ("name", "network"),
    [("PubMatic", "pubmatic"), ("Smart AdServer", "smart-adserver"), ("nobody knows", None)],
)
def test_an_ad_system_is_known_by_its_name(name: str, network: str | None) -> None:
    """Letters and digits alone count: systems write themselves in many ways."""
    found = extract_page(VAST.replace("PubMatic", name), kind="vast").sightings
    assert [s.network for s in found if s.rule == "vast/ad_system"] == ([network] if network else [])


def test_a_guessed_landing_is_nobodys_brand() -> None:
    """Where a click leads through a redirect that no card knows, the landing is said and nobody is named."""
    click = "https://ads.portal.test/click?url=https%3A%2F%2Fshop.example%2F"
    answer = VAST.replace("https://brand.example/land?x=1&y=2", click)
    found = extract_page(answer, kind="vast").sightings
    assert ("landing", "https://shop.example/") in {(s.kind, s.url) for s in found}
    assert {s.brand for s in found if s.kind == "brand" and s.role == "served"} == {"Harbour"}


def test_who_verifies_is_stated() -> None:
    """AdVerifications name who measures the ad, as a fact of the ad and no placement."""
    ad = AD.replace(
        "<Creatives>", '<AdVerifications><Verification vendor="x.example-omid"/></AdVerifications><Creatives>'
    )
    found = extract_page(f'<VAST version="4.1">{ad}</VAST>', kind="vast").sightings
    assert {s.declared.get("verification") for s in found if s.kind == "brand"} == {"x.example-omid"}


@pytest.mark.parametrize("kind", ["vast", "frame", "page", "script"])
@pytest.mark.parametrize(
    ("tag", "host"),
    [
        ("https://tags.quietferry.example/v?z=1", "tags.quietferry.example"),
        ("https://ads.pubmatic.com/AdServer/vast.js?z=1", None),
        ("https://www.clip.example/vast.xml", None),
        ("/relative/vast.xml", None),
    ],
)
def test_a_wrappers_unknown_server_is_unidentified(kind: DocumentKind, tag: str, host: str | None) -> None:
    """Who answers a player's request serves ads, card or none; a card's host and the page's own are not named."""
    body = WRAPPER.replace("https://ads.pubmatic.com/AdServer/vast.js?z=1", tag)
    found = extract_page(body, kind=kind, url="https://clip.example/").sightings
    assert [(s.host, s.basis) for s in found if s.kind == "unidentified"] == (
        [(host, "served")] if host else []
    )


def test_a_wrapper_names_the_next_ad_server() -> None:
    """The host of VASTAdTagURI is a network that served; of all that an ad names, it alone may be asked for."""
    result = extract_page(f"<script>var v = '{WRAPPER}';</script>", url="https://clip.example/")
    assert [(s.kind, s.network, s.basis) for s in result.sightings] == [("network", "pubmatic", "served")]
    assert [(p.url, p.kind) for p in result.proposals] == [
        ("https://ads.pubmatic.com/AdServer/vast.js?z=1", "vast")
    ]


@pytest.mark.parametrize("kind", ["script", "frame", "vast"])
def test_a_document_of_a_network_names_the_next(kind: str) -> None:
    """An answer that is a wrapper proposes its tag, whatever it was asked for as; nothing else in it."""
    result = extract_page(WRAPPER, kind=kind, url="https://tsyndicate.com/vast/1")
    assert [(p.url, p.kind) for p in result.proposals] == [
        ("https://ads.pubmatic.com/AdServer/vast.js?z=1", "vast")
    ]


def test_what_a_player_asks_for_is_an_ad_request() -> None:
    """An address in code with the words of VAST in its path or format; a loader stays a loader."""
    code = (
        'player({tag: "https://s.magsrv.com/v1/vast.php?idzone=5738210", more: "https://s.magsrv.com/splash.php?x=1",'
        ' ad: "https://pubads.g.doubleclick.net/gampad/ads?iu=/40271853/clip&output=xml_vast4"});'
        ' load("https://jsc.mgid.com/site/918274.js")'
    )
    for kind, text in (("script", code), ("page", f"<script>{code}</script>")):
        result = extract_page(text, kind=kind, url="https://x.adsterra.com/a.js")
        assert [(p.url.partition("?")[0], p.kind) for p in result.proposals] == [
            ("https://s.magsrv.com/v1/vast.php", "vast"),
            ("https://pubads.g.doubleclick.net/gampad/ads", "vast"),
            ("https://jsc.mgid.com/site/918274.js", "script"),
        ]


@pytest.mark.parametrize("text", ["", "<p>sorry", '{"a": 1}', "<VAST version='9'></VAST>"])
def test_an_answer_that_is_no_vast_says_so(text: str) -> None:
    """Asked for as an ad answer and none: nothing is kept, and the reason is said."""
    result = extract_page(text, kind="vast", url="https://tsyndicate.com/vast/1")
    assert result.parse_status.startswith("vast: ")
    assert (result.sightings, result.proposals, result.skeleton) == ([], [], "skeleton-1 vast 0\n")


def test_vmap_holds_answers_and_tags() -> None:
    """The ad breaks' own answers and addresses are read alike."""
    vmap = (
        '<vmap:VMAP xmlns:vmap="http://www.iab.net/vmap-1.0" version="1.0"><vmap:AdBreak><vmap:AdSource>'
        f"<vmap:VASTAdData>{WRAPPER}</vmap:VASTAdData></vmap:AdSource></vmap:AdBreak><vmap:AdBreak><vmap:AdSource>"
        "<vmap:AdTagURI><![CDATA[https://ads.example/tag]]></vmap:AdTagURI></vmap:AdSource></vmap:AdBreak></vmap:VMAP>"
    )
    ads, faults = read_vast(vmap)
    held = vmap.replace(WRAPPER, html.escape(WRAPPER)).replace("VASTAdData", "CustomAdData")
    assert read_vast(held) == (ads, faults)
    assert [ad.tags for ad in ads] == [
        ["https://ads.example/tag"],
        ["https://ads.pubmatic.com/AdServer/vast.js?z=1"],
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><VAST version="3.0"/>', "DTD"),
        ("<vast/>", "the root element is vast"),
        ('<VAST version="3.0"><Ad></VAST>', "not well-formed"),
        ("<svg/>", "root element is svg"),
        ("", "not well-formed"),
    ],
)
def test_refusals_say_why(xml: str, reason: str) -> None:
    """What is no VAST is refused in the specification's words."""
    with pytest.raises(VastError, match=reason):
        read_vast(xml)


DSA = """<Extensions><Extension type="{0}">{1}</Extension></Extensions></InLine>"""


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("dsa", '<dsa behalf="Harbour" paid="Quay"><transparency domain="dsp.example"/></dsa>'),
        ("DSA", "<Behalf>Harbour</Behalf><Paid>Quay</Paid><Transparency><Domain>dsp.example</Domain></Transparency>"),
        ("x", "<DSA><OnBehalfOf>Harbour</OnBehalfOf><PaidBy>Quay</PaidBy><transparency domain='dsp.example'/></DSA>"),
        ("dsa", '<![CDATA[{"behalf": "Harbour", "paid": "Quay", "transparency": [{"domain": "dsp.example"}]}]]>'),
        ("iab-dsa", '{"dsa": [{"behalf": "Harbour", "paid": "Quay", "transparency": {"domain": "dsp.example"}}]}'),
    ],
)  # fmt: skip
def test_who_an_ad_is_shown_for_and_who_paid(kind: str, body: str) -> None:
    """The object of the DSA extension, as XML or JSON, is what the ad claims; without an Advertiser it names one."""
    named = VAST.replace("</InLine>", DSA.format(kind, body))
    claims = {"dsa_behalf": "Harbour", "dsa_paid": "Quay", "dsa_domains": "dsp.example"}
    (ad,), faults = read_vast(named)
    assert faults == []
    assert {name: ad.stated.get(name) for name in claims} == claims
    anonymous = named.replace("<Advertiser>Harbour</Advertiser>", "")
    found = extract_page(anonymous, kind="vast").sightings
    assert [(s.rule, s.brand) for s in found if s.brand == "Harbour"] == [("vast/dsa_behalf", "Harbour")]


@pytest.mark.parametrize(
    ("name", "host"), [("www.Quay.example", "quay.example"), ("Dr. Quay", None), ("Q.uay", None)]
)
def test_an_advertiser_that_is_a_domain_is_its_brand(name: str, host: str | None) -> None:
    """Servers write the advertiser's domain as its name: it is the same brand as a landing there."""
    xml = VAST.replace("<Advertiser>Harbour</Advertiser>", "").replace(
        "</InLine>", DSA.format("advertiser", f"<Advertiser>{name}</Advertiser>")
    )
    found = extract_page(xml, kind="vast").sightings
    assert [(s.brand, s.host) for s in found if s.rule == "vast/advertiser"] == [(host or name, host)]


def test_an_address_carries_who_paid() -> None:
    """The URL parameters of the extension are claims as well; a macro that nobody replaced is none."""
    tag = "https://ads.example/v?dsabehalf=Harbour%20Ltd&amp;dsapaid=${DSAPAID}"
    (ad,), _ = read_vast(f'<VAST version="3.0"><Ad><Wrapper><AdSystem>x</AdSystem><VASTAdTagURI>{tag}'
                         "</VASTAdTagURI></Wrapper></Ad></VAST>")  # fmt: skip
    assert ad.stated == {"ad_system": "x", "dsa_behalf": "Harbour Ltd"}


def test_what_an_ad_states_more_than_once() -> None:
    """Of categories, universal ids and verifiers each counts (VAST 4.2), of the rest the first."""
    xml = (
        '<VAST version="4.2"><Ad><InLine><AdSystem>x</AdSystem><AdSystem>y</AdSystem>'
        '<Advertiser id="77">Harbour</Advertiser><Category>IAB1</Category><Category>IAB2</Category>'
        '<Creative id="1"><UniversalAdId idRegistry="a">8</UniversalAdId>'
        '<UniversalAdId idRegistry="b">9</UniversalAdId>'
        "</Creative></InLine></Ad></VAST>"
    )
    (ad,), faults = read_vast(xml)
    assert ad.stated == {
        "ad_system": "x", "advertiser": "Harbour", "advertiser_id": "77", "category": "IAB1, IAB2", "creative": "1",
        "universal_ad_id": "a:8, b:9",
    }  # fmt: skip
    assert faults == ["ad 1 has 2 AdSystem"]


@pytest.mark.parametrize(
    ("attributes", "fault"),
    [('version="9"', 'version "9" is none of 1 to 4'), ("", 'version "" is none of 1 to 4')],
)
def test_another_version_is_read_and_said(attributes: str, fault: str) -> None:
    """An ad is an ad whatever its answer calls itself."""
    ads, faults = read_vast(f"<VAST {attributes}><Ad><InLine><AdSystem>x</AdSystem></InLine></Ad></VAST>")
    assert [ad.stated for ad in ads] == [{"ad_system": "x"}]
    assert faults == [fault]


@pytest.mark.parametrize(
    "root", ["VAST xsi:noNamespaceSchemaLocation='vast.xsd'", "v:VAST", "v:VAST xmlns:v='urn:x'"]
)
def test_a_prefix_without_a_namespace_is_no_fault(root: str) -> None:
    """VAST before 4.1 knows no namespaces; a prefix that nobody bound is the ad server's habit."""
    xml = f'<{root} version="3.0"><Ad><x:InLine><AdSystem>x</AdSystem></x:InLine></Ad></{root.partition(" ")[0]}>'
    ads, faults = read_vast(xml)
    assert ([ad.stated for ad in ads], faults) == ([{"ad_system": "x"}], [])
    assert extract_page(xml, kind="page").skeleton.startswith("skeleton-1 page")
    assert "<vast-ad" in extract_page(xml, kind="page").skeleton


@pytest.mark.parametrize(
    ("tag", "proposed"),
    [
        ("next.xml", ["https://ads.example/v/next.xml"]),
        ("/t?x=1", ["https://ads.example/t?x=1"]),
        ("[TAG]", []),
    ],
)
def test_a_wrapper_may_name_an_address_of_its_own_server(tag: str, proposed: list[str]) -> None:
    """VASTAdTagURI is a URI, so one relative to its answer is followed from there; a macro is no address."""
    xml = WRAPPER.replace("https://ads.pubmatic.com/AdServer/vast.js?z=1", tag)
    result = extract_page(xml, kind="vast", url="https://ads.example/v/first.xml")
    assert [p.url for p in result.proposals] == proposed


def test_answers_beyond_the_bound_are_said() -> None:
    """Of more answers than are read from one script parse_status names the bound."""
    read = extract_page(f"<script>{VAST * 51}</script>")
    assert read.parse_status == "VAST answers of a script cut at 50"
    assert extract_page(f"<script>{VAST * 50}</script>").parse_status == "complete"


def test_an_answer_of_many_extensions_costs_its_length() -> None:
    """No nest keeps a worker busy (the suite's time limit decides)."""
    deep = "<Extension>" * 10_000 + "</Extension>" * 10_000
    xml = f'<VAST version="3.0"><Ad><InLine><AdSystem>x</AdSystem>{deep}</InLine></Ad></VAST>'
    assert [ad.stated for ad in read_vast(xml)[0]] == [{"ad_system": "x"}]


def test_an_answer_of_many_clicks_costs_its_length() -> None:
    """Each click is located without going through all that stand before it (the suite's time limit decides)."""
    clicks = "".join(f"<ClickThrough>https://s{n}.example/</ClickThrough>" for n in range(6_000))
    found = extract_page(f'<VAST version="3.0"><Ad><InLine>{clicks}</InLine></Ad></VAST>')
    last = [s for s in found.sightings if s.kind == "landing"][-1]
    assert found.skeleton[last.locator.start : last.locator.end] == last.value


def test_what_an_ad_lacks_is_said() -> None:
    """An ad is read as far as it goes; what the standard requires and it lacks is in the parse status."""
    xml = (
        '<VAST version="2.0"><Ad id="1"></Ad>'
        "<Ad><Wrapper><AdSystem>x</AdSystem></Wrapper></Ad><Ad><InLine/></Ad></VAST>"
    )
    status = extract_page(xml, kind="frame").parse_status
    assert "ad 1 has neither InLine nor Wrapper" in status
    assert "ad 2 has a Wrapper without VASTAdTagURI" in status
    assert "ad 3 has no AdSystem" in status


def test_an_empty_answer_is_an_answer() -> None:
    """No ad is a valid answer of no sightings."""
    result = extract_page(
        '<VAST version="4.0"><Error><![CDATA[https://t.example/e]]></Error></VAST>', kind="frame"
    )
    assert (result.sightings, result.parse_status) == ([], "complete")
