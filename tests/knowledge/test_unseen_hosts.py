"""Low-tier tags on a host that nobody has seen: the shape alone names network, account and what it identifies."""

import base64
import html
import json

import pytest

from adtrace.extract import extract_page
from adtrace.extract.sighting import DocumentKind
from adtrace.knowledge import load_knowledge

HOST = "brightmill.example"
KEY = "7c41e09b2d5f8a36c0e7b1498f2d50a3"
TOKEN = "5d0c81e7b3942fa60d7ce159b8243fa07e6c1d92"
SECOND = base64.b64encode(b"<script>var uid = '48210'; var wid = '102938';</script>").decode()
TAGS = [
    ("exoclick", "5738206", "slot", '<ins class="eas6a97888e20" data-zoneid="5738206"></ins>'),
    ("exoclick", "5738206", "slot", "<script>var ad_idzone = '5738206';</script>"),
    ("exoclick", "5738206", "slot", '<script>ExoLoader.addZone({"idzone":"5738206"})</script>'),
    ("exads", "5738206", "slot", f'<iframe src="//{HOST}/ads-iframe-display.php?idzone=5738206"></iframe>'),
    ("exads", "5738207", "slot", f'<a href="//{HOST}/img-click.php?idzone=5738207">x</a>'),
    ("exads", "5738208", "slot", f'<script src="//{HOST}/ads-priv.php?idzone=5738208"></script>'),
    ("exads", "5738209", "slot", f'<script src="//{HOST}/splash.php?cat=2&idzone=5738209&type=3"></script>'),
    ("juicyads", "938271", "slot", "<script>(adsbyjuicy = window.adsbyjuicy || []).push({'adzone':938271});</script>"),
    ("trafficjunky", "281904", "site",
     f'<iframe src="//{HOST}/ads?zone_id=1938271&site_id=281904&format=HTML"></iframe>'),
    ("trafficjunky", "1938271", "slot",
     f'<iframe src="//{HOST}/ads?zone_id=1938271&site_id=281904&format=HTML"></iframe>'),
    ("trafficstars", KEY, "slot", f"<script>TSVideoInstantMessage({{spot: '{KEY}', extid: 'x'}})</script>"),
    ("eroadvertising", "28190", "account",
     f'<script src="//{HOST}/loadeactrl.go?pid=28190&siteid=938271&spaceid=4482910"></script>'),
    ("eroadvertising", "4482910", "slot", '<script>eaCtrl.add({"display":"x","sid":4482910})</script>'),
    ("plugrush", "qk7d", "slot", '<div class="pr-widget" id="pr-qk7d"></div>'),
    ("monetag", "7130284", "slot", f'<script src="https://{HOST}/88/tag.min.js" data-zone="7130284"></script>'),
    ("monetag", "7130285", "slot", f'<script src="https://{HOST}/act/files/tag.min.js?z=7130285"></script>'),
    ("monetag", "7130286", "slot",
     f"<script>(function(s){{s.dataset.zone='7130286',s.src='https://{HOST}/vignette.min.js'}})(made())</script>"),
    ("monetag", "7130287", "slot",
     f"<script>(function(d,z,s){{s.src='https://'+d+'/401/'+z}})('{HOST}',7130287,made())</script>"),
    ("monetag", "7130289", "slot", f'<script src="//{HOST}/1?z=7130289"></script>'),
    ("monetag", "7130290", "slot", f'<script src="//go.{HOST}/apu.php?zoneid=7130290"></script>'),
    ("monetag", "7130292", "slot", f'<a href="//{HOST}/4/7130292">download</a>'),
    ("adsterra", KEY, "slot", f"<script>atOptions = {{'key' : '{KEY}', 'format' : 'iframe'}};</script>"),
    ("adsterra", KEY, "slot", f"<script src='//{HOST}/{KEY}/invoke.js'></script>"),
    ("adsterra", KEY, "slot", f"<div id='container-{KEY}'></div>"),
    ("adsterra", KEY, "slot", f"<script src='//pl28163904.{HOST}/7c/41/e0/{KEY}.js'></script>"),
    ("adsterra", KEY, "slot", f"<a href='https://www.{HOST}/k7d02mxq9w?key={KEY}'>open</a>"),
    ("adcash", "8123408", "slot", "<script>aclib.runPop({zoneId: '8123408'})</script>"),
    ("adcash", "kd72mxq0vz", "site", "<script>aclib.runAutoTag({zoneId: 'kd72mxq0vz'})</script>"),
    ("adcash", "4821305", "slot", f"<script src='//{HOST}/a/display.php?r=4821305'></script>"),
    ("popads", "281904", "site", "<script>_pop.push(['siteId', 281904]);_pop.push(['minBid', 0]);</script>"),
    ("popads", "3170515", "site",
     '<script>var d = [["siteId", 193 + 714 * 694 + 2674806], ["minBid", 0]];</script>'),
    ("popcash", "48210", "account",
     f"<script>_pop.push(['siteId', 281904]);_pop.push(['default', '{SECOND}']);</script>"),
    ("popcash", "48210", "account", "<script>var uid = '48210'; var wid = '102938';</script>"),
    ("popcash", "102938", "site", "<script>var uid = '48210'; var wid = '102938';</script>"),
    ("hilltopads", "1730482-1730519", "slot",
     f"<script src='//{HOST}/cxD29Z6kbI235Sl5S2WeQ39aMSTyc0zuMqD/QS4ZM0iS0Kx5NmzuM5wmNXTJE/5a'></script>"),
    ("evadav", "1193721", "account",
     f"<script src='//{HOST}/pw/waWQiOjExOTM3MjEsInNpZCI6MTQwNzM1MSwid2lkIjo2ODM3MTksInNyYyI6Mn0=eyJ.js'></script>"),
    ("admaven", "738204", "slot", "<script src='//d3kq7x02mz9wvb.cloudfront.net/?mxqkd=738204'></script>"),
    ("galaksion", "73820", "slot",
     f'<script data-cfasync="false" async src="//ov.{HOST}/ru6n7uHs2us9Kd/73820"></script>'),
    ("galaksion", KEY, "unknown", f"<script>var proof = 'glx_{KEY}.txt';</script>"),
    ("stripcash", KEY + KEY, "slot", f"<script src='//go.{HOST}/smartpop/{KEY}{KEY}'></script>"),
]  # fmt: skip
BARE = [
    ("exoclick", f'<script src="https://a.{HOST}/ad-provider.js"></script>'),
    ("adcash", f'<script src="//{HOST}/script/suv5.js"></script>'),
    ("stripcash", f'<script src="//creative.{HOST}/widgets/Spot/lib.js"></script>'),
    ("trafficstars", '<div id="ts_ad_native_73820"></div>'),
    ("monetag", f'<script src="https://{HOST}/act/files/service-worker.min.js?r=sw"></script>'),
]  # fmt: skip
TOKENS = [
    ("monetag", "monetag", KEY), ("propeller", "monetag", KEY), ("clckd", "clickadu", KEY),
    ("exoclick-site-verification", "exoclick", KEY), ("6a97888e-site-verification", "exoclick", KEY),
    ("juicyads-site-verification", "juicyads", KEY), ("trafficjunky-site-verification", "trafficjunky", "k3x9z1q7m"),
    ("hubtraffic-domain-validation", "hubtraffic", KEY[:16]), ("ero_verify", "eroadvertising", KEY),
    (TOKEN, "hilltopads", TOKEN), ("hilltopads-site-verification", "hilltopads", TOKEN),
    ("galaksion-domain-verification", "galaksion", KEY + KEY), ("admaven-placement", "admaven", "BqdKsC8g"),
    ("maValidation", "admaven", KEY), ("pushsdk", "propush", KEY), ("adbit-site-verification", "adbit", KEY),
    ("wnpverify", None, KEY), ("zaverify", None, "k3x9z1q7m"), ("adamo-site-verification", None, KEY),
    ("a.validate.02", "adcash", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7_-cD0eF3h"), ("coinzilla", "coinzilla", KEY),
    ("asg_verification", "adspyglass", "aB3dE6gH9jK2mN5pQ8sT1vW4"), ("bitmedia-site-verification", "bitmedia", KEY),
]  # fmt: skip

TAG = f'<script data-cfasync="false" async src="//{HOST}/88/tag.min.js" data-zone="7130284"></script>'
FRAME = f'<iframe src="//{HOST}/ads-iframe-display.php?idzone=5738206"></iframe>'
LITERAL = json.dumps(TAG).replace("</", "<\\/")
CODES = ",".join(str(ord(character)) for character in TAG)
DATA = f'{{"head": {LITERAL}}}'
DELAYED = TAG.replace("<script", '<script type="rocketlazyloadscript"')
# How a page holds a tag, and the state that says so.
WRAPPED = {
    "upper case": ("live", TAG.replace("script", "SCRIPT").replace("src=", "SRC=").replace("data-zone", "DATA-ZONE")),
    "no quotes": ("live", TAG.replace('"', "")),
    "http": ("live", TAG.replace('"//', '"http://')),
    "written": ("live", f"<script>document.write({LITERAL})</script>"),
    "base64": ("live", f"<script>document.write(atob('{base64.b64encode(TAG.encode()).decode()}'))</script>"),
    "codes": ("live", f"<script>document.write(String.fromCharCode({CODES}))</script>"),
    "put in": ("live", f"<script>box.innerHTML = {LITERAL}</script>"),
    "frame put in": ("live", f"<script>box.innerHTML = '{FRAME}'</script>"),
    "setting": ("live", f"<script>var settings = {DATA};</script>"),
    "srcdoc": ("live", f'<iframe srcdoc="{html.escape(TAG)}"></iframe>'),
    "Rocket Loader": ("live", TAG.replace("<script", '<script type="a1b2c3d4e5f6-text/javascript"')),
    "data block": ("dormant", f'<script type="application/json">{DATA}</script>'),
    "template": ("dormant", f"<template>{TAG}</template>"),
    "comment": ("commented", f"<!-- {TAG} -->"),
    "consent": ("gated", TAG.replace("<script", '<script type="text/plain" data-cookieconsent="marketing"')),
    "WP Rocket": ("gated", DELAYED.replace(" src=", " data-rocket-src=")),
    "own type": ("dormant", TAG.replace("<script", '<script type="text/cjs"')),
    "own type, later": ("gated", TAG.replace("<script", '<script type="text/cjs"').replace(" src=", " data-src=")),
    "delayed, lazy": ("gated", DELAYED.replace(" src=", " data-src=")),
    "lazy frame": ("gated", FRAME.replace(" src=", " data-lazy-src=")),
}  # fmt: skip


def accounts(page: str, kind: DocumentKind = "page") -> set[tuple[str | None, str | None, str | None]]:
    found = extract_page(page, kind=kind, url="https://page.example/").sightings
    return {(s.network, s.account, s.scope) for s in found if s.kind == "account"}


@pytest.mark.parametrize(("network", "account", "scope", "page"), TAGS)
def test_the_shape_is_enough(network: str, account: str, scope: str, page: str) -> None:
    """No card has the host, and the right account is there with the right scope."""
    assert load_knowledge().card_of_host(HOST) is None
    assert (network, account, scope) in accounts(page)


@pytest.mark.parametrize(("network", "page"), BARE)
def test_a_loader_without_an_id_names_its_network(network: str, page: str) -> None:
    """What holds no account is a network's line alone."""
    found = extract_page(page, url="https://page.example/").sightings
    assert [(s.kind, s.network) for s in found] == [("network", network)]


@pytest.mark.parametrize(("state", "page"), WRAPPED.values(), ids=WRAPPED)
def test_however_the_page_holds_the_tag(state: str, page: str) -> None:
    """The account is there in every wrapping, and the state says whether it runs."""
    found = extract_page(page, url="https://page.example/").sightings
    assert {(s.account, s.state) for s in found if s.kind == "account"} in (
        {("7130284", state)},
        {("5738206", state)},
    )


@pytest.mark.parametrize(("name", "network", "token"), TOKENS, ids=[name for name, *_ in TOKENS])
def test_a_site_verification_names_its_network(name: str, network: str | None, token: str) -> None:
    """Whether a token is an account's or a site's is not known: scope unknown; nor, of some, whose it is."""
    found = extract_page(f'<meta name="{name}" content="{token}">', url="https://page.example/").sightings
    told = [(s.network, s.account, s.scope) for s in found if s.account]
    assert told == [(network, token, "unknown")]
    assert {s.kind for s in found} == ({"network", "account"} if network else {"unidentified"})


def test_a_worker_names_its_zone_on_any_host() -> None:
    """The push worker's options hold host and zone."""
    code = f'self.options = {{"domain": "{HOST}", "zoneId": 7130293}}\nself.lary = ""\n'
    assert accounts(code, "worker") == {("monetag", "7130293", "slot")}
