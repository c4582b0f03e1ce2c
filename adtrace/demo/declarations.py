"""ads.txt, app-ads.txt and sellers.json of the invented web."""

import json
from typing import NamedTuple

from adtrace.demo.canaries import Canaries
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Fact, Told


class System(NamedTuple):
    """A selling system: its card (None: nobody knows it), and its certification id."""

    network: str | None
    certification: str = ""


# By the domain as ads.txt writes it.
SYSTEMS = {
    "google.com": System("adsense", "f08c47fec0942fa0"),
    "rubiconproject.com": System("rubicon", "0bfd66d529a55807"),
    "pubmatic.com": System("pubmatic", "5d62403b186f2ace"),
    "openx.com": System("openx", "6a698e2ec38604c6"),
    "indexexchange.com": System("index-exchange", "50b1c356f2c5c8fc"),
    "appnexus.com": System("xandr", "f5ab79cb980f11d1"),
    "mgid.com": System("mgid", "d4c29acad76ce94f"),
    "media.net": System("medianet"),
    "taboola.com": System("taboola", "c228e6794e811952"),
    "adcash.com": System("adcash"),
    "some-exchange.test": System(None),
}
# Where each system's list of sellers is: at the root of the domain that stands in ads.txt, but for two. Those of
# SYSTEMS, and of networks whose ids stand in tags alone.
SELLER_FILES = {
    "adsense": "https://storage.googleapis.com/adx-rtb-dictionaries/sellers.json",
    "xandr": "https://xandr.com/sellers.json",
    **{
        network: f"https://{domain}/sellers.json"
        for network, domain in {
            "adcash": "adcash.com", "adform": "adform.com", "criteo": "criteo.com", "exoclick": "exoclick.com",
            "ezmob": "ezmob.com", "hilltopads": "hilltopads.com", "index-exchange": "indexexchange.com",
            "infolinks": "infolinks.com", "medianet": "media.net", "mgid": "mgid.com", "openx": "openx.com",
            "outbrain": "outbrain.com", "popads": "popads.net", "pubmatic": "pubmatic.com",
            "revcontent": "revcontent.com", "rubicon": "rubiconproject.com", "smart-adserver": "smartadserver.com",
            "taboola": "taboola.com", "yandex-advertising": "yandex.com",
        }.items()
    },
}  # fmt: skip
# In the invented web these publish none, answer with an error, and have moved to www.
LISTLESS = frozenset({"adcash", "popads"})
OUT_OF_ORDER = frozenset({"ezmob"})
MOVED = frozenset({"hilltopads", "taboola"})


class Declared(NamedTuple):
    """A declaration file: its text, a fact for each of its records, and the sites its variables name."""

    text: str
    facts: tuple[Fact, ...]
    stated: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> Told:
        """What it tells."""
        return Told(facts=self.facts, stated=self.stated)


class Record(NamedTuple):
    """One line of an ads.txt."""

    system: str
    account: str
    relation: str

    def fact(self, source: str) -> Fact:
        """The line as a correct tool reports it."""
        return Fact(
            SYSTEMS[self.system].network,
            self.account,
            "seller_id",
            "account",
            "declared",
            source=source,
            system=self.system,
            relation=self.relation,
        )


def seller_account(seed: int, system: str, holder: str) -> str:
    """The seller id a system gave to this holder; Google's is the holder's AdSense account."""
    if system == "google.com":
        return "pub-" + Dice(seed, "id", "adsense", "pub", holder).text("digits", 16)
    return Dice(seed, "seller", system, holder).text("digits", 6)


def write_records(
    dice: Dice, records: list[Record], variables: dict[str, str], canaries: Canaries, source: str = "ads_txt"
) -> Declared:
    """An ads.txt or app-ads.txt with these records, comments and variables."""
    lines = [f"# {canaries.phrase()}", *(f"{name}={value}" for name, value in variables.items())]
    for record in records:
        certification = SYSTEMS[record.system].certification
        line = f"{record.system}, {record.account}, {record.relation}"
        line += f", {certification}" if certification else ""
        lines.append(line + (f" # {canaries.phrase()}" if dice.number(0, 4) == 0 else ""))
    facts = tuple(record.fact(source) for record in records)
    return Declared("\n".join([*lines, ""]), facts, tuple(variables.items()))


def draw_records(dice: Dice, seed: int, holder: str, *, most: int = 7) -> list[Record]:
    """Records of a site whose holder sells directly at some systems and through others at the rest."""
    records = []
    for system in dice.sample(list(SYSTEMS), dice.number(3, most)):
        is_direct = dice.number(0, 2) > 0
        seller = holder if is_direct else f"reseller-{dice.number(1, 4)}"
        records.append(
            Record(system, seller_account(seed, system, seller), "DIRECT" if is_direct else "RESELLER")
        )
    return records


def write_sellers(dice: Dice, accounts: list[str], intermediaries: set[str], canaries: Canaries) -> str:
    """A sellers.json that lists these accounts among others."""
    rows: list[dict[str, object]] = []
    for account in [*accounts, *(dice.text("digits", 12) for _ in range(20))]:
        kind = "INTERMEDIARY" if account in intermediaries else "PUBLISHER"
        row: dict[str, object] = {"seller_id": account, "seller_type": kind, "is_confidential": 1}
        if dice.number(0, 3):
            row |= {
                "is_confidential": 0,
                "name": f"{dice.word().capitalize()} Media",
                "domain": f"{dice.word(4)}.example",
            }
        rows.append(row | {"comment": canaries.phrase()})
    head = {"contact_email": f"sellers@{dice.word()}.example", "version": "1.0"}
    return json.dumps(head | {"sellers": dice.shuffled(rows)}, indent=1)
