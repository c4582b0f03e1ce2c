"""Response headers: what is kept of them, and what it says."""

import pytest

from adtrace.extract import extract_page, find_sightings
from adtrace.extract.headers import without_headers
from adtrace.extract.sighting import Sighting

URL = "https://clip.example/"
HTML = "<title>Clips</title><p>words</p>"
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-r4nd0mSecret' https://securepubads.g.doubleclick.net:443/tag/js/ "
    "*.POPCASH.net; img-src data: https: blob:; report-uri https://o1.ingest.example/api/77/security/?key=s3cret"
)


def seen(*headers: tuple[str, str], html: str = HTML, kind: str = "network") -> list[Sighting]:
    found = extract_page(html, url=URL, headers=headers).sightings
    return [s for s in found if s.kind == kind]


def kept(*headers: tuple[str, str]) -> str:
    return extract_page(HTML, url=URL, headers=headers).skeleton


def test_hosts_that_a_policy_allows_are_weak_and_never_live() -> None:
    """A policy allows and loads nothing, also where the network's loader stands on the page."""
    loader = '<script async src="https://securepubads.g.doubleclick.net/tag/js/gpt.js"></script>'
    found = seen(("Content-Security-Policy", POLICY), html=loader)
    of_policy = [s for s in found if s.locator.path.startswith("header/")]
    assert [(s.network, s.host, s.state, s.certainty) for s in of_policy] == [
        ("google-ad-manager", "securepubads.g.doubleclick.net", "id_only", "weak"),
        ("popcash", "popcash.net", "id_only", "weak"),
    ]
    assert {s.rule.partition("@")[0].rpartition("/")[2] for s in of_policy} == {"header"}
    assert [s.state for s in found if s not in of_policy] == ["live"]


def test_only_hosts_of_a_policy_are_kept() -> None:
    """Nonces, keys, paths and keywords do not reach the skeleton."""
    skeleton = kept(("content-security-policy-report-only", POLICY))
    assert (
        '<header name="content-security-policy-report-only" value="script-src securepubads.g.doubleclick.net'
        ' *.popcash.net; report-uri o1.ingest.example">\n'
    ) in skeleton
    for secret in ("r4nd0m", "s3cret", "/api/", "nonce"):
        assert secret not in skeleton


def test_preload_names_its_address_and_is_likely() -> None:
    """An address on a card's host is kept whole; any other as its host; a link that loads nothing not at all."""
    link = (
        "<https://cdn.popcash.net/show.js>; rel=preload; as=script, <https://fonts.other.example/secret-name.woff2>;"
        ' rel="preconnect", <https://clip.example/wp-json/>; rel="https://api.w.org/"'
    )
    (found,) = seen(("Link", link))
    assert (found.network, found.certainty, found.state) == ("popcash", "likely", "id_only")
    assert found.url == found.value == "https://cdn.popcash.net/show.js"
    assert 'value="preload script https://cdn.popcash.net/show.js; preconnect fonts.other.example"' in kept(
        ("Link", link)
    )


def test_where_reports_go_is_kept_as_hosts() -> None:
    """Report-To and Reporting-Endpoints, escaped slashes as well."""
    report = '{"group":"a","max_age":1,"endpoints":[{"url":"https:\\/\\/r.popcash.net\\/report?s=sEcReT"}]}'
    assert [s.network for s in seen(("Report-To", report))] == ["popcash"]
    assert '<header name="report-to" value="r.popcash.net">' in kept(("Report-To", report))
    assert [s.host for s in seen(("Reporting-Endpoints", 'main="https://r.popcash.net/x"'))] == [
        "r.popcash.net"
    ]


def test_of_cookies_only_the_names_are_kept() -> None:
    """A cookie's name that holds an account id is an account; its value is nobody's business."""
    cookie = ("Set-Cookie", "ezoadgid_735174=sEcReT; Path=/; Domain=clip.example")
    (account,) = seen(cookie, ("set-cookie", "PHPSESSID=sEcReT"), kind="account")
    assert (account.network, account.account, account.state) == ("ezoic", "735174", "live")
    skeleton = kept(cookie, ("set-cookie", "PHPSESSID=sEcReT"))
    assert skeleton[account.locator.start : account.locator.end] == "735174"
    assert 'value="PHPSESSID"' in skeleton
    assert "sEcReT" not in skeleton


def test_every_locator_opens_the_text_it_names_and_rereading_finds_the_same() -> None:
    """text[start:end] is the value; the stored skeleton alone gives the same sightings."""
    headers = (("Content-Security-Policy", POLICY), ("Set-Cookie", "ezoab_735174=mod1"))
    done = extract_page(HTML, url=URL, headers=headers)
    assert done.sightings
    assert all(done.skeleton[s.locator.start : s.locator.end] == s.value for s in done.sightings)
    assert find_sightings(done.skeleton, url=URL) == done.sightings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Server", "nginx"),
        ("X-Powered-By", "popcash.net"),
        ("Content-Security-Policy", "upgrade-insecure-requests; default-src 'self' https: *"),
        ("Link", "<https://clip.example/?p=1>; rel=shortlink"),
        ("Set-Cookie", "=x"),
        ("Report-To", "{"),
    ],
)
def test_headers_that_say_nothing_leave_no_trace(name: str, value: str) -> None:
    """The skeleton is the one without headers."""
    assert kept((name, value)) == kept()


def test_hostile_headers_stay_one_line_and_bounded() -> None:
    """Quotes, markup and line breaks cannot forge elements; length is bounded."""
    forged = kept(
        ("Link", '<https://cdn.popcash.net/a"><script/src=//x>; rel=preload'), ("Set-Cookie", "a\n<b>=1")
    )
    assert "<script" not in forged
    many = " ".join(f"h{i}.example" for i in range(5_000))
    assert len(kept(("Content-Security-Policy", f"script-src {many}"))) < 10_000
    assert kept(*(("Set-Cookie", f"c{i}=1") for i in range(500))).count("<header ") == 60


def test_a_challenge_host_in_a_policy_makes_no_challenge() -> None:
    """Whose page it is, the page itself says."""
    policy = (
        "Content-Security-Policy",
        "script-src challenges.cloudflare.com; frame-src challenges.cloudflare.com",
    )
    state = extract_page(HTML, url=URL, headers=(policy,)).page_state
    assert state == extract_page(HTML, url=URL).page_state
    assert without_headers(kept(policy)).count("\n") == kept().count("\n")
