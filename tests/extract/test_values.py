"""Values that scripts make of their parts: resolved without running anything, located where they are made."""

import base64
from types import SimpleNamespace
from typing import cast

import pytest
from tree_sitter import Node

from adtrace.extract import extract_page, find_sightings
from adtrace.extract.evaluate import Script
from adtrace.extract.packer import unpack
from adtrace.extract.reading import Skeleton
from adtrace.extract.rewriting import _within
from adtrace.extract.sighting import Sighting
from adtrace.extract.values import MAX_PARSED, scripts_that_make_values
from adtrace.knowledge import load_knowledge

URL = "https://clip.example/"
POPCASH = "var uid = '281904'; var wid = '730184';"
PACKED = (
    "eval(function(p,a,c,k,e,d){while(c--)if(k[c])p=p.replace(new RegExp('\\\\b'+c.toString(a)+'\\\\b','g'),k[c]);"
    "return p}('0 1=\"3\";0 2=\"4\";',5,5,'var|uid|wid|281904|730184'.split('|'),0,{}))"
)


def seen(code: str) -> list[Sighting]:
    return extract_page(f"<script>{code}</script>", url=URL).sightings


def made(code: str) -> set[tuple[str, str | None, str | None]]:
    """(kind, network, account or address) of what was found in values that the script makes."""
    return {(s.kind, s.network, s.account or s.url) for s in seen(code) if s.decoded}


def value(code: str) -> object:
    script = Script(f"x = {code}".encode())
    (assignment,) = script.root.named_children[0].named_children
    right = assignment.child_by_field_name("right")
    assert right is not None
    return script.value(right)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("'a' + \"b\" + 1", "ab1"),
        ("atob('aHR0cA==')", "http"),
        ("window.atob('aHR0cA')", "http"),
        ("unescape('%68%u0074tp')", "http"),
        ("decodeURIComponent('%2F%2Fa')", "//a"),
        ("String.fromCharCode(104, 0x74, 116, 112)", "http"),
        ("String.fromCharCode.apply(null, [104, 116])", "ht"),
        ("'\\x68\\u0074\\164p'", "http"),
        ("['a', 'b', 'c'].join('')", "abc"),
        ("['a', 'b'].reverse().join('.')", "b.a"),
        ("'ptth'.split('').reverse().join('')", "http"),
        ("'a-b-c'.replace(/-/g, '.')", "a.b.c"),
        ("'a-b-c'.replace('-', '.')", "a.b-c"),
        ("'xhttpx'.slice(1, -1)", "http"),
        ("'xhttpx'.substr(1, 4)", "http"),
        ("'xhttpx'.substring(5, 1)", "http"),
        ("{a: {b: ['u', 'v']}}.a.b[1]", "v"),
        ("['u', 'v'][1]", "v"),
        ("('https:' == document.location.protocol ? 'https://s' : 'http://w') + '.a'", "https://s.a"),
        ("location.protocol + '//a'", "https://a"),
        ("`//${'a'}.b`", "//a.b"),
        ("'a' + Math.random()", None),
        ("'a' - 'b'", None),
        ("atob('****')", None),
        ("['a', f()].join('')", None),
        ("'a'.replace(/(a|b)+/, 'c')", None),
        ("x ? 'a' : 'b'", None),
        ("'a'['constructor']('b')", None),
    ],
)
def test_what_an_expression_comes_to(code: str, expected: object) -> None:
    """Pure functions of literals are known; whatever depends on the run is not."""
    assert value(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "var h='cdn.popcash.net'; s.src='//' + h + '/show.js';",
        "var h='cdn.popcash.net'; s.src='//' + h + '/show.js?x=' + Math.random();",
        "var a=['net','popcash','cdn'].reverse().join('.'); d.src=`https://${a}/show.js`",
        "(function(h,z){s.src='//'+h+'/'+z})('cdn.popcash.net','show.js')",
        "var c={host:'cdn.pop' + 'cash.net'}; var u='//'; s.src='//' + c.host + '/show.js'; s.src=u+c;",
        "s.src=String.fromCharCode(47,47)+'\\x63\\x64\\x6e.popcash.net/show.js'",
        f"s.src=atob('{base64.b64encode(b'//cdn.popcash.net/show.js').decode()}')",
        f"(function(u){{s.src=atob(u)}})('{base64.b64encode(b'//cdn.popcash.net/show.js').decode()}')",
        "var _0xa=['sj.wohs/ten.hsacpop.ndc//']; s.src=_0xa[0].split('').reverse().join('')",
    ],
)
def test_loader_whose_address_is_made(code: str) -> None:
    """The whole address is found, live, with how it was made."""
    found = [s for s in seen(code) if s.decoded and s.url and "/show.js" in s.url]
    assert {(s.kind, s.network, s.state) for s in found} == {("network", "popcash", "live")}, code
    assert all(s.decoded[-1].text == s.value for s in found)


