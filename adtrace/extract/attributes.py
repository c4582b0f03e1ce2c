"""What an attribute value may say in a skeleton: prose nothing, addresses what cards know, the rest itself."""

import hashlib
import re
from urllib.parse import unquote_plus

from adtrace.extract.attribute_names import ADDRESS, CODE, CONTENT, PROSE, SPOKEN, TITLED
from adtrace.extract.policies import POLICIES, policy_hosts
from adtrace.extract.prose import SLUG, is_foreign, is_slug, mask_base64, mask_script, reads_as_language
from adtrace.extract.scrub import scrub
from adtrace.extract.sighting import Scrubbed
from adtrace.extract.unwrap import could_unwrap, has_wrapper_form
from adtrace.knowledge import Knowledge
from adtrace.linear import Linear, Match

MAX_VALUE = 4096  # characters of one attribute value

_LOADED = frozenset(("src", "data", "data-src", "href"))
# Where what delays a script or frame keeps its address; not that of the picture it shows till then.
_LATER = re.compile(r"data-(?!.*(?:thumb|poster|image|img)).*(?:src|rocketlazyloadscript).*")
_LOADING_TAGS = frozenset(("script", "iframe", "frame", "embed", "object"))
_PROSE_META = (
    "og:",
    "twitter:",
    "article:",
    "dc.",
    "dcterms",
    "book:",
    "video:",
    "music:",
    "profile:",
    "al:",
)
_KEPT_META = frozenset(("viewport", "robots", "referrer"))
# An address or a path as a string of its own, with words in it; RE2, for strings without end.
_CODE_SLUG = Linear(rf"""["'`](?:https?:)?\\?/[^\s"'`<>]*{SLUG}[^\s"'`<>]*["'`]""")
_CODE_PARTS = re.compile(r"((?:https?:)?\\?/\\?/[A-Za-z0-9.-]+)?(\\?/.+)")
_AD_UNIT = re.compile(r"\\?/\d{3,11}[,/]")  # a GPT path begins with its network code and says no title
_TOKEN = re.compile(r"(?=.*[0-9])[A-Za-z0-9_.:+/=|-]{6,200}")
_HOST = re.compile(r"(?i)\s*(?:https?:)?[\\/]{2}(?:[^/?#@\\]*@)?([a-z0-9._-]+)")
_PLAIN_HOST = re.compile(
    r"(?:https?:)?//([a-z0-9._-]+)(?=[/?#]|$)"
)  # what nearly all are, in a third of the time
_SCHEME = re.compile(r"(?i)\s*([a-z][a-z0-9+.-]*):(?![\\/]{2})")
_SAID = re.compile(r"[a-z]{2,24}[,.;:!?]{0,3} [A-Za-z]{0,24}[a-z]{2}")  # ids joined by + are no words
_DATA_TYPE = re.compile(r"(?i)data:\s*(?:([a-z]+/[a-z0-9.+-]{1,40}))?")
_HIDDEN = re.compile(r'="(~[^"]*)"')
_BREAKS = re.compile(r"[\t\n\r]+")
REFRESH = re.compile(r"(?i)\s*+[\d.]*+(?:\s*+[;,]|\s)\s*+(?:url\s*+=)?\s*+['\"]?([^'\"\s>]+)")


def _is_words(value: str) -> bool:
    return value.startswith("/") and is_slug(value) and not _AD_UNIT.match(value)


def _without_breaks(address: str) -> str:
    """The address as browsers read it: without the breaks in it (WHATWG URL, "basic URL parser")."""
    address = address.strip()
    return address if address.isprintable() else _BREAKS.sub("", address)


def host_of(address: str) -> str | None:
    """The host of an address as written in a page, in lower case; None if it is relative or of another scheme."""
    match = _HOST.match(address)
    return match[1].lower() if match else None


def is_later(name: str) -> bool:
    """Whether what delays a script or frame keeps its address in an attribute of that name."""
    return _LATER.fullmatch(name) is not None


