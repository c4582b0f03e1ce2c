"""Which domain is what: a size and a seed become the casting of the invented web."""

from typing import NamedTuple

from adtrace.demo.dice import Dice
from adtrace.demo.pages import KINDS
from adtrace.demo.states import STATES

# Of every forty domains, half show their operator's page; between them stands what makes real lists hard.
_HARD = (
    "challenge", "clone", "parked", "silent", "consent_wall", "clone", "media_as_html", "for_sale", "login_wall",
    "redirect_out_of_scope", "seized", "empty_shell", "reset", "suspended", "redirect_private", "soft_404",
    "redirect_loop", "geo_blocked", "too_large", "media_type",
)  # fmt: skip
# What the list says of the operators' domains, in turn: the column that is not as usual, and its value.
_TWISTS: tuple[dict[str, str], ...] = (
    {}, {}, {"unit": "host"}, {"reach_by": "www"}, {"unit": "url"}, {}, {"reach_by": "http"}, {"handling": "facts"},
    {"reach_by": "bad_certificate"}, {}, {"handling": "hold"}, {}, {"handling": "no-notice"}, {"expired": "yes"},
    {"include_subdomains": "yes"}, {"site_role": "platform"}, {"site_role": "compromised"}, {"site_role": "shortener"},
    {"stale": "yes"}, {"site_role": "unknown"},
)  # fmt: skip
_BLOCK = len(_HARD) + len(_TWISTS)
# Names in which a visitor recognises the kind of site, and the top-level domains reserved for examples and tests.
_TLDS = ("example", "test")


class Part(NamedTuple):
    """One domain's part: who runs it, what its front page shows, and what the list says of it.

    role: "operator", a state of states.py, "clone" or a fault. host: what the list names. twist: see _TWISTS.
    """

    number: int
    operator: str
    kind: str
    role: str
    domain: str
    host: str
    twist: dict[str, str]

    @property
    def is_contacted(self) -> bool:
        """Whether a tool may ask anything of it."""
        return self.twist.get("handling") != "hold" and "expired" not in self.twist

    @property
    def is_dedicated(self) -> bool:
        """Whether the list says that the whole site is the operator's."""
        return "site_role" not in self.twist

    @property
    def shows_tags(self) -> bool:
        """Whether the operator's own page comes back."""
        return self.role == "operator" and self.is_contacted


def cast(seed: int, domains: int) -> list[Part]:
    """The parts, in the list's order: about eight domains to an operator, each kind of trouble in every forty."""
    dice = Dice(seed, "cast")
    operators = [f"operator-{number}" for number in range(max(1, round(domains / 8)))]
    used: set[str] = set()
    parts = []
    for number in range(domains):
        in_block = number % _BLOCK
        role = "operator" if in_block % 2 == 0 else _HARD[in_block // 2]
        if role == "silent" and number >= _BLOCK:
            role = "reset"  # One that never answers is enough: each costs every run its whole patience.
        twist = dict(_TWISTS[in_block // 2]) if in_block % 2 == 0 else {}
        kind = "forum" if twist.get("site_role") == "platform" else dice.pick(list(KINDS))
        domain = _name(dice, kind, used)
        host = (
            f"{dice.pick(('cdn', 'm', 'play'))}{dice.number(1, 9)}.{domain}"
            if twist.get("unit") == "host"
            else domain
        )
        operator = operators[(number // 2) % len(operators)]
        parts.append(Part(number, operator, kind, role, domain, host, twist))
    return parts


def _name(dice: Dice, kind: str, used: set[str]) -> str:
    while True:
        name = f"{dice.word(dice.number(2, 3))}{KINDS[kind].word}.{dice.pick(_TLDS)}"
        if name not in used:
            used.add(name)
            return name


def is_state(role: str) -> bool:
    """Whether the role is a page that somebody else put in the site's place."""
    return role in STATES
