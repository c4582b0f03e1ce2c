"""What an ad answer says, as lines of the skeleton: an ad, then what belongs to it, each a start tag of its own.

`<vast-ad …>` with its clicks, tags and hosts (vast_document.py), `<rtb-ad …>` with its domains and clicks
(openrtb_document.py). The answer itself is taken out: its media, pixels and words are nowhere in the skeleton.
"""

import re
from functools import cached_property

from adtrace.extract.reading import Skeleton, read_attributes

# How the tags of these lines begin; an element of the page that is so called is written <own-…>.
TAGS = ("vast-", "rtb-")
_VALUE = re.compile(r'="([^"]*)"')


class AdLines:
    """One ad: what it states, the lines that belong to it as (tag, values), and where all of them stand."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self.start, self.end = text, start, end
        self.stated = read_attributes(text[start:end])
        self.parts: list[tuple[str, dict[str, str]]] = []

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Each value as written, and where it stands first: an ad may have as many as its document has characters."""
        found: dict[str, tuple[int, int]] = {}
        for match in _VALUE.finditer(self._text, self.start, self.end):
            found.setdefault(match[1], match.span(1))
        return found

    def place(self, value: str) -> tuple[int, int]:
        """Where the value stands; the whole ad if it is none of its values."""
        return self._places.get(as_attribute(value), (self.start, self.end))


def line_of(tag: str, values: dict[str, str]) -> str:
    """A line; values that are empty are left out."""
    shown = (f'{name}="{as_attribute(value)}"' for name, value in sorted(values.items()) if value)
    return f"<{' '.join((tag, *shown))}>"


def as_attribute(value: str) -> str:
    """A value as a line holds it."""
    text = " ".join(value.split()).replace("&quot;", "&amp;quot;").replace('"', "&quot;")
    return text.encode("ascii", "backslashreplace").decode()


def ads_in(skeleton: Skeleton, kind: str) -> list[AdLines]:
    """The ads of that kind (vast, rtb) in page order; [] if there is none."""
    head, part = f"<{kind}-ad", f"<{kind}-"
    found: list[AdLines] = []
    if head not in skeleton.elements:
        return found
    at = skeleton.start
    for line in skeleton.elements.splitlines(keepends=True):
        end = at + len(line)
        if line.startswith(head):
            found.append(AdLines(skeleton.text, at, end))
        elif found and line.startswith(part):
            tag = line[1:].partition(" ")[0].rstrip(">\n")
            found[-1].parts.append((tag, read_attributes(line)))
            found[-1].end = end
        at = end
    return found
