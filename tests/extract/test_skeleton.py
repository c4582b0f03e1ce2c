"""What a skeleton keeps and what it never holds."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.extract import extract_page, find_sightings
from adtrace.extract.reading import Skeleton

URL = "https://clip.example/"
CANARY = "quokka"
PROSE = f"the {CANARY} walked along the quiet river"
SLUG = f"watch-the-{CANARY}-online-now"


def skeleton(html: str, **options: object) -> str:
    return extract_page(html, url=URL, **options).skeleton  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "html",
    [
        f"<title>{PROSE}</title>",
        f"<p>{PROSE}</p>",
        f"<img alt='{PROSE}' title='{PROSE}' src=x>",
        f"<input placeholder='{PROSE}' value='{PROSE}' aria-label='{CANARY}'>",
        f"<meta name=description content='{PROSE}'><meta property=og:title content='{CANARY}'>",
        f"<meta name=keywords content='{CANARY}, film, stream'>",
        f"<a href='/{SLUG}'>x</a><a href='https://other.example/{SLUG}'>y</a><form action='/{SLUG}'></form>",
        f"<img src='/img/{CANARY}.jpg' srcset='/img/{CANARY}-2x.jpg 2x'><video poster='/p/{CANARY}.jpg'></video>",
        f"<link rel=canonical href='https://clip.example/{SLUG}'><meta property=og:url content='{URL}{SLUG}'>",
        f'<script type="application/ld+json">{{"name": "{PROSE}", "url": "{URL}{SLUG}"}}</script>',
        f'<script id=__NEXT_DATA__ type="application/json">{{"title": "{PROSE}", "slug": "{SLUG}"}}</script>',
        f'<script>var title = "{PROSE}", next = "{URL}{SLUG}", path = "/{SLUG}";</script>',
        f"<script>/* {PROSE} */ var a = 1; // {PROSE}\n</script>",
        f"<script>var t = 'It\\'s {PROSE}', u = `{PROSE}`;</script>",
        f"<!-- {PROSE} --><style>.a:before{{content:'{PROSE}'}}</style><textarea>{PROSE}</textarea>",
        f"<div data-description='{PROSE}' data-x='{PROSE}' style='background:url({CANARY}.png)'></div>",
        f"<iframe srcdoc=\"<p>{PROSE}</p><img alt='{CANARY}'>\"></iframe>",
        f"<noscript><p>{PROSE}</p></noscript><template><p title='{PROSE}'>{PROSE}</p></template>",
        f"<a onclick=\"open('{PROSE}')\" href=\"javascript:say('{PROSE}')\">x</a>",
        f"<meta http-equiv=refresh content='5; url=/{SLUG}'>",
        f"<div data-props='{{&quot;title&quot;: &quot;{PROSE}&quot;}}'></div>",
        f"<script>document.write('<h1 title=\"{PROSE}\">{PROSE}</h1>')</script>",
        f"<iframe data-thumb-src='https://img.example/{SLUG}.jpg'></iframe>",
        f"<iframe data-lazy-src='https://x.example/{CANARY} {CANARY}'></iframe>",
    ],
)
def test_prose_is_nowhere(html: str) -> None:
    """Titles, slugs, alt texts, descriptions, data blocks, comments and script strings leave no word behind."""
    result = extract_page(html, url=URL)
    assert CANARY not in result.skeleton.lower()
    assert CANARY not in repr(result.sightings).lower()


def test_elements_and_attribute_names_stay() -> None:
    """Every start tag has its line in page order; attributes are sorted, prose ones keep their name."""
    text = skeleton('<p><ins id=b class="eas1 x" data-zoneid=7 title="a word here"></ins><br>')
    assert text.splitlines()[1:] == ["<p>", '<ins class="eas1 x" data-zoneid="7" id="b" title>', "<br>"]


def test_script_and_frame_addresses_stay_whole() -> None:
    """What a page loads is evidence, whoever's host it is."""
    text = skeleton(
        '<script src="https://cdn.other.example/a/b.js?z=1"></script><iframe src="/f.html"></iframe>'
    )
    assert 'src="https://cdn.other.example/a/b.js?z=1"' in text
    assert '<iframe src="/f.html">' in text