@pytest.mark.parametrize(
    "code",
    [
        PACKED,
        f"eval(atob('{base64.b64encode(POPCASH.encode()).decode()}'))",
        f"new Function(atob('{base64.b64encode(POPCASH.encode()).decode()}'))()",
        f"eval(unescape('{''.join(f'%{ord(c):02x}' for c in POPCASH)}'))",
        f"eval(String.fromCharCode({','.join(str(ord(c)) for c in POPCASH)}))",
        f"eval(atob('{base64.b64encode(PACKED.encode()).decode()}'))",
    ],
)
def test_code_that_is_packed_or_encoded(code: str) -> None:
    """It is read as the code it becomes, also code within code; every id stands at the expression that makes it."""
    assert {("account", "popcash", "281904"), ("account", "popcash", "730184")} <= made(code)
    skeleton = extract_page(f"<script>{code}</script>", url=URL).skeleton
    for account in (s for s in seen(code) if s.kind == "account"):
        assert skeleton[account.locator.start : account.locator.end] in code


def test_ids_that_are_constants() -> None:
    """A publisher id in a name, a network code in a number: the account is the one that is used."""
    pub = "var PUB='ca-pub-' + '7031845296418273'; adsbygoogle.push({google_ad_client: PUB})"
    assert ("account", "adsense", "pub-7031845296418273") in made(pub)
    assert ("account", "google-ad-manager", "21968413") in made(
        "var N=21968413; googletag.defineSlot('/'+N+'/a', [1,1])"
    )


@pytest.mark.parametrize(
    "code",
    [
        "var page = '81597'; s.src = '//a.teads.tv/page/' + page + '/tag';",
        "var page = 81597; load('https://a.teads.tv/page/' + page + '/tag', done);",
        "const page = '81597'; s.src = `//a.teads.tv/page/${page}/tag`;",
        "var teads = {'page': '81597'}; s.src = '//a.teads.tv/page/' + teads.page + '/tag';",
    ],
)
def test_an_address_that_lacks_only_its_id(code: str) -> None:
    """The id is set beside it: a name, a template's, a member of an object."""
    assert ("account", "teads", "81597") in made(code)


@pytest.mark.parametrize(
    "code",
    [
        "const ZONE = '5738206'; i.className = 'eas6a97888e2'; i.setAttribute('data-zoneid', ZONE);",
        "const z = 5738206; i.className = 'eas6a97888e2'; i.dataset.zoneid = z;",
        "c = {name: 'eas6a97888e2', zone: 5738206}; i.className = c.name; i.setAttribute('data-zoneid', c.zone);",
    ],
)
def test_an_attribute_of_a_made_element_that_a_name_holds(code: str) -> None:
    """A component keeps its ids in constants, and its code makes the tag of them."""
    page = f"const i = document.createElement('ins'); {code} box.append(i);"
    assert ("account", "exoclick", "5738206") in made(page)


