"""Markup that a script writes as it loads, with what is known of its parts."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from adtrace.extract.plain import unescape
from adtrace.names import ad_domain

UNKNOWN_START = "*"  # before what is known of an address whose beginning is computed
_AHEAD = 100  # characters before what is computed that tell what it is
_TEXT = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`"""
_GROUP = r"\((?:[^()]|\([^()]{0,60}\)){0,200}\)"
_WRITE = re.compile(
    rf"document\s*\.\s*write(?:ln)?\s*\(\s*((?:unescape\s*\(\s*)?(?:{_TEXT})"
    rf"(?:\s*\+\s*(?:{_TEXT}|[\w$.]+(?:\([^()]*\))?|{_GROUP}))*)"
)
_PART = re.compile(rf"(?P<text>{_TEXT})|\+\s*(?:(?P<group>{_GROUP})|(?P<name>[\w$.]+)(?P<call>\([^()]*\))?)")
_IN_TEMPLATE = re.compile(r"\$\{\s*([\w$]*)[^{}]*\}")
_CHOICES = re.compile(r"\s*[\"']([^\"']*)[\"']\s*:\s*[\"'][^\"']*[\"']\s*\Z")
_SITES = re.compile(r"[\"']https://([\w.-]+)[^\"']*[\"']\s*:\s*[\"']http://([\w.-]+)")
_HOST_AHEAD = re.compile(r"//(?:[\w-]+[.-])?\Z")
_SOURCE_AHEAD = re.compile(r"(?i)\bsrc\s*=\s*[\"']?\Z")
PATH = re.compile(r"/(?!/)")
_TAG = re.compile(r"<[A-Za-z]")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
# What a name is set to: group 2 if that is a string or number and nothing else; group 3: parameters.
_SET = re.compile(
    r"(?<![\w$.])([A-Za-z_$][\w$]*)\s*(?:\+=|=(?!=)\s*"
    r"(?:(\"[^\"\\\n]{0,300}\"|'[^'\\\n]{0,300}'|\d{1,12})\s*(?=[,;})\n]|\Z))?)|\bfunction\b[^()]{0,60}\(([^()]{1,200})\)"
)
_WORD = re.compile(r"[\w$]+")


class Written(NamedTuple):
    """What one call writes: where the call stands up to the end of its first argument, and the markup.

    is_whole: whether the markup names all that the call does: no host in it is computed, none is chosen only where the
    page is not served securely.
    """

    start: int
    end: int
    markup: str
    is_whole: bool


def written_in(code: str) -> Iterator[Written]:
    """What the calls of document.write in the code write that is markup, in order.

    A name that is set to one literal and nothing else is known. Of what else is computed only its place is: a tag it
    would end is ended there, an address it begins has UNKNOWN_START, or no scheme if that is all that is computed.

    >>> [call.markup for call in written_in("z=7; document.write('<i id=' + z + ' class=\\"' + f(z))")]
    ['<i id=7 class="">']
    """
    constants = cache(lambda: _constants_in(code))
    for call in _WRITE.finditer(code):
        texts: list[str] = [""]
        is_whole = not _names_another_site(call[1])
        lacks_start = lacks_scheme_end = False
        for text in _texts(call[1], lambda name: constants().get(name)):
            if text is None:
                is_whole &= _HOST_AHEAD.search(texts[-1][-_AHEAD:]) is None
                lacks_start = ends_before_source(texts[-1])
                lacks_scheme_end = texts[-1].endswith("http")
            elif text:
                is_whole &= not (lacks_start and PATH.match(text))
                if lacks_scheme_end and text.startswith("://"):
                    texts.append("s")  # as on a page that is served securely
                texts.append(behind_unknown(text) if lacks_start else text)
                lacks_start = lacks_scheme_end = False
        markup = "".join(texts)
        if "unescape" in call[0]:
            markup = _PERCENT.sub(lambda found: chr(int(found[1], 16)), markup)
        if _TAG.search(markup):
            yield Written(*call.span(), markup + _tag_end(markup), is_whole)


def _texts(argument: str, constant: Callable[[str], str | None]) -> Iterator[str | None]:
    """The texts that are joined, in order; None for one that is not known."""
    for part in _PART.finditer(argument):
        if part["group"]:
            yield _when_secure(part["group"])
        elif part["name"]:
            yield None if part["call"] else constant(part["name"])
        elif part["text"].startswith("`"):
            at = 1
            for hole in _IN_TEMPLATE.finditer(part["text"]):
                yield from (unescape(part["text"][at : hole.start()]), constant(hole[1]))
                at = hole.end()
            yield unescape(part["text"][at:-1])
        else:
            yield unescape(part["text"][1:-1])


def ends_before_source(text: str) -> bool:
    """Whether what follows the text begins the address of what an element loads."""
    return _SOURCE_AHEAD.search(text[-_AHEAD:]) is not None


def behind_unknown(text: str) -> str:
    """What is known of an address whose beginning is not, from the text that follows; not "".

    >>> [behind_unknown(text) for text in ("://net.example/a.js", "net.example/a.js", "'>")]
    ['//net.example/a.js', '*net.example/a.js', "'>"]
    """
    if text.startswith(("//", "://")):
        return text.removeprefix(":")
    return text if text[0] in "\"' >" else UNKNOWN_START + text


def _when_secure(group: str) -> str | None:
    """("https:" == location.protocol ? "s" : ""): what stands there on a page that is served securely."""
    condition, _, choices = group[1:-1].partition("?")
    found = _CHOICES.match(choices) if "https" in condition else None
    return found and found[1]


def _names_another_site(argument: str) -> bool:
    """Whether the choice of a protocol is one of sites: each would be asked on its pages."""
    return any(
        ad_domain(plain.lower()) not in (None, ad_domain(secure.lower()))
        for secure, plain in _SITES.findall(argument)
    )


def _constants_in(code: str) -> dict[str, str]:
    """The names that are set to one literal and nothing else, and are no parameters, with its text."""
    values: dict[str, set[str]] = {}
    for name, literal, parameters in _SET.findall(code):
        values.setdefault(name, set()).add(literal)
        for parameter in _WORD.findall(parameters):
            values.setdefault(parameter, set()).add("")
    return {
        name: found.pop().strip("\"'")
        for name, found in values.items()
        if len(found) == 1 and "" not in found
    }


def _tag_end(markup: str) -> str:
    """What ends the tag that is open at the end of the markup; "" if none is."""
    tag = markup[markup.rfind("<") :]
    if ">" in tag or not tag.startswith("<"):
        return ""
    return next((quote for quote in "\"'" if tag.count(quote) % 2), "") + ">"
