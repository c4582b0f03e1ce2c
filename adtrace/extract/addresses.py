"""Addresses in tags and scripts: a card's host, or a shape that holds on any host."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from adtrace.extract.finder import Finder
from adtrace.extract.mentions import (
    is_front_page,
    is_hint,
    is_listed,
    is_looked_for,
    is_reading,
    is_relation,
)
from adtrace.extract.reading import span_at, unquote
from adtrace.extract.sighting import Basis
from adtrace.extract.written import UNKNOWN_START
from adtrace.knowledge.cards import Rule
from adtrace.linear import Linear, Match

_IN_TAG = re.compile(r'="((?:(?i:https?):)?//([^/?#"@:]+)[^"]*)"')
# What a script or frame loads from the page's own site: a loader may be handed on from there.
_OWN = re.compile(r'src="(?<!\wsrc=")(?![A-Za-z][A-Za-z0-9+.-]*:|//|[~#\[])([^"\n]+)"')
_LOADING = ("<script ", "<iframe ", "<frame ", "<embed ")
_NAME = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
# The characters of an address as JSON and templates write them, also in a string in a string: `\/`, `\u002F`, `\\x26`.
_ESCAPE = r"\\{1,2}(?:/|(?:u00|x)(?:2[356bB]|2[c-fC-F]|3[abdfABDF]))"
_SLASH = r"(?:/|\\{1,2}(?:/|(?:u00|x)2[fF]))"
_ADDRESS = (
    r"(?:(?i:https?)(?::|\\{1,2}(?:u00|x)3[aA]))?" + _SLASH + _SLASH + "(" + _NAME + r")(?::\d+)?"
    r"(?:(?:" + _SLASH + r"|\?|\\{1,2}(?:u00|x)3[fF])(?:[^\s\"'`<>()\\]|" + _ESCAPE + ")*)?"
)
_UP_TO_PATH = re.compile(r"[^/?#]*//[^/?#]*")
_ESCAPED_IN_CODE = re.compile(_ESCAPE + "|&amp;")  # the last by those who escape code as if it were markup
_ESCAPED_IN_TAG = re.compile(r"&quot;|&amp;(?=quot;)")
_IN_CODE = Linear(
    _ADDRESS
    +
    # a quoted host, as in ('https://' + 'cdn.net.example' + '/tag.js')
    r"|[\"'`]\.?("
    + _NAME
    + r")(?:/[^\s\"'`<>()\\]*)?[\"'`/:]"
)
# An address that a web archive put in front of the one the page held, absolute or on the archive's own site.
_ARCHIVED = re.compile(
    r"(?:https?:)?//[^/\"@]+/web/\d{4,14}(?:[a-z]{2}_)?/((?:https?:)?//([A-Za-z0-9._-]+)(?:[:/?#].*)?)"
)
# An address in an attribute that holds code or data: onclick="window.open('https://…')", data-ad='{"src": "//…"}'.
_IN_VALUE = Linear(r"(?:['`]|&quot;)(" + _ADDRESS + ")")
_SYSTEM = re.compile(r"""\basi["']?\s*:\s*["'`]\Z""")
_CLICKED = ("<a ", "<area ", "<form ")
_SERVED = "<vast-"
_LINKING = (*_CLICKED, "<meta ", _SERVED)


class Address(NamedTuple):
    """One address as written (escapes undone), its host in lower case ("": the page's own), and where it stands."""

    url: str
    host: str
    start: int
    end: int
    tag: str  # the start tag it is in; "" in code

    @property
    def loads(self) -> bool:
        """Whether by its place it is fetched as the page loads, not only when somebody clicks."""
        return not self.tag.startswith(_LINKING)

    @property
    def basis(self) -> Basis | None:
        """landing for a link to click, whoever posted it; served inside an ad; None where the shape decides."""
        if self.tag.startswith(_SERVED):
            return "served"
        return "landing" if self.tag.startswith(_CLICKED) else None


def find(finder: Finder) -> None:
    """A network line for each address on a card's host or of a shape; account lines for the ids in it."""
    own = [
        _original(a) for a in (*_in_tags(finder), *_in_values(finder), *_on_site(finder), *_in_code(finder))
    ]
    if of_ads := sorted(finder.ad_spans):
        own = [a for a in own if span_at(of_ads, a.start) is None]
    finder.addresses += own
    rules_of = _rules_by_url(finder)
    for address in finder.addresses:
        if finder.is_full:
            return
        card = finder.knowledge.card_of_host(address.host, finder.at)
        matches = rules_of.get(address.url, ())
        if card is None and not matches:
            continue
        if not address.tag and is_looked_for(finder.skeleton.text, address.start):
            continue
        is_found = False
        for rule, match in matches:
            if rule.card is not card and (
                rule.shape.host_bound or (card is not None and rule.shape.certainty != "proven")
            ):
                continue
            # An affiliate's id on the shop's own address: the shop is no host of the network.
            is_shop = rule.card is not card and address.basis == "landing" and "affiliate" in rule.card.roles
            where = (address.url, None if is_shop else address.host or None, address.start, address.end)
            place = _place(finder, address)
            is_said = finder.apply(rule, match, place, address=where, basis=address.basis)
            # A white-label platform and the network on whose host it runs are two.
            is_found |= is_said and (rule.card is card or "platform" not in rule.card.roles)
        if card is None or is_found or is_reading(address.tag, address.host, address.url):
            continue
        if is_relation(address.tag):
            continue
        seen = finder.add(
            "network", finder.knowledge.rule_name(card.id, "host"), address.start, address.end, card=card,
            host=address.host, value=address.url, url=address.url, basis=address.basis or "embedded",
            certainty="weak" if is_hint(address.tag) else "likely",
        )  # fmt: skip
        if seen and seen.state == "live" and address.loads:
            finder.loaders.add(card.id)


def _original(address: Address) -> Address:
    """Of an address rewritten by a web archive, the one that the page held; any other as it is."""
    found = _ARCHIVED.fullmatch(address.url) if "/web/" in address.url else None
    if found is None:
        return address
    return address._replace(url=found[1], host=found[2].lower(), start=address.end - len(found[1]))


def _rules_by_url(finder: Finder) -> dict[str, list[tuple[Rule, Match]]]:
    """The rules that each address fits, with their first match."""
    urls = list({a.url: None for a in finder.addresses})
    found: dict[str, list[tuple[Rule, Match]]] = {}
    for rule, number, match in finder.knowledge.rules_of(urls):
        found.setdefault(urls[number], []).append((rule, match))
    return found


def _in_tags(finder: Finder) -> Iterator[Address]:
    """The whole addresses that the skeleton kept in attributes, in page order."""
    elements, start = finder.skeleton.elements, finder.skeleton.start
    tag, end = "", -1
    for match in _IN_TAG.finditer(elements):
        if match.start() > end:
            end = elements.find("\n", match.end())
            tag = elements[elements.rfind("\n", 0, match.start()) + 1 : end]
        url = _in_small(unquote(match[1]))
        yield Address(url, match[2].lower(), match.start(1) + start, match.end(1) + start, tag)


def _in_values(finder: Finder) -> Iterator[Address]:
    """The addresses that stand quoted within attributes, in page order: code of the page, whatever its element."""
    skeleton = finder.skeleton
    if skeleton.kind not in ("page", "frame"):
        return
    for match in _IN_VALUE.finditer(skeleton.data[: skeleton.end], skeleton.start):
        start = match.span(1)[0]
        raw = (match[1] or "").partition("&quot;")[0]
        yield Address(_undo(raw), (match[2] or "").lower(), start, start + len(raw), "")


def _on_site(finder: Finder) -> Iterator[Address]:
    """The relative addresses of scripts and frames, as they are on the page's own site.

    What a script writes behind a start it computes (start + "ads.example/tag.js") is none; it may name a card's host.
    """
    if finder.skeleton.kind not in ("page", "frame"):
        return
    elements, start = finder.skeleton.elements, finder.skeleton.start
    site = "//" + finder.url.split("//", 1)[-1].split("/", 1)[0] if finder.url else None
    tag_end = -1
    for match in _OWN.finditer(elements):
        if match.start() < tag_end:
            continue  # the first of a tag is its address
        line, tag_end = elements.rfind("\n", 0, match.start()) + 1, elements.find("\n", match.end())
        if not elements.startswith(_LOADING, line):
            continue
        path, tag = unquote(match[1]), elements[line:tag_end]
        at, end = match.start(1) + start, match.end(1) + start
        if path.startswith(UNKNOWN_START):
            known = path.removeprefix(UNKNOWN_START).removeprefix(".")
            host = known.partition("/")[0].lower()
            if "." in host and finder.knowledge.card_of_host(host, finder.at) is not None:
                yield Address(f"//{known}", host, at, end, tag)
        elif site is not None:
            yield Address(f"{site}{'' if path.startswith('/') else '/'}{path}", "", at, end, tag)


def _in_code(finder: Finder) -> Iterator[Address]:
    """Addresses in inline code, and quoted hosts that a card has, in order; escaped slashes are undone."""
    text = finder.skeleton.text
    for match in _IN_CODE.finditer(finder.skeleton.data, finder.skeleton.end):
        start, end = match.span(0)
        if host := match[1]:
            if text[start:end].rstrip("/\\").endswith(host) and is_front_page(text, end, host.lower()):
                continue
            yield Address(_undo(text[start:end]), host.lower(), start, end, "")
        else:
            host = (match[2] or "").lower()
            if finder.knowledge.card_of_host(host, finder.at) is not None:
                start = match.span(2)[0]
                if _SYSTEM.search(text, max(0, start - 20), start):
                    continue  # a supply chain declares its systems; it loads nothing from them
                if not is_listed(text, start, end - 1, host):
                    yield Address("//" + text[start : end - 1], host, start, end - 1, "")


def _undo(raw: str) -> str:
    """The address that code writes so."""
    is_escaped = "\\" in raw or "&amp;" in raw
    return _in_small(_ESCAPED_IN_CODE.sub(lambda m: _character(m[0]), raw) if is_escaped else raw)


def _in_small(url: str) -> str:
    """The address with scheme and host in small letters, as shapes have them; to a browser they are the same."""
    start = _UP_TO_PATH.match(url)
    if start is None or start[0].islower() or not start[0].isascii():
        return url
    return start[0].lower() + url[start.end() :]


def _character(escape: str) -> str:
    if escape.startswith("&"):
        return "&"
    return "/" if escape.endswith("/") else chr(int(escape[-2:], 16))


def _place(finder: Finder, address: Address) -> int | list[int]:
    """Where the address stands: its start, or each character's offset where the skeleton holds it escaped.

    What was put before it, the page's own site, has no place: it is given that of the first character.
    """
    raw = finder.skeleton.text[address.start : address.end]
    escapes = list((_ESCAPED_IN_TAG if address.tag else _ESCAPED_IN_CODE).finditer(raw))
    if not escapes:
        return address.start - (len(address.url) - len(raw))
    hidden = {at for found in escapes for at in range(found.start() + 1, found.end())}
    places = [address.start + at for at in range(len(raw)) if at not in hidden]
    return [address.start] * (len(address.url) - len(places)) + places