class ValueRules:
    """Decides values one by one; addresses that only a shape could save are decided together at the end."""

    def __init__(self, key: bytes, knowledge: Knowledge) -> None:
        self.scrubbed: list[Scrubbed] = []
        self.limits: list[str] = []
        self._knowledge = knowledge
        self._hash = hashlib.blake2b(key=key[:64], digest_size=8)
        self._addresses: dict[str, str] = {}
        self._known_hosts: dict[str, bool] = {}
        self._hidden: dict[str, str] = {}  # by what is shown, those that have a host

    def shown(self, rule: int, tag: str, name: str, value: str, attributes: list[tuple[str, str]]) -> str:
        """The value, which is not empty, as the skeleton shows it; "" for prose."""
        if rule == ADDRESS:
            value = self._address(tag, name, value)
        elif tag == "meta" and (rule == CONTENT or name == "value"):
            value = self._meta_content(value, attributes)
        elif rule == CODE:
            value = self._code(f"{tag}@{name}", value)
        elif rule != CONTENT:
            value = self._text(rule, tag, name, value)
        if len(value) >= 64:
            value = self._bounded(tag, name, value)
        if '"' in value or "&quot;" in value:
            value = value.replace("&quot;", "&amp;quot;").replace('"', "&quot;")
        return value

    def _text(self, rule: int, tag: str, name: str, value: str) -> str:
        """A value that may be anything: what a card knows, an address, code, an id; "" for prose."""
        if rule == PROSE:
            if tag == "param" and host_of(value):  # what an embedded player loads
                return self._address(tag, name, value)
            return value if self._is_known(name, value) else ""
        if rule == SPOKEN or is_foreign(value) or reads_as_language(value):
            return ""
        if value[0] in "{[" and '"' in value:
            return self._code(f"{tag}@{name}", value)
        if (rule == TITLED or _is_words(value)) and not self._is_known(name, value):
            return ""
        if value.lower().startswith(("http://", "https://", "//", "javascript:", "data:")):
            return self._address(tag, name, value)
        return mask_base64(value) if len(value) >= 24 else value

    def _is_known(self, name: str, value: str) -> bool:
        """Whether a shape at attr:NAME knows the value: an id in a hidden field is no prose."""
        place = self._knowledge.places.get(f"attr:{name}")
        if place is None or len(value) >= 300:
            return False
        data = value.encode("utf-8", "replace")
        return any(rule.pattern.holds(data) for rule in place.candidates(data))

    def restore_shaped(self, elements: str) -> str:
        """The elements with the addresses put back that fit a shape of their own."""
        hidden, addresses = list(self._hidden), list(self._hidden.values())
        shaped = {
            hidden[number]: addresses[number].replace('"', "&quot;")
            for rule, number, _ in self._knowledge.rules_of(addresses)
            if not rule.shape.host_bound
        }
        if not shaped:
            return elements
        return _HIDDEN.sub(lambda m: f'="{shaped.get(m[1], m[1])}"', elements)

    def _bounded(self, tag: str, name: str, value: str) -> str:
        value, taken = scrub(value, f"{tag}@{name}")
        self.scrubbed.extend(taken)
        if len(value) > MAX_VALUE:
            self.limits.append(f"{tag}@{name} cut at {MAX_VALUE} characters")
        return value[:MAX_VALUE]

    def _code(self, place: str, code: str) -> str:
        code = code[:MAX_VALUE].encode("ascii", "backslashreplace").decode()
        # Scrubbed first: a mask in the middle of a run would hide what the run is.
        code, taken = scrub(code, place)
        self.scrubbed.extend(taken)
        return self.mask_slugs(mask_script(code))

    def mask_slugs(self, code: str) -> str:
        """The code without paths that are words, on hosts no card has: their host and hash, as in a link."""
        return _CODE_SLUG.sub(self._mask_slug, code)

    def _mask_slug(self, match: Match) -> str:
        quoted = match.text
        parts = _CODE_PARTS.fullmatch(quoted, 1, len(quoted) - 1)
        if parts is None:
            return quoted
        origin, path = parts[1], parts[2]
        is_code = path.partition("?")[0].endswith((".js", ".mjs", ".json", ".css"))
        if is_code or not is_slug(path) or _AD_UNIT.match(path):
            return quoted
        address = parts[0].replace("\\/", "/")
        host = host_of(address) if origin else ""
        if host and (self.is_known(host, address) or self._is_shaped(address)):
            return quoted
        shown = self.hidden(host or "", address.rstrip("\\"))
        return quoted[0] + shown + ("\\" if path.endswith("\\") else "") + quoted[-1]

    def _is_shaped(self, address: str) -> bool:
        """Whether the address, whose path reads as words, is one of a card's that shows an id in its query."""
        data = address.encode("ascii", "replace")
        return "?" in address and any(
            rule.pattern.holds(data)
            for rule in self._knowledge.places["url"].candidates(data)
            if not rule.shape.host_bound
        )

    def _meta_content(self, content: str, attributes: list[tuple[str, str]]) -> str:
        found = dict(attributes)
        name = (found.get("name") or found.get("property") or found.get("http-equiv", "")).lower()
        if name == "refresh":
            match = REFRESH.match(content)
            return self._address("meta", "content", match[1]) if match else ""
        if name in _KEPT_META:
            return content
        if name in POLICIES:
            return policy_hosts(content)
        if len(content) < 300:
            pair = f"{name}={content}".encode("utf-8", "replace")
            if any(r.pattern.holds(pair) for r in self._knowledge.places["meta"].candidates(pair)):
                return content
        if name.startswith(_PROSE_META) or not _TOKEN.fullmatch(content):
            return ""
        return self._address("meta", "content", content) if host_of(content) else content

    def _address(self, tag: str, name: str, value: str) -> str:
        if tag in _LOADING_TAGS or value not in self._addresses:
            if value.lstrip()[:5].lower() == "data:":
                return self._data_address(f"{tag}@{name}", value.strip())
            if tag in _LOADING_TAGS and (name in _LOADED or (is_later(name) and " " not in value.strip())):
                return _without_breaks(value)
            self._addresses.setdefault(value, self._decide(tag, value))
        return self._addresses[value]

    def _data_address(self, place: str, value: str) -> str:
        """Of a document within an address, its type; what it is stands elsewhere, or is nothing to keep."""
        header, _, payload = value.partition(",")
        kind = _DATA_TYPE.match(header)
        if kind is None or (kind[1] or "application").lower().startswith(
            ("image", "video", "audio", "font", "application")
        ):
            self.scrubbed.append(Scrubbed("data-uri", len(value), place))
            return f"[[scrubbed data-uri {len(value)}]]"
        return f"data:{kind[1]}" if payload else "data:"

    def _decide(self, tag: str, value: str) -> str:
        if value.startswith("#"):
            return "#"
        if value[0] == "/" and tag != "link" and value[1:2] not in ("/", "\\", "") and value.isprintable():
            return self.hidden("", value)  # relative, as most are
        address = _without_breaks(value)
        host = ""
        if match := _PLAIN_HOST.match(address) or _HOST.match(address):
            host = match[1].lower()
            if self.is_known(host, address):
                return self._without_words(host, address)
        elif scheme := _SCHEME.match(address):
            name = scheme[1].lower()
            if name == "javascript":
                return self._code(tag, address)
            return address if name == "data" else f"{name}:"
        if tag == "link" and address.endswith((".js", ".mjs")):
            return address
        shown = self.hidden(host, value)
        if host and len(value) <= MAX_VALUE:
            self._hidden[shown] = value
        return shown

    def _without_words(self, host: str, address: str) -> str:
        """The address without what its query says in words: a share button tells the page's title and slug."""
        path, mark, query = address.partition("?")
        if not query:
            return address
        card = self._knowledge.card_of_host(host)
        is_social = card is not None and not card.advertising
        kept = []
        for part in query.split("&"):
            name, equals, value = part.partition("=")
            plain = unquote_plus(value)
            words = is_foreign(plain) or (_SAID.search(plain) is not None and host_of(plain) is None)
            kept.append(name + equals if words or (is_social and is_slug(plain)) else part)
        return path + mark + "&".join(kept)

    def is_known(self, host: str, address: str) -> bool:
        """Whether the address is on a card's host or has the form of a click URL."""
        known = self._known_hosts.get(host)
        if known is None:
            known = self._known_hosts[host] = bool(self._knowledge.card_of_host(host) or could_unwrap(host))
        if known or "?" not in address:
            return known
        path = address.find("/", address.find("//") + 2)
        return path > 0 and has_wrapper_form(address[path:])

    def hidden(self, host: str, address: str) -> str:
        """The address as host and keyed hash: comparable within the case, unreadable outside."""
        digest = self._hash.copy()  # half of what it costs to begin with the key each time
        digest.update(address.encode("utf-8", "surrogatepass"))
        return f"~{host}/{digest.hexdigest()}"