@pytest.mark.parametrize(
    "code",
    [
        "const u = new URL('//s.magsrv.com/iframe.php'); u.searchParams.set('idzone', 5738206); f.src = u.toString();",
        "const u = new URL('//s.magsrv.com/iframe.php'); u.searchParams.append('idzone', '5738206'); f.src = u.href;",
        "const q = new URLSearchParams({idzone: '5738206', t: now()}); f.src = '//s.magsrv.com/iframe.php?' + q;",
        "const q = new URLSearchParams(); q.append('idzone', '5738206'); f.src = `//s.magsrv.com/iframe.php?${q}`;",
    ],
)
def test_a_query_that_is_set_apart(code: str) -> None:
    """The address is read with what the script sets in it."""
    assert ("account", "exoclick", "5738206") in made(code)


@pytest.mark.parametrize(
    "code",
    [
        "function ad(page = '81597') { s.src = '//a.teads.tv/page/' + page + '/tag'; }",
        "const ad = ({page: e = '81597', w}) => { s.src = `//a.teads.tv/page/${e}/tag`; };",
        "const {page = '81597'} = config; s.src = '//a.teads.tv/page/' + page + '/tag';",
    ],
)
def test_an_id_that_is_a_default_or_a_part_of_what_is_given(code: str) -> None:
    """What a parameter stands for where nothing else is given, and what a pattern takes out of an object."""
    assert ("account", "teads", "81597") in made(code)


def test_a_default_beside_another_value_is_not_known() -> None:
    """A name that stands for two things stands for none."""
    code = "function ad(page = '81597') { page = next(); s.src = '//a.teads.tv/page/' + page + '/tag'; }"
    assert not any(account for _, _, account in made(code) if account == "81597")


KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


@pytest.mark.parametrize(
    "code",
    [
        f"var h = pick(hosts); s.src = '//' + h + '/{KEY}/invoke.js';",
        f"var h = pick(hosts), k = '{KEY}'; s.src = `https://${{h}}/${{k}}/invoke.js?t=${{now}}`;",
        f"var h = pick(hosts); s.src = '//www.' + h + '/{KEY}/invoke.js';",
        f"function h() {{return pick(hosts)}} s.src = '//' + h() + '/{KEY}/invoke.js';",
        f"s.src = '//' + Math.random().toString(36) + '.rotating.example/{KEY}/invoke.js';",
        f"var base = pick(hosts); s.src = base + '/{KEY}/invoke.js';",
    ],
)
def test_what_is_known_around_the_unknown(code: str) -> None:
    """A host drawn from a list, a random one, the time: the shape holds around it, and nothing is made up for it."""
    found = [s for s in seen(code) if s.decoded]
    assert {(s.network, s.account) for s in found} == {("adsterra", None), ("adsterra", KEY)}
    assert {s.url for s in found} == {None}
    assert not any("invalid" in f"{s.host} {s.value} {s.decoded}" for s in found)


def test_an_address_is_kept_up_to_the_unknown() -> None:
    """Of a known host; the account behind an unknown parameter is read."""
    code = "var page = 81597; s.src = `//a.teads.tv/page/${page}/tag?x=${now()}&y=1`;"
    (account,) = [s for s in seen(code) if s.account]
    assert (account.account, account.host, account.url) == (
        "81597",
        "a.teads.tv",
        "//a.teads.tv/page/81597/tag?x=",
    )


@pytest.mark.parametrize(
    "code",
    [
        "var id = pick(ids), k = 1; s.src = `//a.teads.tv/page/${id}/tag`; t.src = '//' + k + '/x';",
        "var id = pick(ids); s.src = '//' + id + '/redirect?url=https://shop.example/&site=' + id + '.example/';",
        "var h = pick(hosts); document.write('<a href=\"//go.awin1.com/x?ued=' + h + '\">'); s.src = '//' + h;",
    ],
)
def test_the_unknown_is_nobodys(code: str) -> None:
    """No account, landing, site or host is named that stands where nothing is known."""
    found = seen(code)
    assert not any(
        "invalid" in f"{s.account} {s.host} {s.url} {s.brand} {s.declared} {s.value}" for s in found
    )
    assert {s.kind for s in found} <= {"network"}