def test_hidden_addresses_compare_within_a_case_only() -> None:
    """The same link has the same hash under one key and another under another."""
    html = '<a href="https://other.example/film">x</a><a href="https://other.example/film">y</a>'
    one, two = (skeleton(html, key=key) for key in (b"case one", b"case two"))
    assert len(set(one.splitlines()[1:])) == 1
    assert one != two
    assert "~other.example/" in one


def test_it_is_ascii() -> None:
    """Characters outside ASCII are written out, so that offsets count bytes and characters alike."""
    text = skeleton("<div data-k=\"d\u00e9j\u00e0\"><script>var a='\u202e\u0434', b = '\ud800';</script>")
    assert text.isascii()
    assert r"d\xe9j\xe0" in text


@pytest.mark.parametrize(
    "media",
    [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"\x00\x00\x00\x18ftypmp42"],
)
@pytest.mark.parametrize(
    "form",
    [
        '<img src="data:image/jpeg;base64,{b64}">',
        "<div style=\"background:url('data:image/png;base64,{b64}')\">",
        '<script>var p = "{b64}";</script>',
        '<script type="application/json">{{"thumb": "{b64}"}}</script>',
        '<div data-thumb="{b64}"></div>',
        '<script>var p = "{hex}";</script>',
        '<script>var p = "{escaped}";</script>',
        "<script>var p = [{numbers}];</script>",
        '<div data-p="{percent}"></div>',
        '<script>var p = "{b64url}";</script>',
    ],
)
def test_embedded_media_is_scrubbed(media: bytes, form: str) -> None:
    """No encoded run that decodes to media is kept; what was taken is recorded by kind, length and place."""
    body = media + bytes(900)
    html = form.format(
        b64=base64.b64encode(body).decode(),
        b64url=base64.urlsafe_b64encode(body).decode().rstrip("="),
        hex=body.hex(),
        escaped="".join(f"\\x{b:02x}" for b in body),
        numbers=", ".join(map(str, body)) + ",",
        percent="".join(f"%{b:02X}" for b in body),
    )
    result = extract_page(html, url=URL)
    longest = max((len(run) for run in result.skeleton.replace("[[", " ").split()), default=0)
    assert longest < 200


def test_packed_scripts_survive() -> None:
    """A long encoded run that decodes to text is code, and may hold the tag."""
    code = base64.b64encode(b"document.createElement('script').src='//tag.net.example/a.js';" * 12).decode()
    assert code in skeleton(f'<script>eval(atob("{code}"))</script>')


@pytest.mark.parametrize(
    ("code", "src"),
    [
        ("var z = 41; document.write('<script src=//h.example/a?zoneid=' + z + '>');", "//h.example/a?zoneid=41"),
        ("var h = 'h.example'; document.write(`<script src=//${h}/a?zoneid=41>`);", "//h.example/a?zoneid=41"),
        ("document.write('<script src=http' + (https == x() ? 's' : '') + '://h.example/a>');", "https://h.example/a"),
        ("var z = 41; z = f(z); document.write('<script src=//h.example/a?y=' + z + '&a=1>');", "//h.example/a?y=&a=1"),
        ("function f(z) {document.write('<script src=//h.example/a?y=' + z + '>');} z = 41;", "//h.example/a?y="),
    ],
)  # fmt: skip
def test_what_written_markup_is_made_of(code: str, src: str) -> None:
    """A name that is set to one literal is known; what may be something else leaves its place empty."""
    assert f'<script src="{src}">' in skeleton(f"<script>{code}</script>")


def test_written_markup_without_its_host_is_left_to_the_script() -> None:
    """What the script knows of the address is read around the host."""
    key = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    code = f"var h = pick(hosts), k = '{key}'; document.write('<script src=\"//' + h + '/' + k + '/invoke.js\">');"
    found = extract_page(f"<script>{code}</script>", url=URL).sightings
    assert [(s.network, s.account, s.host) for s in found] == [
        ("adsterra", None, None),
        ("adsterra", key, None),
    ]


