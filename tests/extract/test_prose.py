"""Text canaries: what a page says, in four scripts, at every place, in no form left behind."""

# ruff: noqa: E501 - a place is one line
import base64
import json
from urllib.parse import quote

import msgspec
import pytest

from adtrace.extract import extract_page

URL = "https://clip.example/"
# The word that must not come back, and a sentence around it.
WORDS = {
    "latin": ("quokkafilm", "The {} walked along the river at night"),
    "cyrillic": (
        "\u043a\u0432\u043e\u043a\u043a\u0430",
        "{} \u0433\u0443\u043b\u044f\u0435\u0442 \u0443 \u0440\u0435\u043a\u0438",
    ),
    "cjk": ("\u77ed\u5c3e\u888b\u9f20", "{}\u5728\u6cb3\u8fb9\u6563\u6b65"),
    "arabic": (
        "\u0643\u0648\u0627\u0643\u0627",
        "{} \u062a\u0645\u0634\u064a \u0628\u062c\u0627\u0646\u0628 \u0627\u0644\u0646\u0647\u0631",
    ),
}
PLACES = {
    "title": "<title>{p}</title><h1>{p}</h1>",
    "alt": '<img src="/x.jpg" alt="{p}" title="{p}">',
    "description": '<meta name="description" content="{p}"><meta property="og:title" content="{p}">',
    "keywords": '<meta name="keywords" content="{w}, film, {w}"><meta name="news_keywords" content="{w}">',
    "slug-link": '<a href="/{s}"></a><a href="https://clip.example/films/{s}.html"></a><link rel="canonical" href="/{s}">',
    "slug-script": '<script>var next = "/{s}", full = "https://clip.example/{s}"; go("/films/{s}?a=1");</script>',
    "slug-key": '<script>var page = {{slug: "{s}", permalink: \'{s}\', "pageSlug":"{s}"}};</script>',
    "slug-data": '<div data-slug="{s}" data-url="/{s}" data-permalink="https://clip.example/{s}" data-path="/films/{s}"></div>',
    "slug-onclick": "<p onclick=\"location.href='/{s}'\">x</p>",
    "data-attributes": '<div data-title="{w}" data-video-title="{w}" data-caption="{p}" data-x="{p}"></div>',
    "data-json": '<div data-props="{{&quot;title&quot;:&quot;{w}&quot;,&quot;url&quot;:&quot;/{s}&quot;}}"></div>',
    "json-ld": '<script type="application/ld+json">{{"@type":"Movie","name":"{w}","description":"{p}","url":"https://clip.example/{s}","keywords":["{w}"]}}</script>',
    "next": '<script id="__NEXT_DATA__" type="application/json">{{"props":{{"title":"{w}","slug":"{s}","text":"{p}"}}}}</script>',
    "nuxt": '<script>window.__NUXT__=(function(a,b){{return {{data:[{{title:a,slug:b,headline:"{w}"}}]}}}}("{p}","/{s}"));</script>',
    "initial-state": '<script>window.__INITIAL_STATE__={{"film":{{"title":"{w}","synopsis":"{p}","path":"/{s}"}}}};</script>',
    "initial-state-parsed": '<script>window.__STATE__=JSON.parse("{{\\"title\\":\\"{w}\\",\\"text\\":\\"{p}\\"}}");</script>',
    "apollo": '<script>window.__APOLLO_STATE__={{"Film:7":{{"__typename":"Film","title":"{p}","description":"{w}"}}}};</script>',
    "flight": '<script>self.__next_f.push([1,"5:[\\"$\\",\\"h1\\",null,{{\\"children\\":\\"{p}\\"}}]"])</script>',
    "script-strings": "<script>var t = \"{p}\", u = '{p}', v = `{p}`; // {p}\n/* {p} */</script>",
    "escaped-strings": "<script>var t = {e};</script>",
    "percent-strings": '<script>var t = unescape("{q}"), u = "https://clip.example/?q={q}";</script>',
    "base64-strings": '<script>var t = JSON.parse(atob("{b}"));</script><div data-state="{b}"></div>',
    "comment": "<!-- {p} --><!-- <a title='{p}'>{p}</a> -->",
    "short-comment": '<!--a {p} = "1"--><!--div id="x" {p}--><!--img src="/x.jpg" {p}>{p}-->',
    "form": '<form action="/{s}"><input name="q" value="{w}"><textarea>{p}</textarea><option value="{w}">{p}</option><button value="{p}">{p}</button></form>',
    "svg": "<svg><title>{p}</title><desc>{p}</desc><text>{p}</text></svg>",
    "style": "<style>.a:after{{content:'{p}'}}</style><p style=\"--t:'{p}'\"></p>",
    "share": '<a href="https://www.facebook.com/sharer.php?t={q}&u=https%3A%2F%2Fclip.example%2F{s}"></a><a href="https://twitter.com/intent/tweet?text={q}"></a>',
    "srcdoc": '<iframe srcdoc="<title>{p}</title><img alt=\'{w}\'>"></iframe>',
    "data-frame": '<iframe src="data:text/html,<title>{q}</title>"></iframe><iframe src="data:text/html;base64,{b}"></iframe>',
    "noscript": "<noscript><img alt='{p}'>{p}</noscript><template><p title='{w}'>{p}</p></template>",
    "written": "<script>document.write('<h1 title=\"{p}\">{p}</h1>')</script>",
    "wordpress-classes": '<article class="post-7 type-post category-{s} tag-{s} hentry"></article>',
    "aria": '<p aria-label="{w}" placeholder="{w}"></p>',
    "track": '<track kind="captions" label="{p}" srclang="en"><video title="{w}"></video>',
}  # fmt: skip


def forms(word: str) -> set[str]:
    """The word as it is and in the forms in which it could hide, in lower case."""
    raw = word.encode()
    found = {
        word,
        word.encode("ascii", "backslashreplace").decode(),
        quote(word),
        json.dumps(word)[1:-1],
        raw.hex(),
    }
    found |= {"".join(f"&#{ord(c)};" for c in word), "".join(f"\\x{byte:02x}" for byte in raw)}
    for start in range(3):  # the letters in the middle of its base64, whatever stands before
        found.add(base64.b64encode(b" " * start + raw).decode()[4 if start else 0 : -4])
    return {form.lower() for form in found if len(form) >= 6 or not form.isascii()}


def planted(place: str, script: str) -> tuple[str, str]:
    """A page with a word of this script at this place, and the word."""
    word, sentence = WORDS[script]
    phrase = sentence.format(word)
    slug = f"watch-the-{quote(word)}-online-now"
    blob = base64.b64encode(json.dumps({"title": phrase, "id": "p-1"}, ensure_ascii=False).encode()).decode()
    values = {"p": phrase, "w": word, "s": slug, "q": quote(phrase), "b": blob, "e": json.dumps(phrase)}
    return PLACES[place].format(**values), word


@pytest.mark.parametrize("script", WORDS)
@pytest.mark.parametrize("place", PLACES)
def test_no_word_of_a_page_is_kept(place: str, script: str) -> None:
    """Neither in the skeleton nor in a sighting, also not in percent, base64 or escapes."""
    page, word = planted(place, script)
    found = extract_page(page, url=URL)
    left = (found.skeleton + msgspec.json.encode(found.sightings).decode()).lower()
    assert not [form for form in forms(word) if form in left], found.skeleton
