"""A case of any size from invented sightings, for benchmarks that ask how the work grows with it.

Written through Case itself: each domain is read twice, a fifth keep an ads.txt, operators hold their house accounts on
about eight domains, networks follow a Zipf law.
"""

import argparse
import hashlib
import resource
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from adtrace.case import Case, Entry
from adtrace.extract.sighting import Extraction, Locator, PageState, Sighting
from adtrace.relate.links import links_of

NETWORKS = 400
RUNS = 2
_PER_OPERATOR = 8


class Writer:
    """Writes an invented case of a given size; the same for the same seed."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.case = Case.create(folder, operator="a benchmark", purpose="to measure")
        self.dice = Random(seed)
        self.sightings = self.made = 0

    def write(self, domains: int, sightings: int) -> None:
        """This many domains, and captures of them until there are about this many sightings."""
        names = [f"site-{number}.example" for number in range(domains)]
        with self.case.transaction():
            seqs = self.case.add_entries(
                [
                    Entry(domain=name, unit="domain", authority="A", reference=name, site_role="dedicated")
                    for name in names
                ]
            )
        declaring = domains // 5
        lines = sightings // 5 // max(declaring, 1)
        per_page = max(2, (sightings - declaring * lines) // (domains * RUNS))
        for first in range(0, domains, 50):
            with self.case.transaction():
                for number in range(first, min(first + 50, domains)):
                    page = self._page(number, per_page)
                    for run in range(RUNS):
                        self._capture(seqs[number], names[number], run, "page", page)
                    if number < declaring:
                        self._capture(seqs[number], names[number], 0, "ads_txt", self._ads_txt(number, lines))

    def _sighting(self, **fields: Any) -> Sighting:
        self.made += 1
        plain: dict[str, Any] = {
            "id": f"{self.made:032x}",
            "value": "x",
            "basis": "embedded",
            "state": "live",
            "certainty": "likely",
            "locator": Locator("page", f"script[{self.made}]", 0, 1),
            "rule": "benchmark/tag@000000000000",
        }
        return Sighting(**{**plain, **fields})

    def _page(self, number: int, size: int) -> list[Sighting]:
        operator = number // _PER_OPERATOR
        found: list[Sighting] = []
        house = [f"net-{operator % NETWORKS}", f"net-{operator * 7 % NETWORKS}"]
        while len(found) < size:
            network = house.pop() if house else f"net-{min(int(self.dice.paretovariate(0.7)), NETWORKS) - 1}"
            is_house = len(found) < 4
            tag = self._sighting(kind="network", network=network, company=f"{network} Ltd")
            holder = f"{operator}" if is_house else f"{number}-{len(found)}"
            found += [
                tag,
                self._sighting(
                    kind="account",
                    network=network,
                    company=f"{network} Ltd",
                    account=holder,
                    account_kind="publisher_id" if is_house else "zone_id",
                    scope="account" if is_house else "slot",
                ),
            ]
            if not self.dice.randrange(9):
                inner = f"net-{self.dice.randrange(NETWORKS)}"
                found.append(self._sighting(kind="network", network=inner, via=tag.id))
            if not self.dice.randrange(9):
                brand = f"brand-{self.dice.randrange(500)}.test"
                about = {"brand": brand, "ad_domain": brand, "role": "affiliate_merchant", "basis": "landing"}
                found.append(self._sighting(kind="brand", network=network, via=tag.id, **about))
        return found

    def _ads_txt(self, number: int, lines: int) -> list[Sighting]:
        return [
            self._sighting(
                kind="declaration",
                network=f"net-{self.dice.randrange(NETWORKS)}",
                account=f"s{self.dice.randrange(20000)}",
                account_kind="seller_id",
                scope="account",
                basis="declared",
                locator=Locator("ads_txt", f"line {line}", 0, 1),
                declared={"relation": "DIRECT" if line % 3 else "RESELLER"},
            )
            for line in range(lines)
        ]

    def _capture(self, entry: int, domain: str, run: int, document: Any, found: list[Sighting]) -> None:
        own = "".join(f'<p class="{entry:x}-{n // 3}">\n' for n in range(300))
        skeleton = f"skeleton-1 {document}\n{own}" + "".join(f"{one.network}\n" for one in found)
        sha256 = hashlib.sha256(skeleton.encode()).hexdigest()
        state = PageState("operator", "default") if document == "page" else None
        extraction = Extraction(document, skeleton, sha256, state, found, [], [], "complete", "benchmark")
        decision = {
            "entry": entry,
            "url": f"https://{domain}/{document}",
            "document": document,
            "verdict": "allow",
            "run": run,
            "depth": 0,
        }
        number = self.case.append("decision", decision, (entry,))
        outcome: dict[str, object] = {"decision": number, "status": 200, "bytes_seen": len(skeleton)}
        self.case.add_capture(outcome, document, skeleton, extraction, links_of)
        self.sightings += len(found)


def large_case(about: str | None, *, domains: int = 20_000, sightings: int = 1_000_000) -> Path:
    """The folder of the case that the command line asks for: --case, made there if it is not, else a new one.

    about: what --help says. domains, sightings: of a new case, unless the command line says otherwise.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domains", type=int, default=domains)
    parser.add_argument("--sightings", type=int, default=sightings)
    parser.add_argument("--case", type=Path, help="keep the case there for the next time")
    arguments = parser.parse_args()
    folder: Path = arguments.case or Path(tempfile.mkdtemp()) / "case"
    if not (folder / "case.db").is_file():
        start = time.process_time()
        writer = Writer(folder)
        with writer.case:
            writer.write(arguments.domains, arguments.sightings)
        print(f"written   {writer.sightings:,} sightings in {time.process_time() - start:.1f} s")
    return folder


def peak_mib() -> float:
    """The most memory this process has had, with all that Python is."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
