"""addresses.py: an address is read however code writes it, and each value is found where it stands."""

import pytest

from adtrace.extract import extract_page

URL = "https://page.example/"
LOADER = "https://cdn.taboola.com/libtrc/harbour-network/loader.js?v=1&w=2"
SLASH = {
    "plain": "/",
    "json": r"\/",
    "json in json": r"\\/",
    "unicode": r"\u002F",
    "twice": r"\\u002f",
    "hex": r"\x2f",
}


def accounts(html: str) -> list[tuple[str | None, str]]:
    """The accounts of the page, each with the text at its locator."""
    found = extract_page(html, url=URL)
    assert found.parse_status == "complete"
    return [
        (s.account, found.skeleton[s.locator.start : s.locator.end]) for s in found.sightings if s.account
    ]


@pytest.mark.parametrize("written", SLASH.values(), ids=SLASH.keys())
def test_slashes_are_read_however_they_are_escaped(written: str) -> None:
    """In code, and in a string within a string."""
    address = LOADER.replace("/", written)
    assert accounts(f'<script>state = {{"tag": "{address}"}}</script>') == [("harbour-network",) * 2]


@pytest.mark.parametrize("colon", [r"\u003A", r"\x3a"])
def test_a_colon_is_read_escaped(colon: str) -> None:
    """Templates that escape for HTML and JavaScript at once escape it too."""
    address = LOADER.replace(":", colon).replace("/", r"\x2F")
    assert accounts(f"<script>tag = '{address}'</script>") == [("harbour-network",) * 2]


@pytest.mark.parametrize(("mark", "is_"), [(r"\u0026", "="), (r"\x26", r"\x3d"), (r"\\u0026", r"\\u003D")])
def test_parameters_are_read_behind_an_escaped_mark(mark: str, is_: str) -> None:
    """Go, Rails and Blogger escape & and = in JSON."""
    code = f'x = "//contextual.media.net/nmedianet.js?v{is_}1{mark}cid{is_}8CU7KQ25V"'
    assert accounts(f"<script>{code}</script>") == [("8CU7KQ25V",) * 2]


def test_parameters_in_code_are_read_behind_an_escape_of_markup() -> None:
    """Pasted into a script, an address may have its & as markup has it: "&amp;appId=…"."""
    loader = "//connect.facebook.net/en_US/all.js#xfbml=1&amp;appId=362002700549373"
    assert accounts(f'<script>js.src = "{loader}";</script>') == [("362002700549373",) * 2]


@pytest.mark.parametrize("end", [r"\u0022", r"\x22", r"\u003c", r"\"", r"\u0020"])
def test_an_address_ends_at_an_escaped_quote(end: str) -> None:
    """What follows is no part of it."""
    found = extract_page(
        rf"<script>x = 'src={end}//cdn.taboola.com/a.js{end}cid=8CU7KQ25V'</script>", url=URL
    )
    assert [s.url for s in found.sightings] == ["//cdn.taboola.com/a.js"]


def test_strings_of_data_blocks_are_unescaped() -> None:
    """Hydration data is JSON, whatever its characters are written as."""
    address = LOADER.replace("/", r"\u002F").replace("&", r"\u0026")
    html = f'<script type="application/json">{{"tag": "{address}"}}</script>'
    assert accounts(html) == [("harbour-network",) * 2]


@pytest.mark.parametrize("before", [r"\/\/", "&quot;&amp;quot;", r"\u0026"])
def test_ids_in_attributes_are_found_where_they_stand(before: str) -> None:
    """What would be an escape in code is text in an attribute; what the skeleton escapes there is counted."""
    html = f'<script src="https://www.googletagmanager.com/gtag/js?x={before}&amp;id=UA-8273645-1"></script>'
    assert accounts(html) == [("UA-8273645-1",) * 2]
    own = f'<script src="/medianet.js?x={before}&amp;cid=8CU7KQ25V"></script>'
    assert accounts(own) == [("8CU7KQ25V",) * 2]


def test_what_holds_a_tags_address_is_that_tag() -> None:
    """One shape of a card reads the address, another the loader around it: one placement, one network line."""
    path = r"\/bxX2VZskdIG3lS05Y2Wec3\/aeSmy90uuZqU\/lSkZP0TSEK35MmzuA50mOXDJM\/taM7T\/ceznM.D2UcyBM\/Ab"
    code = rf's.settings = a || {{}}; s.src = "\/\/quietferry.example{path}"; s.async = true;'
    code += 's.referrerPolicy = "no-referrer-when-downgrade";'
    found = extract_page(f"<script>{code}</script>").sightings
    assert [one.kind for one in found if one.network == "hilltopads"] == ["network", "account"]


def test_what_an_embedded_player_is_told_to_load_is_read() -> None:
    """A parameter's value is prose unless it is an address: then as in any attribute, a stranger's is not kept."""
    page = extract_page(
        "<object><param name=adServerURL value='http://pubads.g.doubleclick.net/gampad/ads?iu=/71035/front'>"
        "<param name=movie value='http://clips.example/a-summer-evening.swf'>"
        "<param name=title value='A summer evening'></object>",
        url=URL,
    )
    assert [s.account for s in page.sightings if s.account] == ["71035"]
    assert "clips.example" in page.skeleton
    assert "summer" not in page.skeleton


