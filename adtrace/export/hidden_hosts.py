"""Listed names inside any text, in whatever form a page wrote them, replaced by what an audience may see."""

import base64
import binascii
import contextlib
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

import idna

# Deeper than any seen on pages, where percent-encoding comes up to three times; what needs more is withheld.
_LAYERS = 5
_DEEPEST = 3
_MAX_INFLATED = 1 << 16
WITHHELD = "[withheld: names a listed domain]"

# A run of what host names are written with: letters of any script, digits, hyphens, and dots, of which IDNA
# knows four (RFC 3490 section 3.1).
_DOT = "[.\u3002\uff0e\uff61]"
_RUN = re.compile(f"[\\w\u0300-\u036f-]+(?:{_DOT}[\\w\u0300-\u036f-]+)*")
_DOTS = re.compile(_DOT)
_ESCAPE = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|\\x(?P<x>[0-9A-Fa-f]{2})|\\u(?P<u>[0-9A-Fa-f]{4})|\\u\{(?P<b>[0-9A-Fa-f]{1,6})\}"
    r"|&#(?P<d>\d{1,7});?|&#[xX](?P<h>[0-9A-Fa-f]{1,6});?|&(?P<name>period|colon|sol|hyphen|dash);"
    r"|(?P<dot>\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))|(?P<slash>\\/)"
    "|(?P<mute>[\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\x00-\\x08])"
)
_NAMED = {"period": ".", "colon": ":", "sol": "/", "hyphen": "-", "dash": "-"}
# What is special in base64's standard and URL-safe alphabets, and in ExoClick's (`.` for `+`, `_` for `/`).
_ALPHABETS = ("+/", "-_", "._")


class HiddenHosts:
    """Finds listed hosts in texts: plain, punycode or Unicode, escaped, percent-encoded, base64, hexadecimal.

    The list may be of any length: a text costs one pass over its runs, each looked up, not one search a host.
    hosts: the listed host → what stands for it. subdomain: (whole host, its listed end) → what stands for it.
    """

    def __init__(self, hosts: Mapping[str, str], subdomain: Callable[[str, str], str]) -> None:
        self._hosts = dict(hosts)
        self._subdomain = subdomain
        self._joined = {re.sub("[._]", "-", host): host for host in hosts}
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
        self._hex = re.compile(f"(?:[0-9A-Fa-f]{{2}}){{{shortest},}}")
        # Decoded noise is dropped at once: it has no run of characters that could be a name, however escaped.
        letters = rb"\x80-\xff" if any("xn--" in host for host in hosts) else b""
        self._plausible = re.compile(rb"[A-Za-z0-9._%%\\&#;/+{}=-%s]{%d}" % (letters, shortest))
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
        for _ in range(_LAYERS * 2):
            found = self._replacements(text)
            if not found:
                return text
            for start, end, new in reversed(found):
                text = text[:start] + new + text[end:]
        return WITHHELD

    def _replacements(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, new) of every name in the first layer that shows one, in order, not overlapping."""
        if not self._hosts:
            return []
        for layer, places in _layers(text):
            hits = [*self._in_runs(layer), *self._in_codes(layer, _DEEPEST)]
            if hits:
                return _disjoint([(*_origin(places, start, end), new) for start, end, new in hits])
        return []

    def _in_runs(self, text: str) -> Iterator[tuple[int, int, str]]:
        for run in _RUN.finditer(text):
            if "." in run[0] or not run[0].isascii():
                yield from self._in_dotted(run[0], run.start())
            if "-" in run[0] or "_" in run[0]:
                yield from self._in_joined(run[0], run.start())

    def _in_dotted(self, run: str, at: int) -> Iterator[tuple[int, int, str]]:
        labels = _DOTS.split(run)
        starts = [0]
        for label in labels:
            starts.append(starts[-1] + len(label) + 1)
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
            plain = [part.lower() for part in parts]
            for length in self._joined_lengths:
                for first in range(len(parts) - length + 1):
                    listed = self._joined.get("-".join(plain[first : first + length]))
                    if listed is not None:
                        begin = at + sum(len(part) + 1 for part in parts[:first])
                        end = begin + sum(len(part) + 1 for part in parts[first : first + length]) - 1
                        yield begin, end, self._hosts[listed]
            at += len(word)

    def _in_codes(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        for number, (pattern, special, alphabet) in enumerate(self._coded):
            for run in pattern.finditer(text):
                if number and not any(sign in run[0] for sign in special):
                    continue  # then it lies within a run of the first alphabet
                plain = run[0].translate(alphabet)
                for offset in range(4):
                    new = self._named_in(_from_base64(plain[offset:]), depth)
                    if new:
                        yield run.start(), run.end(), new
                        break
        for run in self._hex.finditer(text):
            new = self._named_in(binascii.unhexlify(run[0]), depth)
            if new:
                yield run.start(), run.end(), new

    def _named_in(self, data: bytes, depth: int) -> str | None:
        """What stands for the first name in these bytes; None if they name nobody listed."""
        for read in _readings(data):
            if not self._plausible.search(read):
                continue
            text = read.decode("utf-8", "replace")
            for layer, _ in _layers(text):
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


# Where each character of a layer stands in the text as given; None: where it stands in the layer.
_Places = list[tuple[int, int]] | None


def _unicode(host: str) -> str:
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def _layers(text: str) -> Iterator[tuple[str, _Places]]:
    """The text, then with one more layer of escapes undone each time, and where its characters came from."""
    places: _Places = None
    for _ in range(_LAYERS):
        yield text, places
        undone: list[str] = []
        origins: list[tuple[int, int]] = []
        last = 0
        for match in _ESCAPE.finditer(text):
            undone.append(text[last : match.start()])
            origins += (_origin(places, i, i + 1) for i in range(last, match.start()))
            undone.append(_unescaped(match))
            origins += [_origin(places, match.start(), match.end())] * len(undone[-1])
            last = match.end()
        if not last:
            return
        undone.append(text[last:])
        origins += (_origin(places, i, i + 1) for i in range(last, len(text)))
        text, places = "".join(undone), origins


def _origin(places: _Places, start: int, end: int) -> tuple[int, int]:
    return (start, end) if places is None else (places[start][0], places[end - 1][1])


def _unescaped(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    written = match[kind]
    if kind == "percent":
        return binascii.unhexlify(written.replace("%", "")).decode("utf-8", "replace")
    if kind == "name":
        return _NAMED[written]
    if kind in ("dot", "slash", "mute"):
        return {"dot": ".", "slash": "/", "mute": ""}[kind]
    number = int(written, 10 if kind == "d" else 16)
    return chr(number) if number < 0x110000 else ""


def _from_base64(text: str) -> bytes:
    whole = text[:-1] if len(text) % 4 == 1 else text
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def _readings(data: bytes) -> Iterator[bytes]:
    """These bytes as they are, without the NULs of UTF-16, and inflated within bounds."""
    yield data.replace(b"\0", b"")
    if data[:2] == b"\x1f\x8b" or data[:1] == b"\x78":
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(wbits=47).decompress(data, _MAX_INFLATED)


def _disjoint(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The replacements in order; of two that overlap, the one that begins first and is longer."""
    kept: list[tuple[int, int, str]] = []
    for start, end, new in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, new))
    return kept
