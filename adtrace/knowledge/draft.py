"""A card begun from unidentified sightings: their tags as hits, and nothing that is not known.

Networks that rotate their hosts keep the form of their addresses. What shares host or form with the first sighting
is drafted with it; a form seen on several domains is drafted for any host.
"""

import re
from collections.abc import Sequence
from html import escape

from adtrace.errors import UsageError
from adtrace.extract.memory import address_form
from adtrace.extract.sighting import Sighting
from adtrace.names import canonical_host, registrable_domain

# Query parameters by which low-tier networks name a zone, a site, a publisher or an application.
_ID_PARAMETER = re.compile(
    r"(?i)[?&](z|zone|zone_?id|zid|idzone|spot_?id|ad_?id|pid|pub_?id|sid|site_?id|widget_?id|placement_?id|pl|admp?id"
    r"|app_?id|api_?key|oid|ref)=([\w-]{3,})"
)
# A number or a key that is a name of its own in a path.
_ID_IN_PATH = re.compile(r"(?<![0-9A-Za-z])(?:([0-9a-f]{16,64})|(\d{4,12}))(?![0-9A-Za-z])")
_ANY_HOST = "^(?:https?:)?//[a-zA-Z0-9.-]+"
_ID_IN_TAG = re.compile(r' (data-(?!cfasync)[\w-]{1,60})="([\w.-]{3,})"')
_CARD = """\
id = {id}
name = {name}
roles = []
what = ""
# Where each fact was read, with the day: ["https://network.example/help/tags (2026-01-10)"]. A card has a source.
source = []
limits = ""
"""
_HOST = """
[[host]]
name = {host}
"""
_SHAPE = """
[[shape]]
name = {name}
at = {at}
pattern = {pattern}
{account}{bound}certainty = "weak"
hits = [{hits}]
# What looks like it and is not this network's.
misses = []
"""
_ACCOUNT = 'kind = "{kind}"\nscope = "unknown"\n'
_BOUND = """\
# Without this line the form counts on any host: then a miss must show what looks alike elsewhere.
host_bound = true
"""


def draft_card(sightings: Sequence[Sighting]) -> tuple[str, list[Sighting]]:
    """TOML of a network card from the first sighting and those that go with it; and the others.

    The card holds their hosts, one shape for each form, and their tags as its hits. Roles, source, limits and misses
    are left empty: `knowledge check` refuses the card until a person fills them.

    Raises:
        UsageError: there is none, or the first is of a network that has a card or says neither address nor place.
    """
    if not sightings:
        raise UsageError("no sighting is unidentified.", do="Give a line of `extract --json` that is.")
    first = sightings[0]
    if first.kind != "unidentified":
        raise UsageError(
            f"a sighting of kind {first.kind} is no draft's beginning.", do="Give an unidentified one."
        )
    if first.account_kind == "verification_token" and first.rule.startswith("unidentified/meta-"):
        return _of_token(first), list(sightings[1:])
    if first.rule.startswith("unidentified/ins"):
        return _of_element(first), list(sightings[1:])
    if (domain := _domain(first)) is None:
        raise UsageError("the sighting has no address.", do="Give an unidentified script, frame or token.")
    form = address_form(first.url or "")
    alike: list[Sighting] = []
    others: list[Sighting] = []
    for sighting in sightings:
        (alike if _goes_with(sighting, domain, form) else others).append(sighting)
    return _of_addresses(alike), others


def _goes_with(sighting: Sighting, domain: str, form: str) -> bool:
    """Whether it is on this domain, or its address, elsewhere, of this form."""
    return sighting.kind == "unidentified" and (
        (own := _domain(sighting)) == domain or (own is not None and address_form(sighting.url or "") == form)
    )


def _domain(sighting: Sighting) -> str | None:
    if sighting.url is None or sighting.host is None:
        return None
    host = canonical_host(sighting.host)
    return registrable_domain(host) or host


def _of_token(sighting: Sighting) -> str:
    name = sighting.rule.partition("@")[0].removeprefix("unidentified/meta-")
    return _CARD.format(id=_quoted(_slug(name)), name=_quoted(name)) + _shape(
        "token",
        "meta",
        rf"^{re.escape(name)}=(?P<id>[\w-]+)$",
        "verification_token",
        [f'<meta name="{name}" content="{sighting.value}">'],
    )


