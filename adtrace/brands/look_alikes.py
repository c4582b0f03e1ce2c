"""Domains that look like a brand's and are not its own: a lead, never an accusation."""

import unicodedata

import idna

# What is read as another letter at a glance: digits, pairs, and the Cyrillic and Greek letters drawn alike.
_SINGLE = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "5": "s", "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x"}  # noqa: RUF001
    | {"і": "i", "ј": "j", "ѕ": "s", "һ": "h", "ԁ": "d", "ӏ": "l", "ο": "o", "α": "a", "ν": "v", "ρ": "p"}  # noqa: RUF001
    | {"к": "k", "ԛ": "q", "ԝ": "w", "ո": "n", "օ": "o", "κ": "k", "τ": "t", "υ": "u", "ι": "i", "ϲ": "c"}  # noqa: RUF001
    | {"ı": "i", "ɡ": "g", "ł": "l", "ø": "o", "đ": "d", "ß": "b"}  # noqa: RUF001
)  # fmt: skip
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
SHORTEST = 5  # letters: below that, one letter more or less makes just another word
SHORTEST_PART = 6  # letters: below that, a name beside a hyphen is just a word


def looks_like(domain: str, own: str) -> str | None:
    """How a registrable domain resembles a brand's own: homoglyph, edit or part; None if it does not, or is it.

    homoglyph: the same letters to the eye, accents aside. edit: one letter added, dropped, changed or two swapped, in
    names of five letters or more. part: the name beside a hyphen, of six letters or more. The same name under another
    suffix is nobody's in particular, and no resemblance.

    >>> [looks_like(domain, "harbour.example") for domain in ("harb0ur.example", "harbor.test", "harbour-bonus.test")]
    ['homoglyph', 'edit', 'part']
    """
    label, name = _label(domain), _label(own)
    if domain == own or label == name:
        return None
    if _drawn(label) == _drawn(name):
        return "homoglyph"
    if len(name) >= SHORTEST and _is_one_edit(label, name):
        return "edit"
    is_part = len(name) >= SHORTEST_PART and _drawn(name) in _drawn(label).split("-")
    return "part" if is_part else None


def _label(domain: str) -> str:
    label = domain.partition(".")[0]
    if label.startswith("xn--"):
        try:
            return idna.decode(label)
        except idna.IDNAError:
            return label
    return label


def _drawn(label: str) -> str:
    bare = (sign for sign in unicodedata.normalize("NFKD", label) if not unicodedata.combining(sign))
    label = "".join(bare).translate(_SINGLE)
    for pair, one in _PAIRS:
        label = label.replace(pair, one)
    return label


def _is_one_edit(one: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes one the other (Damerau 1964)."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and len(b) > 1 and a[2:] == b[2:])
