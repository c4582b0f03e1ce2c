"""Pages of the kinds that ad-funded bad sites are, in neutral placeholder words; ad tags are put in between."""

import json
from typing import NamedTuple

from adtrace.demo.canaries import Canaries
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Piece, Told
from adtrace.demo.media import HEAD, Gallery


class SiteKind(NamedTuple):
    """What a kind of site calls its parts, and how it lists its items."""

    word: str
    rooms: tuple[str, ...]
    item: str


KINDS = {
    "streaming": SiteKind(
        "stream", ("films", "series", "live", "new"), '<a class="{c}-card" href="/watch/{slug}">{text}</a>'
    ),
    "file_host": SiteKind(
        "files",
        ("top", "upload", "premium"),
        '<p class="{c}-row"><a href="/f/{slug}">{text}</a><i>1 MB</i></p>',
    ),
    "link_shortener": SiteKind(
        "link",
        ("shorten", "rates", "tools"),
        '<p class="{c}-link"><a href="/s/{slug}" rel="nofollow">{text}</a></p>',
    ),
    "forum": SiteKind(
        "board",
        ("topics", "members", "rules"),
        '<div class="{c}-post"><h4><a href="/t/{slug}">{text}</a></h4></div>',
    ),
    "fake_news": SiteKind(
        "news",
        ("world", "health", "money"),
        '<article class="{c}-story"><a href="/{slug}.html">{text}</a></article>',
    ),
    "scraper_blog": SiteKind(
        "blog",
        ("guides", "reviews", "tags"),
        '<div class="{c}-entry"><h3><a href="/blog/{slug}">{text}</a></h3></div>',
    ),
}
_SECTIONS = ("section", "div", "main", "aside", "ul", "article")


class Page(NamedTuple):
    """A finished page and what it tells."""

    html: str
    told: Told


def write_page(
    dice: Dice, domain: str, kind: str, canaries: Canaries, gallery: Gallery, pieces: list[Piece]
) -> Page:
    """A page of this kind with the pieces in it, in their order; no two domains' pages look alike."""
    style = dice.word(2) + dice.text("digits", 2)
    head = [*_head(dice, domain, canaries), *gallery.write(3, [], HEAD)]
    head += [piece.html for piece in pieces if piece.head]
    body = _body(dice, style, KINDS[kind], canaries, gallery)
    for piece in (piece for piece in pieces if not piece.head):
        body.insert(dice.number(1, len(body)), piece.html)
    html = "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            *head,
            "</head>",
            f'<body class="{style}">',
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )
    return Page(html, sum((piece.told for piece in pieces), Told()))


def _head(dice: Dice, domain: str, canaries: Canaries) -> list[str]:
    article = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": canaries.phrase(),
        "keywords": canaries.word(),
    }
    lines = [
        '<meta charset="utf-8">',
        f"<title>{canaries.phrase()}</title>",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="description" content="{canaries.phrase()}">',
        f'<meta name="keywords" content="{canaries.word()}, {canaries.word()}">',
        f'<meta property="og:title" content="{canaries.phrase()}">',
        f'<link rel="canonical" href="https://{domain}/">',
        f'<script type="application/ld+json">{json.dumps(article)}</script>',
        f"<style>.x::after{{content:'{canaries.phrase()}'}}</style>",
        f'<link rel="stylesheet" href="/css/{dice.word()}.css">',
        f'<script src="/js/{dice.word()}.js" defer></script>',
    ]
    return [*lines[:3], *dice.sample(lines[3:], dice.number(5, 8))]


def _body(dice: Dice, style: str, kind: SiteKind, canaries: Canaries, gallery: Gallery) -> list[str]:
    rooms = dice.shuffled(kind.rooms)
    links = "".join(f'<a class="{style}-nav" href="/{room}/">{room}</a>' for room in rooms)
    lines = [f'<header class="{style}-top"><h1>{canaries.phrase()}</h1><nav>{links}</nav></header>']
    for number in range(dice.number(3, 6)):
        tag = dice.pick(_SECTIONS)
        lines.append(f'<{tag} class="{style}-{dice.word(2)}" id="part{number}">')
        for _ in range(dice.number(2, 7)):
            slug = f"{canaries.word()}-{dice.text('digits', 5)}"
            lines.append(kind.item.format(c=style, slug=slug, text=canaries.phrase()))
        lines += gallery.write(dice.number(1, 4), [canaries.phrase() for _ in range(4)])
        lines.append(f"</{tag}>")
    hiding = [place.format(canaries.phrase(), word=canaries.word()) for place in _HIDING_PLACES]
    lines += dice.sample(hiding, dice.number(4, len(hiding)))
    lines.append(f'<footer class="{style}-end"><a href="/{dice.word()}/">contact</a></footer>')
    # Tags go between whole elements: never into a script, a comment or a table of the page's own.
    return _whole_elements(lines)


# Where else words hide that a page shows or keeps.
_HIDING_PLACES = (
    "<!-- {0} -->",
    '<form action="/search"><input type="search" name="q" placeholder="{0}" aria-label="{0}" value="{word}"></form>',
    "<noscript><p>{0}</p></noscript>",
    "<template><p>{0}</p></template>",
    '<iframe srcdoc="&lt;p&gt;{0}&lt;/p&gt;"></iframe>',
    "<textarea>{0}</textarea>",
    '<select><option value="{word}">{0}</option></select>',
    '<script id="__NEXT_DATA__" type="application/json">{{"props": {{"title": "{0}", "slug": "{word}-12"}}}}</script>',
    '<iframe src="/embed/4821" width="640" height="360" title="{0}"></iframe>',
    '<script>var teaser = "{0}";</script>',
    "<script>/* {0} */ var n = 1;</script>",
    '<div title="{0}" data-n="1"></div>',
    '<object type="text/html"><p>{0}</p></object>',
)


def _whole_elements(lines: list[str]) -> list[str]:
    """Lines joined so that each of them is balanced: a section is one, with its items."""
    whole: list[str] = []
    open_section: list[str] = []
    for line in lines:
        open_section.append(line)
        starts = not open_section[0].startswith(tuple(f"<{tag} class=" for tag in _SECTIONS))
        if starts or line.startswith("</"):
            whole.append("\n".join(open_section))
            open_section = []
    return whole