def test_markup_that_is_made() -> None:
    """Markup in a value is a document of its own."""
    tag = '<script src="//cdn.popcash.net/show.js"></script>'
    code = (
        f"var t = atob('{base64.b64encode(tag.encode()).decode()}'); body.insertAdjacentHTML('beforeend', t)"
    )
    assert ("network", "popcash", "//cdn.popcash.net/show.js") in made(code)


@pytest.mark.parametrize(
    "code",
    [
        "var h='cdn.popcash.net'; h = pick(); s.src='//' + h + '/show.js';",
        "var h='cdn.popcash.net'; function f(h){s.src='//' + h + '/show.js'}",
        "var h='cdn.popcash.net'; h += x; s.src='//' + h + '/show.js';",
        "for (var h in list) {s.src='//' + h + '/show.js'} var z = 'cdn.popcash.net';",
    ],
)
def test_names_that_may_be_something_else_are_not_known(code: str) -> None:
    """A name that is assigned twice, a parameter, a loop's variable: no value is made up."""
    assert made(code) == set()


def test_what_is_literal_is_not_said_twice() -> None:
    """A script that is parsed gives its literal facts once, as before."""
    found = seen(POPCASH + "var x = atob('aGVsbG8gd29ybGQ=');")
    assert [s.account for s in found if s.kind == "account"] == ["281904", "730184"]
    assert not any(s.decoded for s in found)


def test_state_is_that_of_the_place() -> None:
    """What a comment or a dead branch makes is commented or dormant."""
    loader = "s.src=atob('Ly9jZG4ucG9wY2FzaC5uZXQvc2hvdy5qcw==');"
    assert {s.state for s in seen(f"if (false) {{ {loader} }}") if s.decoded} == {"dormant"}
    assert {s.state for s in seen(f"/* {loader} */") if s.decoded} <= {"commented"}


def test_reading_the_stored_skeleton_finds_the_same() -> None:
    """Nothing but the skeleton is needed."""
    done = extract_page(f"<script>{PACKED}</script>", url=URL)
    assert find_sightings(done.skeleton, url=URL) == done.sightings


@pytest.mark.parametrize(
    "code",
    [
        "var a = 1; s.src = 'https://cdn.popcash.net/show.js'; window.location = '//x.example/' + a;",
        "document.getElementById('a').innerHTML = x + 'b';",
        "ga('create', 'UA-1234567-8'); $.ajax({url: '/api/' + id});",
        "var page = 'a'; page = next(page); s.src = '//a.teads.tv/page/' + page;",
        "function f(z) { i.setAttribute('data-zoneid', z); } f(g());",
        "var open = 'open'; i.setAttribute('data-state', open);",
        "var c = {name: 'tag'}; function tag(name) { s.dataset.uid = name; }",
        "function shifted(c) { return String.fromCharCode(65 + this.at(c) % 26); }",
        "function a(t){return b(atob(t))} function b(t){return atob(t.replace(/_/g, '/'))}",
    ],
)
def test_plain_scripts_do_not_reach_the_parser(code: str) -> None:
    """The parser is for values that patterns cannot read."""
    skeleton = Skeleton(extract_page(f"<script>{code}</script>", url=URL).skeleton)
    assert list(scripts_that_make_values(skeleton, load_knowledge())) == []