def _of_element(sighting: Sighting) -> str:
    tag = sighting.value
    found = _ID_IN_TAG.search(tag)
    name = found[1] if found else "data-zone"
    return _CARD.format(id=_quoted(_slug(name)), name=_quoted(name)) + _shape(
        "place", "tag", rf'^ins\b.*?\b{re.escape(name)}="(?P<id>[\w.-]{{3,}})"', _slug(name), [f"{tag}</ins>"]
    )


def _of_addresses(alike: Sequence[Sighting]) -> str:
    domains = list(dict.fromkeys(domain for sighting in alike if (domain := _domain(sighting))))
    card = _CARD.format(id=_quoted(_slug(domains[0].partition(".")[0])), name=_quoted(domains[0]))
    forms: dict[str, list[Sighting]] = {}
    for sighting in alike:
        forms.setdefault(address_form(sighting.url or ""), []).append(sighting)
    shapes = []
    for number, found in enumerate(forms.values(), 1):
        kind, pattern = _read_id([sighting.url or "" for sighting in found])
        is_bound = len({_domain(sighting) for sighting in found}) == 1
        name = _what(found[0]) + (f"-{number}" if len(forms) > 1 else "")
        hits = [_tag(sighting) for sighting in found]
        shapes.append(_shape(name, "url", pattern, kind, hits, bound=_BOUND if is_bound else ""))
    return card + "".join(_HOST.format(host=_quoted(domain)) for domain in domains) + "".join(shapes)


def _what(sighting: Sighting) -> str:
    return "frame" if "frame[" in sighting.locator.path else "loader"


def _tag(sighting: Sighting) -> str:
    """The tag that loads the address; a script's where code does."""
    tag = "iframe" if _what(sighting) == "frame" else "script"
    return f'<{tag} src="{escape(sighting.url or "")}"></{tag}>'


def _read_id(urls: Sequence[str]) -> tuple[str, str]:
    """The kind of the id that addresses of one form seem to hold, "" if none, and a pattern that finds them all."""
    url = urls[0]
    path = "/" + url.split("//", 1)[-1].partition("/")[2].partition("?")[0].partition("#")[0]
    kind, before, group, after = "", path, "", ""
    if found := _ID_PARAMETER.search(url):
        kind, group = found[1].lower(), rf"\?(?:[^#]*&)?{re.escape(found[1])}=(?P<id>[\w-]+)"
    elif found := _ID_IN_PATH.search(path):
        kind, form = ("key", f"[0-9a-f]{{{len(found[0])}}}") if found[1] else ("number", r"\d{4,12}")
        before, group, after = path[: found.start()], f"(?P<id>{form})", path[found.end() :]
    pattern = _ANY_HOST + re.escape(before) + group + re.escape(after)
    if all(re.search(pattern, url) for url in urls):
        return kind, pattern
    return kind, _ANY_HOST + _opened(before) + group + _opened(after)


def _opened(text: str) -> str:
    """The pattern of a piece of path whose numbers and long hex names differ from tag to tag.

    >>> _opened("/x9/7c41e09b2d/")
    '/x\\\\d+/[0-9a-f]{8,}/'
    """
    pieces = re.split(r"([0-9a-f]{8,}|\d+)", text)
    return "".join(
        re.escape(piece) if number % 2 == 0 else r"\d+" if piece.isdigit() else "[0-9a-f]{8,}"
        for number, piece in enumerate(pieces)
    )


def _shape(name: str, at: str, pattern: str, kind: str, hits: Sequence[str], *, bound: str = "") -> str:
    return _SHAPE.format(
        name=_quoted(name),
        at=_quoted(at),
        pattern=_quoted(pattern),
        account=_ACCOUNT.format(kind=kind) if kind else "",
        bound=bound,
        hits=", ".join(_quoted(hit) for hit in dict.fromkeys(hits)),
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "unnamed"


def _quoted(text: str) -> str:
    """A TOML string that holds exactly this text; hostile text stays one string."""
    plain = text.encode("ascii", "backslashreplace").decode()
    if "'" not in plain and plain.isprintable():
        return f"'{plain}'"
    return '"' + re.sub(r'["\\\x00-\x1f\x7f]', lambda m: f"\\u{ord(m[0]):04x}", plain) + '"'
