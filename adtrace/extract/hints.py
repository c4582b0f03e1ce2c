"""Which rare things a document could hold: one search for what the detectors of ad answers, data and bait look for.

Few documents hold any. If each detector read the whole text for its own words, it would cost 5 ns a character in all;
together they cost 1.3.
"""

from typing import Literal

import re2

Hint = Literal["bidder", "system", "encoded_system", "chain", "blocker", "serialised", "listed"]
SPACE = r"[\s\x0b\x1c-\x1f]*"
_KEY = r"[\"']?[\w-]+[\"']?\s*:\s*"
_PLAIN = r"\{[^{}\[\]]*"  # an object that holds no other, as far as it goes
_ID = r"[\"'`]?(?:\d{5,12}|[0-9a-f]{24,40})[\"'`]?\s*"
# A list, or an object of objects, that is set, an item of which is an id or holds one: up to the first id.
LIST_OF_IDS = (
    rf"=\s*(?:\[\s*(?:{_PLAIN}\}}\s*,\s*)*(?:{_PLAIN}:\s*)?"
    rf"|\{{\s*{_KEY}(?:{_PLAIN}\}}\s*,\s*{_KEY})*{_PLAIN}:\s*){_ID}[,\]}}]"
)
# A list of nothing else that is gone through where it stands.
IDS_GONE_THROUGH = rf"\[\s*(?:{_ID},\s*)*{_ID}\]\s*\.(?:forEach|map)\b"
_PATTERNS: dict[Hint, str] = {
    "bidder": r"bidder",
    "system": rf"asi[\"']?{SPACE}:{SPACE}[\"']",
    "encoded_system": r"asi(?:\\+(?:[\"']|u0022|x22)|&(?:quot|#34);|%(?:25)*22)",
    "chain": r"schain",
    "blocker": r"(?i)ad[s_-]?block|block(?:er|ing)?_?detect|is_?blocked|detect\w*bait|"
    rf"blocked(?:_?count)?{SPACE}(?:=|\+\+)",
    "serialised": r"__next_f\.push|streamController\.enqueue|"
    rf"JSON\.parse\({SPACE}[\"']|=\"(?:[\w$.]+\()?{SPACE}[\[{{]{SPACE}[\[{{]?{SPACE}&quot;",
    "listed": f"{LIST_OF_IDS}|{IDS_GONE_THROUGH}",
}
_NAMES = tuple(_PATTERNS)
_SEARCH = re2.Set.SearchSet(re2.Options())
for _pattern in _PATTERNS.values():
    _SEARCH.Add(_pattern)
_SEARCH.Compile()


def find_hints(data: bytes) -> frozenset[Hint]:
    """What may be in the text; what is absent from the answer is not."""
    return frozenset(_NAMES[number] for number in _SEARCH.Match(data) or ())