def test_names_are_looked_for_once_a_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many addresses lack one: a search of the script for each cost the square of a hostile page."""
    read: list[bytes] = []

    class Counting:
        def findall(self, code: bytes) -> list[tuple[bytes, bytes, bytes]]:
            read.append(code)
            return []

    monkeypatch.setattr("adtrace.extract.values._SET", Counting())
    code = "".join(f"s.src='//'+n{i};" for i in range(50))
    skeleton = Skeleton(extract_page(f"<script>{code}</script><script>{code}</script>", url=URL).skeleton)
    read.clear()
    assert list(scripts_that_make_values(skeleton, load_knowledge())) == []
    assert len(read) == 2


@pytest.mark.parametrize(
    "code",
    [
        "eval(atob('" + "(" * 10 + "'))",
        "x=atob(" + "[" * 50_000,
        "s.src='//'+h+" + "'a'+" * 20_000 + "h;var h='b'",
        "var h=h+h; s.src='//'+h+'/a'",
        "var a=b,b=a; s.src='//'+a+b",
        "var h0='a'" + "".join(f";var h{i + 1}=h{i}+h{i}" for i in range(60)) + ";s.src='//'+h60",
        f"var t='{'a' * 60_000}'; s.src='//'+t.replace(/a/g, t)",
        f"var t='{'a' * 60_000}'; s.src='//'+t.split('').join(t)",
        f"var t='{'a' * 60_000}'; s.src='//'+[{'t,' * 20_000}t].join('')",
        "var l0=['a']"
        + "".join(f";var l{i + 1}=l{i}.concat(l{i})" for i in range(60))
        + ";s.src='//'+l60.join('')",
        f"var n=0x{'f' * 50_000}; s.src='//'+n; x=parseInt('{'f' * 50_000}',16)+'a'+atob('YQ==')",
        PACKED.replace(",5,5,", ",99999999999,99999999,"),
        "eval(function(p,a,c,k,e,d){}('0'.split(''),62,1,'x'))",
        "x=String.fromCharCode(-1,99999999999,0)",
    ],
    ids=range(14),
)
def test_hostile_scripts_end(code: str) -> None:
    """Deep nesting, endless sums, names made of themselves, numbers out of range: bounded, never an exception."""
    assert not any(s.network for s in seen(code))


def test_parts_of_what_could_not_be_parsed_are_not_counted() -> None:
    """They stand in one row: finding each one's place in it took 13 s for 140 kB of calls that are never closed."""

    class Row:
        type = "ERROR"
        named_children = (SimpleNamespace(type="string"), SimpleNamespace(type="identifier"))

        def field_name_for_named_child(self, _at: int) -> str:
            pytest.fail("a part was counted up to")

    assert [role for _, role in _within(cast(Node, Row()), "")] == ["value"]


def test_unpack_leaves_what_it_cannot_know() -> None:
    """A base beyond its digits is refused; an empty word stands for itself."""
    assert unpack("0 1 a 10", 62, 3, ["var", "", "x"]) == "var 1 a 10"
    assert unpack("A 10", 62, 63, [*[""] * 36, "up", *[""] * 25, "next"]) == "up next"
    assert unpack("0", 95, 1, ["a"]) is None
    assert unpack("0 " * 9, 10, 1, ["a" * 100_000]) is None


def test_a_script_that_many_pages_hold_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered is the text that comes of it; of a long one, which could hold the memory, nothing is."""
    parsed: list[int] = []

    class Counting(Script):
        def __init__(self, code: bytes) -> None:
            parsed.append(len(code))
            super().__init__(code)

    monkeypatch.setattr("adtrace.extract.evaluate.Script", Counting)
    code = "var seenOnManyPages='cdn.popcash.net'; s.src='//' + seenOnManyPages + '/show.js';"
    for padding, times in ((0, 1), (5_000, 2)):
        parsed.clear()
        assert seen(code + " " * padding) == seen(code + " " * padding) != []
        assert len(parsed) == times


def test_a_script_too_long_to_be_parsed_is_told() -> None:
    """parse_status says so of one that would be parsed, and of no other."""
    filler = "x=1;" * (MAX_PARSED // 4)
    told = extract_page(f"<script>{filler}{PACKED}</script>").parse_status
    assert told == "scripts that make values parsed up to 160000 characters each, 640000 in all"
    assert extract_page(f"<script>{filler}</script><script>{PACKED}</script>").parse_status == "complete"
