"""Numbers as sentences have them."""


def count(number: int, singular: str, plural: str = "") -> str:
    """The number with its noun.

    >>> count(1, "domain"), count(1200, "domain"), count(0, "entry", "entries")
    ('1 domain', '1,200 domains', '0 entries')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
