"""Tags as sites carry them, on their networks' own hosts or without one: network, account and what it identifies."""

import json

import pytest

from adtrace.extract import extract_page

TAGS = [
    ("adsense", "pub-4738206153928471", "account",
     '<script src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-4738206153928471"></script>'),
    ("adsense", "pub-4738206153928471", "account",
     '<ins class="adsbygoogle" data-ad-client="ca-pub-4738206153928471" data-ad-slot="5738206914"></ins>'),
    ("adsense", "pub-4738206153928471", "account",
     '<meta name="google-adsense-account" content="ca-pub-4738206153928471">'),
    ("adsense", "pub-4738206153928471", "account",
     '<input type="hidden" name="cx" value="partner-pub-4738206153928471:5738206914">'),
    ("adsense", "host-pub-8314207695120483", "platform",
     '<ins class="adsbygoogle" data-ad-client="ca-pub-4738206153928471" data-ad-host="ca-host-pub-8314207695120483">'),
    ("google-ad-manager", "28173820", "account",
     '<script>googletag.defineSlot("/28173820/Travel/Europe", [300, 250], "d")</script>'),
    ("google-ad-manager", "73820914", "account",
     '<script>googletag.defineSlot("/28173820,73820914/Travel", [300, 250], "d")</script>'),
    ("google-analytics", "UA-7382091-2", "site", "<script>ga('create','UA-7382091-2','auto')</script>"),
    ("google-analytics", "G-39V7KQXMD5", "site",
     '<script src="https://www.googletagmanager.com/gtag/js?id=G-39V7KQXMD5"></script>'),
    ("google-tag-manager", "GTM-K7XMQ2D", "site",
     '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-K7XMQ2D"></script>'),
    ("google-ads", "AW-738209145", "account", "<script>gtag('config','AW-738209145')</script>"),
    ("amazon-associates", "meadow-20", "account", '<script>amzn_assoc_tracking_id = "meadow-20";</script>'),
    ("quantcast", "p-7aBcDeFgHiJkL", "account", '<script>_qevents.push({qacct:"p-7aBcDeFgHiJkL"})</script>'),
    ("medianet", "8CU7XK2M9", "account", '<script src="//contextual.media.net/nmedianet.js?cid=8CU7XK2M9"></script>'),
    ("yandex-advertising", "R-A-3738209-6", "slot",
     '<script>Ya.Context.AdvManager.render({blockId:"R-A-3738209-6"})</script>'),
    ("yandex-advertising", "3738209", "site", '<div id="yandex_rtb_R-A-3738209-6"></div>'),
    ("taboola", "meadow-network", "account",
     '<script src="https://cdn.taboola.com/libtrc/meadow-network/loader.js"></script>'),
    ("outbrain", "meadow", "account",
     '<div class="OUTBRAIN" data-widget-id="AR_1" data-ob-template="meadow"></div>'),
    ("revcontent", "173820", "slot",
     '<div data-rc-widget data-widget-id="173820" data-endpoint="//trends.revcontent.com"></div>'),
    ("mgid", "738209", "site", '<script src="https://jsc.mgid.com/site/738209.js"></script>'),
    ("mgid", "738209", "site", '<div id="M738209ScriptRootC1173820"></div>'),
    ("infolinks", "3738209", "account", "<script>var infolinks_pid = 3738209; var infolinks_wsid = 2;</script>"),
    ("adfly", "7382091", "account", "<script>var adfly_id = 7382091;</script>"),
    ("linkvertise", "173820", "account", "<script>linkvertise(173820, {whitelist: [], blacklist: ['']});</script>"),
    ("coinzilla", "47f10b8c25e39d604", "slot", "<div class='coinzilla' data-zone='C-47f10b8c25e39d604'></div>"),
    ("a-ads", "2173820", "slot", '<iframe data-aa="2173820" src="//ad.a-ads.com/2173820?size=728x90"></iframe>'),
    ("ezmob", "173820", "slot", '<script src="https://cpm.ezmob.com/tag?zone_id=173820&size=300x250"></script>'),
    ("exoclick", "meadow", "account",
     '<script src="//syndication.exoclick.com/splash.php?idsite=73820&idzone=5738206&login=meadow&cat=2"></script>'),
    ("juicyads", "938271", "slot",
     '<script src="https://poweredby.jads.co/js/jads.js"></script><ins id="938271" data-width="90" data-height="728">'),
    ("juicyads", "34e4y213q274u4q2", "unknown",
     '<script src="https://js.juicyads.com/jp.php?c=34e4y213q274u4q2&u=http%3A%2F%2Fmeadow.example"></script>'),
    ("juicyads", "938271", "slot", '<iframe src="https://adserver.juicyads.com/adshow.php?adzone=938271"></iframe>'),
    ("eroadvertising", "4482910", "slot",
     '<script src="//adspaces.ero-advertising.com/adspace/4482910.js"></script>'),
    ("hilltopads", "1730482-1730519", "slot",
     '<iframe src="https://hilltopads.net/ifr?zoneId=1730482-1730519"></iframe>'),
]  # fmt: skip
PREBID = [
    ("rubicon", {"accountId": 7382, "siteId": 73945, "zoneId": 739480}, "7382"),
    ("pubmatic", {"publisherId": "732572"}, "732572"),
    ("ix", {"siteId": "999738"}, "999738"),
    ("openx", {"unit": "537382091", "delDomain": "meadow-d.openx.net"}, "537382091"),
    ("sovrn", {"tagid": "315738"}, "315738"),
    ("triplelift", {"inventoryCode": "meadow_box"}, "meadow_box"),
    ("sharethrough", {"pkey": "kD7x02Mq9vLr4Tz8Wb1NcE5s"}, "kD7x02Mq9vLr4Tz8Wb1NcE5s"),
    ("teads", {"pageId": 73820, "placementId": 73821}, "73820"),
    ("gumgum", {"zone": "k7xm2dq9"}, "k7xm2dq9"),
    ("sonobi", {"placement_id": "7c41e09b2d5f8a36c0e7"}, "7c41e09b2d5f8a36c0e7"),
    ("improvedigital", {"placementId": 1073820, "publisherId": 738}, "738"),
    ("onetag", {"pubId": "7c41e09b2d"}, "7c41e09b2d"),
    ("richaudience", {"pid": "kD7x02Mq9v"}, "kD7x02Mq9v"),
    ("seedtag", {"publisherId": "7382-0914-01", "adUnitId": "73820"}, "7382-0914-01"),
    (
        "vidazoo",
        {"cId": "62a524b21b1c1f08117fc7e1", "pId": "62ac17c192832d0011283fe7"},
        "62ac17c192832d0011283fe7",
    ),
    ("eplanning", {"ci": "17f7a8"}, "17f7a8"),
    ("adtelligent", {"aid": 738209}, "738209"),
    ("smartadserver", {"networkId": 7382, "siteId": 73820, "pageId": 738209, "formatId": 7383}, "7382"),
    ("adkernel", {"host": "cpm.meadow.example", "zoneId": "73820"}, "73820"),
    ("between", {"s": "738209"}, "738209"),
    ("missena", {"apiKey": "PA-73820914"}, "PA-73820914"),
    ("adagio", {"organizationId": "7382", "site": "meadow-example"}, "7382"),
    ("themoneytizer", {"pid": "73820"}, "73820"),
    ("trafficroots", {"zoneId": "7c41e09b2e"}, "7c41e09b2e"),
    ("aniview", {"AV_PUBLISHERID": "62b78633181f4603178b4561"}, "62b78633181f4603178b4561"),
    ("criteo", {"networkId": 7382}, "7382"),
    ("medianet", {"cid": "8CU7XK2M9", "crid": "738209145"}, "8CU7XK2M9"),
]


@pytest.mark.parametrize(("network", "account", "scope", "page"), TAGS)
def test_a_tag_names_its_account(network: str, account: str, scope: str, page: str) -> None:
    """The id is there once normalised, with what one value of it identifies."""
    found = extract_page(page, url="https://page.example/").sightings
    assert (network, account, scope) in {
        (s.network, s.account, s.scope) for s in found if s.kind == "account"
    }


@pytest.mark.parametrize(("bidder", "params", "account"), PREBID, ids=[bidder for bidder, *_ in PREBID])
def test_a_bidder_s_parameters_name_its_account(bidder: str, params: dict[str, object], account: str) -> None:
    """A Prebid unit holds each bidder's ids under the names of its adapter."""
    units = json.dumps([{"code": "top", "bids": [{"bidder": bidder, "params": params}]}])
    found = extract_page(f"<script>pbjs.addAdUnits({units})</script>", url="https://page.example/").sightings
    assert account in {s.account for s in found if s.kind == "account"}
