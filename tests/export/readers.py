"""A case with something confirmed for each outside reader, and everything each reader can be given."""

from adtrace.export import FORMATS, Reader
from adtrace.export.parts import choose
from tests.relate.small_case import SmallCase, adsense

NETWORK, BRAND = "adsense", "shop.test"
READERS = (
    Reader("investigator"),
    Reader("taskforce"),
    Reader("network", NETWORK),
    Reader("brand", BRAND),
)
SHOP = '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshop.test%2F">x</a>'
ADS_TXT = "google.com, pub-7031845296418273, DIRECT, f08c47fec0942fa0\nother.test, 77, RESELLER\n"


def fill(small: SmallCase) -> None:
    """Two sites with the network's account, its ads.txt line and the brand; a third that nobody may be told of."""
    for domain in ("clip.example", "film.example"):
        small.site(domain, adsense(), SHOP, tlp="green")
        small.read(domain, ADS_TXT, kind="ads_txt", path="/ads.txt")
    small.site("quiet.example", adsense(), SHOP, handling="no-notice")


def judge(
    small: SmallCase, where: str = "TRUE", judgement: str = "confirmed", role: str = "analyst 7"
) -> int:
    """Judge these sightings; their number."""
    from adtrace.relate.links import links_of

    rows = [row["row"] for row in small.case.rows(f"SELECT row FROM current_sightings WHERE {where}")]
    with small.case.transaction():
        small.case.review(rows, judgement, reason="seen on the page", role=role, links=links_of)
    return len(rows)


def everything_for(reader: Reader) -> list[tuple[str, str]]:
    """Each table in each format, the graph in each, and each document this reader may have."""
    forms = [known.name for known in FORMATS if reader.audience in known.audiences]
    return choose(reader.audience, (), forms, everything=True)
