"""A card begun from one unidentified sighting: its evidence as the hit, and nothing that is not known."""

import re

from adtrace.errors import UsageError
from adtrace.extract.sighting import Sighting
from adtrace.names import canonical_host, registrable_domain

# Query parameters by which low-tier networks name a zone, a site, a publisher or an application.
_ID_PARAMETER = re.compile(
    r"(?i)[?&](z|zone|zone_?id|zid|idzone|spot_?id|ad_?id|pid|pub_?id|sid|site_?id|widget_?id|app_?id|api_?key|oid|ref)"
    r"=([\w-]{3,})"
)
# A number or a key that is a name of its own in a path.
_ID_IN_PATH = re.compile(r"(?<![0-9A-Za-z])(?:([0-9a-f]{16,64})|(\d{4,12}))(?![0-9A-Za-z])")
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
hits = [{hit}]
# What looks like it and is not this network's.
misses = []
"""
_ACCOUNT = 'kind = "{kind}"\nscope = "unknown"\n'


def draft_card(sighting: Sighting) -> str:
    """TOML of a network card with the sighting's host, one shape and the tag it was seen in as its hit.

    Roles, source, limits and misses are left empty: `knowledge check` refuses the card until a person fills them.

    Raises:
        UsageError: the sighting is of a network that has a card, or says neither address nor token.
    """
    if sighting.kind != "unidentified":
        raise UsageError(
            f"a sighting of kind {sighting.kind} is no draft's beginning.", do="Give an unidentified one."
        )
    if sighting.account_kind == "verification_token" and sighting.rule.startswith("unidentified/meta-"):
        name = sighting.rule.partition("@")[0].removeprefix("unidentified/meta-")
        return _of_meta(name, sighting.value)
    if sighting.url is None or sighting.host is None:
        raise UsageError("the sighting has no address.", do="Give an unidentified script, frame or token.")
    return _of_address(sighting.url, canonical_host(sighting.host), sighting.locator.path)


def _of_meta(name: str, token: str) -> str:
    card = _CARD.format(id=_quoted(_slug(name)), name=_quoted(name))
    return card + _SHAPE.format(
        name=_quoted("token"),
        at=_quoted("meta"),
        pattern=_quoted(rf"^{re.escape(name)}=(?P<id>[\w-]+)$"),
        account=_ACCOUNT.format(kind="verification_token"),
        bound="",
        hit=_quoted(f'<meta name="{name}" content="{token}">'),
    )


def _of_address(url: str, host: str, path: str) -> str:
    domain = registrable_domain(host) or host
    card = _CARD.format(id=_quoted(_slug(domain.partition(".")[0])), name=_quoted(domain))
    tag = "iframe" if "frame[" in path else "script"
    where = url.split("//", 1)[-1].partition("/")[2].partition("?")[0].partition("#")[0]
    kind, pattern = _read_id(url, where)
    return (
        card
        + _HOST.format(host=_quoted(domain))
        + _SHAPE.format(
            name=_quoted("frame" if tag == "iframe" else "loader"),
            at=_quoted("url"),
            pattern=_quoted("/" + pattern),
            account=_ACCOUNT.format(kind=kind) if kind else "",
            bound="host_bound = true\n",
            hit=_quoted('<{0} src="{1}"></{0}>'.format(tag, url.replace('"', "%22"))),
        )
    )


def _read_id(url: str, path: str) -> tuple[str, str]:
    """The kind of the id that the address seems to hold, "" if none, and the pattern that reads it."""
    if found := _ID_PARAMETER.search(url):
        query = rf"\?(?:[^#]*&)?{re.escape(found[1])}=(?P<id>[\w-]+)"
        return found[1].lower(), re.escape(path) + query
    if found := _ID_IN_PATH.search(path):
        kind, form = ("key", f"[0-9a-f]{{{len(found[0])}}}") if found[1] else ("number", r"\d{4,12}")
        before, after = path[: found.start()], path[found.end() :]
        return kind, f"{re.escape(before)}(?P<id>{form}){re.escape(after)}"
    return "", re.escape(path)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "unnamed"


def _quoted(text: str) -> str:
    """A TOML string that holds exactly this text; hostile text stays one string."""
    plain = text.encode("ascii", "backslashreplace").decode()
    if "'" not in plain and plain.isprintable():
        return f"'{plain}'"
    return '"' + re.sub(r'["\\\x00-\x1f\x7f]', lambda m: f"\\u{ord(m[0]):04x}", plain) + '"'
