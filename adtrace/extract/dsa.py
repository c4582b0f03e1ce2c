"""For whom an ad is shown, who paid for it and who chose its audience, as the Digital Services Act wants it said.

Source: IAB Tech Lab, OpenRTB community extension dsa_transparency (2024): an object `dsa` of behalf, paid and
transparency (domain, params), and the URL parameters dsabehalf and dsapaid. For VAST only macros of the request are
registered (repository InteractiveAdvertisingBureau/VAST as of 2026-11-22), no element of the answer: the same object is
read from an Extension that calls itself dsa, as XML or JSON. All of it is a claim.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from adtrace.extract.literals import read_literal, text_of

MAX_NAME = 200  # characters; the extension allows 100
_FIELDS = {
    "behalf": "dsa_behalf", "onbehalf": "dsa_behalf", "onbehalfof": "dsa_behalf",
    "paid": "dsa_paid", "paidby": "dsa_paid",
    "domain": "dsa_domains",
}  # fmt: skip
_PARAMETER = re.compile(r"[?&;]dsa(behalf|paid)=([^&;#\s]{1,600})")
_MACRO = re.compile(r"[\[{%$]")


def claims_of(dsa: Any) -> dict[str, str]:
    """What a `dsa` object of a literal states; {} if it is none. Some write each object as a list of one."""
    dsa = _first(dsa)
    if not isinstance(dsa, dict):
        return {}
    named = [("behalf", text_of(dsa, "behalf")), ("paid", text_of(dsa, "paid"))]
    users = dsa.get("transparency")
    named += [("domain", text_of(user, "domain")) for user in (users if isinstance(users, list) else [users])]
    return _stated(named)


def claims_in(holder: Any) -> dict[str, str]:
    """What the `ext.dsa` of a bid or an ad states."""
    ext = _first(holder.get("ext")) if isinstance(holder, dict) else None
    return claims_of(ext.get("dsa")) if isinstance(ext, dict) else {}


def claims_of_extension(element: Any) -> dict[str, str]:
    """What an Extension of a VAST answer states; {} if it is another's."""
    parts = [element, *element, *(inner for part in element for inner in part)]
    # One level more, for the domain of each transparency; deeper, many nested extensions would cost their square.
    parts += [inner for part in parts if _letters(local_name(part.tag)) == "transparency" for inner in part]
    names = (element.get("type") or "", *(local_name(part.tag) for part in parts))
    if not any("dsa" in _letters(name) for name in names):
        return {}
    text = (element.text or "").strip()
    if text.startswith(("{", "[")) and (found := read_literal(text, 0)):
        whole = _first(found[0])
        return claims_of(whole.get("dsa", whole)) if isinstance(whole, dict) else {}
    return _stated(named for part in parts for named in _named(part))


def claims_of_url(url: str) -> dict[str, str]:
    """What an address carries along; a macro that nobody has replaced states nothing."""
    found = ((name, unquote_plus(value)) for name, value in _PARAMETER.findall(url))
    return _stated((name, value) for name, value in found if not _MACRO.match(value))


def _stated(named: Any) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for name, value in named:
        if value := " ".join(value.split())[:MAX_NAME]:
            found.setdefault(_FIELDS[name], {})[value] = None
    return {name: ", ".join(values) for name, values in found.items()}


def _named(element: Any) -> Iterator[tuple[str, str]]:
    """The element and its attributes as field and value, where they are one."""
    for name, value in ((local_name(element.tag), element.text or ""), *element.attrib.items()):
        field = _letters(local_name(name))
        field = field.removeprefix("dsa") or field
        if field in _FIELDS:
            yield field, value


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def local_name(tag: Any) -> str:
    """The name of an element's tag or an attribute without its namespace; "" for a comment, whose tag is no text.

    >>> local_name("{http://www.iab.com/VAST}Ad")
    'Ad'
    """
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))
