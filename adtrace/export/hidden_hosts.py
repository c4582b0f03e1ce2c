"""Listed names inside any text, in whatever form a page wrote them, replaced by what an audience may see."""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate

import idna

from adtrace.export.codes import alignments, from_base32, from_base64, number_patterns, readings
from adtrace.export.escapes import LAYERS, layers, origin

_DEEPEST = 3
WITHHELD = "[withheld: names a listed domain]"

# A run of what host names are written with: letters of any script, digits, hyphens, and dots, of which IDNA
# knows four (RFC 3490 section 3.1).
_DOT = "[.\u3002\uff0e\uff61]"
_SIGN = "[\\w\u0300-\u036f\uff0d-]"
_RUN = re.compile(f"{_SIGN}+(?:{_DOT}{_SIGN}+)*")
_DOTS = re.compile(_DOT)
# Labels from the top down, as indexes of archives write them: example,clip)/. From the first sign of a word on: else
# every sign of a long one would be tried.
_TURNED = re.compile(r"(?<![\w-])[\w-]++(?:,[\w-]++)+")
# What is special in base64's standard and URL-safe alphabets, and in ExoClick's (`.` for `+`, `_` for `/`).
_ALPHABETS = ("+/", "-_", "._")
_ESCAPED = re.compile(r"[%\\]|&#|#&")
# A name of this length without its dots and hyphens is taken for it; a shorter one may be a word.
_LEAST_BARE = 8
_LONG_WORD = re.compile(f"[A-Za-z0-9][A-Za-z0-9-]{{{_LEAST_BARE - 1},}}")


