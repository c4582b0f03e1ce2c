"""A rule that a sighting names, compared with the card of today."""

import re
import tomllib
from importlib.resources import files

import msgspec

from adtrace.knowledge.folder import hash12

_RULE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)/([^@]+)(?:@([0-9a-f]{12}))?")
# Folders that hold a card a file, with what such a card is called.
_FOLDERS = {"networks": "network card", "wrappers": "click-URL grammar", "states": "page-state card"}


class RuleToday(msgspec.Struct, frozen=True):
    """What today's knowledge says of a rule.

    hash: of the card when it matched; None for what follows a specification and no card. is_same: whether a card of
    that name has that hash today; None without a hash. about, sources, limits: of today's card.
    """

    rule: str
    card: str
    name: str
    hash: str | None
    is_same: bool | None
    about: str
    sources: tuple[str, ...]
    limits: str


def rule_today(rule: str) -> RuleToday:
    """The rule beside the card of today; never raises: a rule may be of an adtrace that knew other cards."""
    found = _RULE.fullmatch(rule)
    if not found:
        return RuleToday(rule, "", rule, None, None, "decided by the program itself", (), "")
    card, name, hashed = found.groups()
    if hashed is None:
        return RuleToday(rule, card, name, None, None, "the published format itself, no card", (), "")
    cards = [(kind, data) for folder, kind in _FOLDERS.items() if (data := _file(folder, card)) is not None]
    if not cards:
        return RuleToday(rule, card, name, hashed, False, "no card of that name today", (), "")
    same = next((one for one in cards if hash12(one[1]) == hashed), None)
    kind, data = same or cards[0]
    said = tomllib.loads(data.decode())
    sources, limits = said.get("source", []), said.get("limits", "")
    return RuleToday(rule, card, name, hashed, same is not None, kind, tuple(map(str, sources)), str(limits))


def _file(folder: str, card: str) -> bytes | None:
    file = files("adtrace.knowledge") / folder / f"{card}.toml"
    return file.read_bytes() if file.is_file() else None