@pytest.mark.parametrize("written", ["google-analytics.com/ga.js", ".google-analytics.com/ga.js"])
def test_a_host_written_behind_a_computed_start_is_no_path_of_the_site(written: str) -> None:
    """The start (https://ssl. or http://www.) is not known, the host is; elsewhere such a path is the site's own."""
    loader = f"""<script>document.write("<script src='" + start() + "{written}'></" + "script>")</script>"""
    own = f'<script src="{written.lstrip(".")}"></script>'
    calls = "<script>_gat._getTracker('UA-2071199-1')</script>"
    states = {s.state for s in extract_page(loader + calls, url=URL).sightings if s.account}
    assert states == {"live"}
    assert [s.host for s in extract_page(loader, url=URL).sightings] == ["google-analytics.com"]
    assert extract_page(own, url=URL).sightings == []


@pytest.mark.parametrize(
    ("start", "written", "url"),
    [
        ("(secure ? 'https' : 'http')", "://cdn.popcash.net/show.js", "//cdn.popcash.net/show.js"),
        ("protocol", "//cdn.popcash.net/show.js", "//cdn.popcash.net/show.js"),
        ("'http' + s", "://cdn.popcash.net/show.js", "https://cdn.popcash.net/show.js"),
        ("`http${secure() ? 's' : ''}`", "://cdn.popcash.net/show.js", "https://cdn.popcash.net/show.js"),
        ("start()", "cdn.popcash.net/show.js", "//cdn.popcash.net/show.js"),
        ("site", "/7c41e09b2d5f8a36c0e7b1498f2d50a3/invoke.js", None),
        ("site", "/js/show.js", ()),
        ("start()", "quietferry.example/7c41e09b2d5f8a36c0e7b1498f2d50a3/invoke.js", ()),
    ],
)
@pytest.mark.parametrize("decoded", ["", "x = atob('MQ==');"], ids=["plain", "parsed"])
def test_an_address_with_a_computed_start_is_never_on_the_site(
    start: str, written: str, url: str | tuple[()] | None, decoded: str
) -> None:
    """What the start is (a scheme, a site, both) shows in what follows; where it does not, no address is said."""
    code = f"""{decoded}document.write("<script src='" + {start} + "{written}'></" + "script>")"""
    found = extract_page(f"<script>{code}</script>", url=URL).sightings
    assert {s.url for s in found} == ({url} if url != () else set())


@pytest.mark.parametrize(
    ("plain", "hosts"),
    [
        ("http://static.chartbeat.com", {"cdn.popcash.net", "static.chartbeat.com"}),
        ("http://a.popcash.net", {"cdn.popcash.net"}),
    ],
)
def test_a_protocol_may_choose_between_two_networks(plain: str, hosts: set[str]) -> None:
    """Each is named; of one network's two hosts the one that is asked securely is enough."""
    chosen = f"""("https:" == location.protocol ? "https://cdn.popcash.net" : "{plain}")"""
    code = f"""document.write("<script src='" + {chosen} + "/show.js'></" + "script>")"""
    assert {s.host for s in extract_page(f"<script>{code}</script>", url=URL).sightings} == hosts


@pytest.mark.parametrize(
    "page",
    [
        '<script src="HTTPS://WWW.GoogleTagManager.com/gtm.js?id=GTM-PQVBFX"></script>',
        """<script>tag.src = 'HTTPS:\\/\\/WWW.GoogleTagManager.com\\/gtm.js?id=GTM-PQVBFX'</script>""",
    ],
    ids=["tag", "code"],
)
def test_capitals_in_scheme_and_host_are_none(page: str) -> None:
    """A browser reads them as small letters; those of the path stay, an id may have them."""
    assert accounts(page) == [("GTM-PQVBFX", "GTM-PQVBFX")]


def test_own_loaders_are_those_of_tags_that_load() -> None:
    """A relative address is the page's own loader in a script or frame, not where a value only begins like one."""
    key = "7c41e09b2d5f8a36c0e7b1498f2d50a3"
    own = f'{{}} data-x-src="/{key}/invoke.js">'
    assert accounts(own.format("<iframe")) == [(key, key)]
    assert accounts(own.format('<div data-a="<iframe 1"')) == []


@pytest.mark.parametrize(
    ("host", "ad_domain"),
    [("ads.clip.example", None), ("clip.example", None), ("ads.quietferry.example", "quietferry.example")],
)
def test_an_ad_server_on_the_pages_own_site_is_nobodys_ad_domain(host: str, ad_domain: str | None) -> None:
    """Revive runs wherever somebody installs it: the host is said, and the site is no ad system for it."""
    page = f'<script src="https://{host}/www/delivery/ajs.php?zoneid=7"></script>'
    found = extract_page(page, url="https://www.clip.example/").sightings
    assert {(s.network, s.host, s.ad_domain) for s in found} == {("revive", host, ad_domain)}


def test_a_networks_own_page_keeps_its_ad_domain() -> None:
    """The site of a card's host is that network's, whoever looks at it."""
    (found,) = extract_page(
        '<script src="https://cdn.popcash.net/show.js">', url="https://popcash.net/"
    ).sightings
    assert found.ad_domain == "popcash.net"