class HiddenHosts:
    """Finds listed hosts in texts: plain, punycode or Unicode, escaped, percent-encoded, base64, hexadecimal.

    The list may be of any length: a text costs one pass over its runs, each looked up, not one search a host.
    hosts: the listed host → what stands for it. subdomain: (whole host, its listed end) → what stands for it.
    is_deep: also where a name is disguised (turned round, in ROT13 or base32, as numbers, without its dots), which
    costs five times as much.
    """

    def __init__(
        self, hosts: Mapping[str, str], subdomain: Callable[[str, str], str], *, is_deep: bool = True
    ) -> None:
        self._is_deep = is_deep
        self._hosts = dict(hosts)
        self._subdomain = subdomain
        self._joined = {re.sub("[._]", "-", host): host for host in hosts}
        bare = {re.sub("[._-]", "", host): host for host in hosts}
        self._bare = {word: host for word, host in bare.items() if len(word) >= _LEAST_BARE}
        self._tops = frozenset(host.rpartition(".")[2] for host in hosts)
        self._tops_rotated = frozenset(codecs.encode(top, "rot13") for top in self._tops)
        self._lengths = sorted({host.count(".") + 1 for host in hosts}, reverse=True)
        self._joined_lengths = sorted({joined.count("-") + 1 for joined in self._joined}, reverse=True)
        shortest = min((len(_unicode(host)) for host in hosts), default=4)
        # What the shortest takes in base64, without the characters it shares with its neighbours.
        least = max(shortest * 4 // 3 - 2, 4)
        self._coded = [
            (
                re.compile(f"[A-Za-z0-9{re.escape(special)}]{{{least},}}"),
                special,
                str.maketrans(special, "+/"),
            )
            for special in _ALPHABETS
        ]
        self._numbers = number_patterns(shortest) if is_deep else number_patterns(shortest)[:1]
        self._base32 = re.compile(f"(?:[A-Z2-7]{{{shortest * 8 // 5},}}|[a-z2-7]{{{shortest * 8 // 5},}})")
        # Decoded noise is dropped at once: it has no run of characters that could be a name, however escaped.
        letters = rb"\x80-\xff" if any("xn--" in host for host in hosts) else b""
        self._plausible = re.compile(rb"[A-Za-z0-9._%%\\&#;/+{}=,\-%s]{%d}" % (letters, shortest))
        self.rewrite = lru_cache(maxsize=65536)(self._rewrite)

    def host(self, host: str) -> str | None:
        """What stands for a canonical host that is listed or under a listed one; None if it is neither."""
        labels = host.split(".")
        for start in range(len(labels)):
            listed = ".".join(labels[start:])
            if listed in self._hosts:
                return self._stand_in(host, listed)
        return None

    def _rewrite(self, text: str) -> str:
        for _ in range(LAYERS * 2):
            found = self._replacements(text)
            if not found:
                # Escaped, then disguised as a whole: nothing of it can be shown by name.
                is_disguised = (
                    self._is_deep
                    and _ESCAPED.search(text)
                    and any(self._replacements(other) for other in (text[::-1], codecs.encode(text, "rot13")))
                )
                return WITHHELD if is_disguised else text
            text = _replaced(text, found)
        return WITHHELD

    def _replacements(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, new) of every name in the first layer that shows one, in order, not overlapping."""
        if not self._hosts:
            return []
        for layer, places in layers(text):
            hits = [*self._in_runs(layer), *self._in_codes(layer, _DEEPEST)]
            if hits:
                return _disjoint([(*origin(places, start, end), new) for start, end, new in hits])
        return []

    def _in_runs(self, text: str) -> Iterator[tuple[int, int, str]]:
        for run in _RUN.finditer(text):
            is_dotted = "." in run[0] or not run[0].isascii()
            if is_dotted:
                hits = list(self._in_dotted(run[0], run.start()))
                yield from hits or (self._in_disguise(run[0], run.start()) if self._is_deep else ())
            if "-" in run[0] or "_" in run[0]:
                yield from self._in_joined(run[0], run.start())
        if not self._is_deep:
            return
        yield from self._in_bare(text)
        for run in _TURNED.finditer(text):
            yield from self._in_disguise(run[0].replace(",", "."), run.start())

    def _in_disguise(self, run: str, at: int) -> Iterator[tuple[int, int, str]]:
        """The run, if it names a host from its end, with its labels turned round, or in ROT13."""
        labels = run.lower().split(".")
        others = []
        if not self._tops.isdisjoint(label[::-1] for label in labels):
            others.append(run[::-1])
        if not self._tops.isdisjoint(labels):
            others.append(".".join(reversed(labels)))
        if not self._tops_rotated.isdisjoint(labels):
            others.append(codecs.encode(run, "rot13"))
        for other in others:
            hit = next(self._in_dotted(other, 0), None)
            if hit:
                yield at, at + len(run), f"encoded-{hit[2]}"
                return

    def _in_bare(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Hosts without their dots: clipexample_300x250."""
        for word in _LONG_WORD.finditer(text):
            host = self._bare.get(word[0].lower().replace("-", ""))
            if host is not None:
                yield word.start(), word.end(), self._hosts[host]

    def _in_dotted(self, run: str, at: int) -> Iterator[tuple[int, int, str]]:
        labels = _DOTS.split(run)
        starts = [*accumulate((len(label) + 1 for label in labels), initial=0)]
        plain = [_label(label) for label in labels]
        first = 0
        while first < len(labels):
            for length in self._lengths:
                found = self._window(plain[first : first + length]) if first + length <= len(labels) else None
                if found is None:
                    continue
                listed, before, after = found
                begin = starts[first] + before if before else 0
                end = starts[first + length] - 1 - after
                above = [] if before else plain[:first]
                yield at + begin, at + end, self._stand_in(".".join([*above, listed]), listed)
                first += length
                break
            else:
                first += 1

    def _window(self, labels: list[str]) -> tuple[str, int, int] | None:
        """The listed host these labels are; how much of the first and last is another word's."""
        first, last = labels[0], labels[-1]
        for before in {0, first.rfind("_") + 1}:
            for after in {0, len(last) - last.find("_") if "_" in last else 0}:
                kept = [*labels]
                kept[0] = first[before:]
                kept[-1] = kept[-1][: len(kept[-1]) - after] if after else kept[-1]
                if ".".join(kept) in self._hosts:
                    return ".".join(kept), before, after
        return None

    def _in_joined(self, run: str, at: int) -> Iterator[tuple[int, int, str]]:
        """Hosts whose dots were written as hyphens or underscores: www-clip-example.cdn.test."""
        for word in re.split(f"({_DOT})", run):
            parts = re.split("[-_]", word)
            starts = [*accumulate((len(part) + 1 for part in parts), initial=at)]
            plain = [part.lower() for part in parts]
            for length in self._joined_lengths:
                for first in range(len(parts) - length + 1):
                    listed = self._joined.get("-".join(plain[first : first + length]))
                    if listed is not None:
                        yield starts[first], starts[first + length] - 1, self._hosts[listed]
            at += len(word)

    def _in_codes(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        for number, (pattern, special, alphabet) in enumerate(self._coded):
            for run in pattern.finditer(text):
                if number and not any(sign in run[0] for sign in special):
                    continue  # then it lies within a run of the first alphabet
                plain = run[0].translate(alphabet)
                for part in alignments(plain, 4, also_turned=self._is_deep):
                    new = self._named_in(from_base64(part), depth)
                    if new:
                        yield run.start(), run.end(), new
                        break
        for pattern, read in self._numbers:
            for run in pattern.finditer(text):
                new = self._named_in(read(run[0]), depth)
                if new:
                    yield run.start(), run.end(), new
        if self._is_deep:
            yield from self._in_base32(text, depth)

    def _in_base32(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        for run in self._base32.finditer(text):
            for part in alignments(run[0], 8):
                new = self._named_in(from_base32(part), depth)
                if new:
                    yield run.start(), run.end(), new
                    break

    def _named_in(self, data: bytes, depth: int) -> str | None:
        """What stands for the first name in these bytes; None if they name nobody listed."""
        for read in readings(data):
            if not self._plausible.search(read):
                continue
            text = read.decode("utf-8", "replace")
            for layer, _ in layers(text):
                hit = next(self._in_runs(layer), None)
                if hit is None and depth > 1 and sum(c.isprintable() for c in layer) > 0.9 * len(layer):
                    hit = next(self._in_codes(layer, depth - 1), None)
                if hit:
                    return f"encoded-{hit[2].removeprefix('encoded-')}"
        return None

    def _stand_in(self, host: str, listed: str) -> str:
        return self._hosts[listed] if host in (listed, f"www.{listed}") else self._subdomain(host, listed)


def _label(label: str) -> str:
    """A label as host names have it: A-label, lower case; what is no label at all stays as it is."""
    if label.isascii():
        return label.lower()
    folded = unicodedata.normalize("NFKC", label).casefold()
    try:
        return idna.alabel(folded).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return folded


def _unicode(host: str) -> str:
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def _replaced(text: str, found: list[tuple[int, int, str]]) -> str:
    """The text with (start, end, new) in the place of what stands there; they are in order and do not overlap."""
    parts: list[str] = []
    at = 0
    for start, end, new in found:
        parts += (text[at:start], new)
        at = end
    return "".join((*parts, text[at:]))


def _disjoint(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The replacements in order; of two that overlap, the one that begins first and is longer."""
    kept: list[tuple[int, int, str]] = []
    for start, end, new in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, new))
    return kept
