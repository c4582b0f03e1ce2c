"""Attributes that are never prose, as a skeleton's line shows them: what pages have in common is written once."""

import re

from adtrace.extract.attribute_names import CLASS

# Characters of a structural value; what is longer is a name alone, or may hold an ad answer.
MAX_STRUCTURE = 200
_MAX_KNOWN = 20_000  # attributes: some 4 MB
# What a blog says a page is about, among its classes.
_TOPIC = re.compile(r"(?<!\S)(?:tag|category|cat|term|genre|author|topic|post_tag)-\S+")

# By name and value, those written before: two of three on a page.
WRITTEN: dict[tuple[str, str], str] = {}


def write_structure(rule: int, name: str, written: str, value: str) -> str:
    """` name="value"`, or ` name` where the value is empty, long or holds a quote.

    rule: STRUCTURE, or CLASS, of which what names topics is left out. written: the name as a skeleton writes it.
    """
    shown = value
    if rule == CLASS and "-" in value and _TOPIC.search(value):
        shown = _TOPIC.sub("", value)
    is_shown = shown and len(shown) < MAX_STRUCTURE and '"' not in shown
    piece = f' {written}="{shown}"' if is_shown else f" {written}"
    if len(value) < MAX_STRUCTURE:
        if len(WRITTEN) >= _MAX_KNOWN:
            WRITTEN.clear()
        WRITTEN[name, value] = piece
    return piece