def test_a_call_of_many_parts_costs_its_length() -> None:
    """The suite's time limit decides."""
    skeleton(f"<script>document.write('<a src=//'{'+x' * 20_000}{'+(a)' * 10_000})</script>")


@pytest.mark.parametrize("code", ["a=1;", 'document.write("a");'])
def test_limits_are_said(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut silently, neither of plain code nor of code that writes markup."""
    monkeypatch.setattr("adtrace.extract.skeleton.MAX_SCRIPT", 1_000)
    result = extract_page(f"<script>{code * 1_000}</script>", url=URL)
    assert result.parse_status == f"script 1 cut at 1000 of {len(code) * 1_000} characters"
    assert extract_page("<p>", url=URL).parse_status == "complete"


@given(st.text(alphabet="<>/='\"!-&;#\\ \n\0scriptanoemplj:0\u00e9", max_size=400))
def test_any_text_is_read(html: str) -> None:
    """No text makes extraction raise, and a stored skeleton reads the same again."""
    result = extract_page(html, url=URL)
    assert result.skeleton.isascii()
    Skeleton(result.skeleton).scripts  # noqa: B018 - reading is the test
    assert find_sightings(result.skeleton, url=URL) == result.sightings


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<p " + " ".join(f"a{i}=1" for i in range(20_000)) + ">",
        "<iframe src=//a.example/x></iframe>" * 20_000,
    ],
    ids=["deep", "attributes", "frames"],
)
def test_extreme_pages_are_read_whole(html: str) -> None:
    """Depth, attribute and tag counts that make tree parsers quadratic or blind lose nothing."""
    result = extract_page(
        html + '<script src="//pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"></script>', url=URL
    )
    assert "adsense" in {s.network for s in result.sightings}


@pytest.mark.parametrize("data", ['\\"<script>' * 100_000, '"<script> ' * 100_001, '"\\\n<script>' * 50_000])
def test_strings_of_data_that_never_end_cost_their_length(data: str) -> None:
    """No data block keeps a worker busy (the suite's time limit decides)."""
    assert extract_page(f'<script type="application/json">{data}</script>').sightings == []


@pytest.mark.parametrize(
    "html",
    [
        f"<script>x='https://{'a.' * 500_000}example/'</script>",
        f"<a href='https://{'a-' * 200_000}.translate.goog/'>x</a>",
        "<iframe " + " ".join(f"data-src{n}='//a.example/{n:05}'" for n in range(30_000)) + ">",
    ],
    ids=["host of many labels", "host in a label", "addresses of one tag"],
)
def test_long_hosts_and_tags_cost_their_length(html: str) -> None:
    """No page keeps a worker busy (the suite's time limit decides)."""
    assert {s.kind for s in extract_page(html, url=URL).sightings} <= {"unidentified"}


def test_half_characters_are_read() -> None:
    """Text that a program hands over may hold halves of surrogate pairs; a pair of them is its character."""
    result = extract_page("<p>\ud83d</p><ins data-x='\ud83d\ude00 \ud83d'>", url=URL)
    assert result.skeleton.splitlines()[1:] == ["<p>", '<ins data-x="\\U0001f600 \\ufffd">']


@pytest.mark.parametrize("tail", ["?\u00e9", '?\n<vast-ad click="//b.example/">', "?a\tb", "?\u2028"])
def test_a_link_that_fits_a_shape_stays_one_line_of_ascii(tail: str) -> None:
    """It is put back as the page wrote it, and a page writes what it likes: accents, breaks, lines of a skeleton."""
    link = f"//any.example/7c41e09b2d5f8a36c0e7b1498f2d50a3/invoke.js{tail}"
    lines = extract_page(f"<a href='{link}'>", url=URL).skeleton.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith('<a href="//any.example/7c41')
    assert lines[1].isascii()
