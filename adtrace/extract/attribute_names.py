"""What the name of an attribute says of its value, judged once a process for each name."""

import re

from adtrace.extract.prose import is_titled

MAX_NAME = 100  # characters of a name
_MAX_KNOWN = 20_000  # names: a hostile page may invent as many as it likes

# STRUCTURE and CLASS are never prose: kept as they are while they are short and hold no quote, else as a bare name.
# PROSE is never kept unless a card knows the value; TITLED says what the page is called, SPOKEN is read aloud.
STRUCTURE, CLASS, PROSE, ADDRESS, CONTENT, CODE, SPOKEN, TITLED, FREE = range(9)
_RULES = dict.fromkeys(
    "id rel type name property http-equiv charset lang width height target async defer media method for role "
    "itemprop itemscope crossorigin frameborder".split(),
    STRUCTURE,
)
_RULES |= dict.fromkeys(
    "alt title placeholder value style summary label abbr prompt standby srcdoc srcset imagesrcset data-srcset "
    "data-title data-caption data-description data-alt".split(),
    PROSE,
)
_RULES |= dict.fromkeys(
    "href src action formaction poster cite background longdesc ping manifest data data-src "
    "data-href data-url data-link data-lazy-src data-original data-lazy xlink:href lowsrc dynsrc archive codebase "
    "profile usemap icon".split(),
    ADDRESS,
)
_RULES |= {"class": CLASS, "content": CONTENT}
UNNAMED = re.compile(r'[\x00-\x20\x7f"=<>]+')


class _Names(dict[str, tuple[int, str]]):
    """By name: its rule, and the name as a skeleton writes it."""

    def __missing__(self, name: str) -> tuple[int, str]:
        rule = _RULES.get(name)
        if rule is None:
            rule = _rule_of(name)
        found = (rule, UNNAMED.sub("", name)[:MAX_NAME])
        if len(self) < _MAX_KNOWN and len(name) <= MAX_NAME:
            self[name] = found
        return found


def _rule_of(name: str) -> int:
    if name.startswith("on"):
        return CODE
    if name.startswith("aria-"):
        return SPOKEN
    return TITLED if is_titled(name) else FREE


NAMES = _Names()
