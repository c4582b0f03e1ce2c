"""Response headers that name ad systems: what is kept of them in the skeleton, and what it says.

Kept, at the top of the elements section between `<#header>` and `</#header>`, a line each:

    <header name="content-security-policy" value="script-src cdn.net.example *.ads.example">   hosts alone
    <header name="link" value="preload script https://cdn.net.example/tag.js">   whole on a card's host, else the host
    <header name="report-to" value="reports.net.example">   hosts alone
    <header name="set-cookie" value="__gads">   names alone
    <header name="x-powered-net" value="…">   any other, the text alone that a card's shape at header matches

A policy allows, it loads nothing: what it names is weak and never live by itself. A policy in a meta element is kept
in its content in the same form. NEL names no host of its own (its group is Report-To's) and leaves nothing.
"""

import re
from collections.abc import Iterable, Iterator

from adtrace.extract.finder import Finder
from adtrace.extract.policies import HOST, MAX_HOSTS, POLICIES, SOURCE, policy_hosts
from adtrace.extract.sighting import Certainty
from adtrace.knowledge import Knowledge

OPEN, CLOSE = "<#header>", "</#header>"
MAX_HEADERS = 60
_REPORTS = frozenset(("report-to", "reporting-endpoints"))
_REPORTED = re.compile(rf"https?:(?:\\?/){{2}}({HOST})")
_LINK = re.compile(r"<\s*((?:https?:)?//[^\s<>\"]{1,2000})>([^,<]*)")
_REL = re.compile(r"""(?i)\brel\s*=\s*["']?\s*(preload|preconnect|dns-prefetch|modulepreload|prefetch)\b""")
_AS = re.compile(r"""(?i)\bas\s*=\s*["']?\s*(script|document|iframe)\b""")
_COOKIE = re.compile(r"\s*([\w.!#$%&'*+^`|~:-]{1,64})\s*=")
_META_POLICY = re.compile(r'<meta content="([^"\n]*)" http-equiv="(?i:content-security-policy)')
_LINE = re.compile(r'<header name="([^"\n]*)" value="([^"\n]*)">\n')


def header_lines(headers: Iterable[tuple[str, str]], knowledge: Knowledge) -> list[str]:
    """What the skeleton keeps of the headers, [] if none says anything."""
    kept = dict.fromkeys(
        f'<header name="{name}" value="{shown}">'
        for name, value in ((name.strip().lower(), value) for name, value in headers)
        if (shown := _shown(name, value[:65_536], knowledge).replace('"', "&quot;"))
    )
    return [OPEN, *list(kept)[:MAX_HEADERS], CLOSE] if kept else []


def without_headers(skeleton: str) -> str:
    """The skeleton as if no header had been kept: whose page it is, its own words decide."""
    start = skeleton.find("\n") + 1
    if not skeleton.startswith(OPEN, start):
        return skeleton
    return skeleton[:start] + skeleton[skeleton.index(f"{CLOSE}\n") + len(CLOSE) + 1 :]


def _shown(name: str, value: str, knowledge: Knowledge) -> str:
    if name in POLICIES:
        return policy_hosts(value)
    if name == "link":
        return "; ".join(_links(value, knowledge))
    if name in _REPORTS:
        return " ".join(dict.fromkeys(m[1].lower() for m in _REPORTED.finditer(value)))
    if name == "set-cookie":
        cookie = _COOKIE.match(value)
        return cookie[1] if cookie else ""
    data = f"{name}: {value[:4096]}".encode()
    for rule in knowledge.places["header"].candidates(data):
        if (match := rule.pattern.search(data)) and match.text.startswith(f"{name}: "):
            return match.text[len(name) + 2 :]
    return ""


def _links(value: str, knowledge: Knowledge) -> Iterator[str]:
    for address, parameters in list(_LINK.findall(value))[:MAX_HOSTS]:
        relation, loaded = _REL.search(parameters), _AS.search(parameters)
        host = SOURCE.match(address.partition("//")[2])
        if relation and host:
            is_known = knowledge.card_of_host(host[1].lower()) is not None
            words = (relation[1].lower(), loaded[1].lower() if loaded else "")
            yield " ".join((*filter(None, words), address if is_known else host[1].lower()))


def find(finder: Finder) -> None:
    """A network line for each card's host a header or meta policy names, once each, and what shapes at header find."""
    skeleton = finder.skeleton
    for meta in _META_POLICY.finditer(skeleton.elements):
        _find_hosts(finder, meta[1], meta.start(1) + skeleton.start, "weak")
    if not skeleton.elements.startswith(OPEN):
        return
    at, end = skeleton.start + len(OPEN) + 1, skeleton.text.index(f"{CLOSE}\n")
    while match := _LINE.match(skeleton.text, at, end):
        name, start = match[1], match.start(2)
        data = f"{name}: {match[2]}".encode()
        for rule in finder.knowledge.places["header"].candidates(data):
            if found := rule.pattern.search(data):
                finder.apply(rule, found, [*([start] * (len(name) + 2)), *range(start, match.end(2))])
        if name == "link" or name in POLICIES or name in _REPORTS:
            _find_hosts(finder, match[2], start, "likely" if name == "link" else "weak")
        at = match.end()


def _find_hosts(finder: Finder, value: str, start: int, certainty: Certainty) -> None:
    seen = set()
    for token in re.finditer(r"[^\s;]+", value):
        source = SOURCE.fullmatch(token[0].removeprefix("//"))
        host = source[1].lower().removeprefix("*.") if source else ""
        card = finder.knowledge.card_of_host(host, finder.at) if host else None
        if card is None or card.id in seen:
            continue
        seen.add(card.id)
        finder.add(
            "network", finder.knowledge.rule_name(card.id, "header"), start + token.start(), start + token.end(),
            card=card, host=host, state="id_only", certainty=certainty,
            url=token[0] if "//" in token[0] else None,
        )  # fmt: skip
