"""What is asked of ad networks, by reach: whole runs against invented answers of networks whose cards are real.

Every host answers whatever it is asked for, so that a request too many is in the server's log.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from adtrace.case import Case, Entry
from adtrace.demo.answers import Answer, Request, Site, page, script
from adtrace.demo.server import DemoServer
from adtrace.fetch.policy import MAX_CHAIN_DEPTH
from adtrace.fetch.run import Pace, run_case
from adtrace.relate.links import links_of
from tests.fetch.test_no_revenue import COUNTED, VISITS

GENERIC = "https://a.magsrv.com/ad-provider.js"
LOADER = "https://jsc.mgid.com/site/918274.js"
FALLBACK = "https://cdn.taboola.com/libtrc/harbourmedia-network/loader.js"
LAST = "https://tags.refinery89.com/fooexample.js"
FRAME = "https://ad.a-ads.com/2718043?size=728x90"
IN_FRAME = "https://cdn.bmcdn6.com/js/71c05e2b94da8f3610b7e5c2.js"
AD_TAG = "https://s.magsrv.com/v1/vast.php?idzone=5738210"
INLINE_TAG = "https://s.magsrv.com/v1/vast.php?idzone=5738211"
PICTURE = "https://ad.a-ads.com/2718044?size=728x90"
NO_SCRIPT = "https://jsc.mgid.com/site/918275.js"
WRAPPED = [f"https://tsyndicate.com/vast/{number:032x}" for number in range(1, 9)]
ONLY_FROM_GENERIC = "https://a.teads.tv/page/258194/tag"
# Asked for by nothing a page or an answer may name; each is named as a script, as a frame and as an ad request.
NEVER = VISITS | {
    **{f"{role} {number}": url for role, urls in COUNTED.items() for number, url in enumerate(urls) if role != "vast"},
}  # fmt: skip
INLINE = f"""<VAST version="4.2"><Ad id="9"><InLine><AdSystem>TrafficStars</AdSystem><AdTitle>t</AdTitle>
<Advertiser>Harbour</Advertiser><Impression><![CDATA[https://tsyndicate.com/api/v1/impression]]></Impression>
<Error>https://tsyndicate.com/error</Error><Creatives><Creative><Linear><Duration>00:00:09</Duration>
<TrackingEvents><Tracking event="start">https://tsyndicate.com/start</Tracking></TrackingEvents>
<VideoClicks><ClickThrough>https://a.magsrv.com/landing</ClickThrough>
<ClickTracking>https://a.magsrv.com/ct</ClickTracking></VideoClicks>
<MediaFiles><MediaFile type="video/mp4">https://cdn.tsyndicate.com/film</MediaFile></MediaFiles></Linear></Creative>
<Creative><CompanionAds><Companion><IFrameResource>{FRAME}&amp;companion</IFrameResource>
<StaticResource>https://cdn.tsyndicate.com/banner</StaticResource></Companion></CompanionAds></Creative>
</Creatives><Extensions><Extension type="waterfall">{LAST}</Extension></Extensions></InLine></Ad></VAST>"""


def wrapper(tag: str) -> Answer:
    body = (
        '<?xml version="1.0"?><VAST version="3.0"><Ad><Wrapper><AdSystem>ExoClick</AdSystem>'
        f"<VASTAdTagURI><![CDATA[{tag}]]></VASTAdTagURI>"
        f"<Impression>{WRAPPED[7]}?impression</Impression></Wrapper></Ad></VAST>"
    )
    return Answer(body=body.encode(), content_type="text/xml")


def named(url: str) -> str:
    """As a script, a frame, and what a player asks for."""
    return f'<script src="{url}"></script><iframe src="{url}"></iframe><script>go({{t:"{url}?vast.php"}})</script>'


def html(*parts: str) -> Answer:
    return page("<!doctype html>" + "".join(parts) + "<p>" + "words and more words " * 60)


def tag(url: str) -> str:
    return f'<script async src="{url}"></script>'


def loads(*urls: str) -> Answer:
    return script("".join(f'var s=document.createElement("script");s.src="{url}";' for url in urls))


HOME = html(
    tag(GENERIC), tag(LOADER), f'<iframe src="{FRAME}"></iframe>', f'<script>player({{tag:"{AD_TAG}"}})</script>'
)  # fmt: skip
_FEW = [list(NEVER.values())[n : n + 10] for n in range(0, len(NEVER), 10)]
# Pages that hold tags, and pages that name what is never asked for.
PAGES = {"clip.example": HOME, "film.example": HOME}
PAGES["ends.example"] = html(
    tag(NO_SCRIPT), f'<iframe src="{PICTURE}"></iframe>', f'<script>player({{tag:"{INLINE_TAG}"}})</script>'
)  # fmt: skip
PAGES |= {f"never{n}.example": html(*map(named, few)) for n, few in enumerate(_FEW)}
ANSWERS = {
    GENERIC: loads(ONLY_FROM_GENERIC),
    LOADER: loads(FALLBACK, "https://shop.example/own.js"),
    FALLBACK: loads(LAST, LOADER),  # a waterfall, and back to where it began
    LAST: loads(),
    FRAME: html(tag(IN_FRAME), *map(named, _FEW[0]), '<meta http-equiv="refresh" content="0;url=/landing">'),
    IN_FRAME: loads(IN_FRAME),
    AD_TAG: wrapper(WRAPPED[0]),
    INLINE_TAG: Answer(body=INLINE.encode(), content_type="application/xml"),
    PICTURE: Answer(body=b"\xff\xd8\xff\xe0" + bytes(99), content_type="image/jpeg"),
    NO_SCRIPT: Answer(body=INLINE.encode(), content_type="text/javascript"),
    **{url: wrapper(follower) for url, follower in pairwise(WRAPPED)},
}  # fmt: skip
CHAINS = {
    INLINE_TAG: [], PICTURE: [], NO_SCRIPT: [], GENERIC: [],
    LOADER: [], FALLBACK: [LOADER], LAST: [LOADER, FALLBACK], FRAME: [], IN_FRAME: [FRAME], AD_TAG: [],
    **{WRAPPED[n]: [AD_TAG, *WRAPPED[:n]] for n in range(MAX_CHAIN_DEPTH - 1)},
}  # fmt: skip
FRONTS = [f"https://{host}/" for host in PAGES]


class Done(NamedTuple):
    """A run's case, what the server was asked, and what it was asked in a second run of the same day."""

    case: Case
    requests: list[Request]
    again: list[Request]


def sites() -> list[Site]:
    hosts: dict[str, dict[str, Answer]] = {}
    for url in (*ANSWERS, *NEVER.values(), ONLY_FROM_GENERIC, "https://cdn.tsyndicate.com/"):
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        hosts.setdefault(parts.hostname or "", {}).update({target: ANSWERS[url]} if url in ANSWERS else {})
    anything = page("<p>asked")
    found = [Site(host=host, answers=given, catch_all=anything) for host, given in hosts.items()]
    return [*found, *(Site(host=host, answers={"/": answer}) for host, answer in PAGES.items())]


def trace(folder, reach: str, *, again: bool = False) -> Iterator[Done]:
    note = "the authority's letter 7" if reach == "ads" else ""
    with (
        DemoServer(sites()) as server,
        Case.create(folder / "case", operator="tester", purpose="a test") as case,
    ):
        with case.transaction():
            case.add_entries(
                [Entry(domain=host, unit="domain", authority="A", reference="R") for host in PAGES]
            )
        more = {"egress": server.plan(), "reach": reach, "authority_note": note, "pace": Pace(delay_ms=0)}
        run_case(case, **more)
        first = server.log()
        if again:
            run_case(case, **more)
        yield Done(case, first, server.log()[len(first) :])
        case.verify(links_of)


@pytest.fixture(scope="module")
def ads(tmp_path_factory):
    yield from trace(tmp_path_factory.mktemp("ads"), "ads")


def of_networks(requests: list[Request]) -> list[str]:
    """What ad networks were asked, in the order of addresses."""
    urls = (f"{request.scheme}://{request.host}{request.target}" for request in requests)
    return sorted(url for url in urls if not urlsplit(url).hostname.endswith(".example"))


def test_at_reach_ads_chains_are_followed_and_nothing_else_is(ads: Done) -> None:
    """Loaders, frames, ad requests and what these name; no pixel, click, bid, sync, tracking, media, companion."""
    assert of_networks(ads.requests) == sorted(CHAINS)


@pytest.mark.slow
@pytest.mark.parametrize(("reach", "asked"), [("page", []), ("tags", [GENERIC]), ("ads", sorted(CHAINS))])
def test_each_once_for_case_and_day(tmp_path, reach: str, asked: list[str]) -> None:
    """By reach; once though two pages name it; and in a second run of the day the sites alone."""
    for done in trace(tmp_path, reach, again=True):
        assert of_networks(done.requests) == asked
        assert of_networks(done.again) == []
        assert {one.host for one in done.again} == set(PAGES)


def decisions(case: Case) -> dict[str, list[dict]]:
    """The first run's decisions about networks' addresses, by address."""
    found: dict[str, list[dict]] = {}
    sql = (
        "SELECT seq, payload ->> 'url' AS url, payload ->> 'verdict' AS verdict, payload ->> 'rule' AS rule,"
        " payload ->> 'parent' AS parent, payload ->> 'named_by' AS named_by, payload ->> 'origin' AS origin,"
        " payload ->> 'depth' AS depth, payload ->> 'document' AS document FROM records"
        " WHERE type = 'decision' AND payload ->> 'run' = (SELECT min(seq) FROM runs) ORDER BY seq"
    )
    for row in case.rows(sql):
        found.setdefault(row["url"], []).append(dict(row))
    return found


def test_each_hop_says_what_led_to_it(ads: Done) -> None:
    """Its decision names the document, its outcome, the page the chain began at, and how far from it it is."""
    known = decisions(ads.case)
    outcomes = {row["seq"]: row["decision"] for row in ads.case.rows("SELECT seq, decision FROM outcomes")}
    for url, chain in CHAINS.items():
        [hop] = [row for row in known[url] if row["verdict"] == "allow"]
        assert hop["depth"] == len(chain) + 1
        if not chain:
            assert hop["named_by"] in FRONTS
            assert hop["origin"] is None
            continue
        assert hop["named_by"] == chain[-1]
        assert hop["origin"] in FRONTS
        [before] = [row for row in known[chain[-1]] if row["verdict"] == "allow"]
        assert outcomes[hop["parent"]] == before["seq"]


def test_where_chains_meet_or_turn_back_is_recorded(ads: Done) -> None:
    """The loader that the waterfall comes back to, and the one the other page names: edges without a request."""
    denied = [row for row in decisions(ads.case)[LOADER] if row["rule"] == "adtech/asked"]
    assert {row["named_by"] for row in denied} >= {FALLBACK}
    assert {row["named_by"] for row in denied} & set(FRONTS)
    assert {row["named_by"] for row in decisions(ads.case)[IN_FRAME] if row["rule"] == "adtech/asked"} >= {
        IN_FRAME
    }


def test_the_end_of_a_chain_says_why(ads: Done) -> None:
    """The seventh document from the page, and a host that is no network's."""
    known = decisions(ads.case)
    assert {row["rule"] for row in known[WRAPPED[MAX_CHAIN_DEPTH - 1]]} == {"request/depth"}
    assert "https://shop.example/own.js" not in {
        url for url, rows in known.items() if rows[0]["verdict"] == "allow"
    }
    for what, url in NEVER.items():
        assert {row["verdict"] for row in known.get(url, [])} <= {"deny"}, what


def test_what_answers_hold_is_in_the_case(ads: Done) -> None:
    """Networks that no page names are sighted where an answer names them, as served or embedded there."""
    sql = "SELECT DISTINCT sightings.network AS network, decisions.url AS url FROM current_sightings AS sightings"
    sql += " JOIN outcomes ON outcomes.seq = sightings.capture JOIN decisions ON decisions.seq = outcomes.decision"
    seen = {(row["network"], row["url"]) for row in ads.case.rows(sql)}
    assert {
        ("taboola", LOADER),
        ("refinery89", FALLBACK),
        ("bitmedia", FRAME),
        ("trafficstars", AD_TAG),
    } <= seen


def test_what_is_no_answer_is_not_read(ads: Done) -> None:
    """An ad answer is read only where one was asked for, and no picture anywhere: the door's rules are the same."""
    sql = "SELECT url, outcome, layer FROM decisions JOIN outcomes ON outcomes.decision = decisions.seq"
    ends = {row["url"]: (row["outcome"], row["layer"]) for row in ads.case.rows(sql)}
    assert ends[INLINE_TAG] == ("captured", "")
    assert ends[PICTURE] == ("refused", "headers")
    assert ends[NO_SCRIPT] == ("refused", "body")
