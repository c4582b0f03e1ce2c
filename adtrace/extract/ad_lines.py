"""What an ad answer says, as lines of the skeleton: an ad, then what belongs to it, each a start tag of its own.

`<vast-ad …>` with its clicks, tags and hosts (vast_document.py), `<rtb-ad …>` with its domains and clicks
(openrtb_document.py). The answer itself is taken out: its media, pixels and words are nowhere in the skeleton.
"""

import re
from typing import NamedTuple

from adtrace.extract.literals import with_whole_characters
from adtrace.extract.reading import Skeleton, read_attributes

# How the tags of these lines begin; an element of the page that is so called is written <own-…>.
TAGS = ("vast-", "rtb-")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")


class AdLine(NamedTuple):
    """One line of an ad: where it begins, its tag, and what it says by name."""

    start: int
    text: str
    tag: str
    values: dict[str, str]

    def place(self, name: str) -> tuple[int, int]:
        """Where the value of that name stands, which is not empty."""
        start = self.text.index(f' {name}="') + len(name) + 3
        return self.start + start, self.start + self.text.index('"', start)


class Ad(NamedTuple):
    """One ad: the line of what it states, and those that belong to it."""

    line: AdLine
    parts: list[AdLine]

    @property
    def stated(self) -> dict[str, str]:
        """What the ad says of itself, by name."""
        return self.line.values

    @property
    def span(self) -> tuple[int, int]:
        """Where all its lines stand."""
        last = self.parts[-1] if self.parts else self.line
        return self.line.start, last.start + len(last.text)


def line_of(tag: str, values: dict[str, str]) -> str:
    """A line; values that are empty are left out."""
    shown = (f'{name}="{_written(value)}"' for name, value in sorted(values.items()) if value)
    return f"<{' '.join((tag, *shown))}>"


def _written(value: str) -> str:
    text = (
        " ".join(value.split()).replace("\\", r"\x5c").replace("&quot;", "&amp;quot;").replace('"', "&quot;")
    )
    return text.encode("ascii", "backslashreplace").decode()


def _read(text: str) -> dict[str, str]:
    return {name: _ESCAPE.sub(_character, value) for name, value in read_attributes(text).items()}


def _character(escape: re.Match[str]) -> str:
    return with_whole_characters(chr(int(escape[1] or escape[2] or escape[3], 16)))


def ads_in(skeleton: Skeleton, kind: str) -> list[Ad]:
    """The ads of that kind (vast, rtb) in page order; [] if there is none."""
    head, part = f"<{kind}-ad", f"<{kind}-"
    found: list[Ad] = []
    if head not in skeleton.elements:
        return found
    at = skeleton.start
    for text in skeleton.elements.splitlines(keepends=True):
        if text.startswith(part):
            line = AdLine(at, text, text[1:].partition(" ")[0].rstrip(">\n"), _read(text))
            if text.startswith(head):
                found.append(Ad(line, []))
            elif found:
                found[-1].parts.append(line)
        at += len(text)
    return found
