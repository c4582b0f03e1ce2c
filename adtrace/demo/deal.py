"""Which tags stand on which operator's page, so that every format occurs and accounts tie an operator's sites."""

from typing import NamedTuple

from adtrace.demo.dice import Dice
from adtrace.demo.plan import Part
from adtrace.demo.tags import Format, formats

# Formats whose account names its holder: an operator uses two of them on its sites.
_HOUSE = (
    "adsense-auto", "taboola", "eroadvertising", "exoclick-splash", "popcash", "infolinks", "adfly", "linkvertise",
    "medianet", "amazon-associates", "outbrain", "google-ad-manager", "stripcash",
)  # fmt: skip
_MOST_TAGS = 7


class Choice(NamedTuple):
    """One tag of a page: its format and the state it is bent to."""

    form: Format
    bend: str = ""


def networks_of(form: Format) -> set[str]:
    """Every network the tag shows."""
    return {report.split()[0] for report in form.reports}


def is_token(form: Format) -> bool:
    """Whether it is a verification token, which may stand beside a live tag of its network."""
    return form.name.startswith("token-")


def deal(seed: int, parts: list[Part], taken: dict[int, set[str]]) -> dict[int, list[Choice]]:
    """The tags of every page, by the part's number; taken: networks a page shows already by another cause.

    First each operator's house networks; then, once for each forty domains, all formats in turn and after them their
    bent forms, each on the next page that has room and does not show its network.
    """
    dice = Dice(seed, "deal")
    stage = [part for part in parts if part.shows_tags]
    found: dict[int, list[Choice]] = {part.number: [] for part in stage}
    shown = {part.number: set(taken.get(part.number, ())) for part in stage}

    def place(number: int, choice: Choice) -> bool:
        networks = networks_of(choice.form)
        room = len(found[number]) < _MOST_TAGS
        if not room or (not is_token(choice.form) and networks & shown[number]):
            return False
        found[number].append(choice)
        if not is_token(choice.form):
            shown[number] |= networks
        return True

    houses = {operator: dice.sample(_HOUSE, 2) for operator in sorted({part.operator for part in stage})}
    for part in stage:
        for name in houses[part.operator][: dice.pick((0, 1, 1, 2, 2))]:
            place(part.number, Choice(formats()[name]))
    straight = [Choice(form) for form in formats().values()]
    bent = [Choice(form, bend) for form in formats().values() for bend in form.bends]
    turns = max(1, round(len(parts) / 40))
    start = 0
    for choice in [one for _ in range(turns) for one in (*dice.shuffled(straight), *dice.shuffled(bent))]:
        for step in range(len(stage)):
            if place(stage[(start + step) % len(stage)].number, choice):
                start += step + 1
                break
    return found
