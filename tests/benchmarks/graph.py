"""How fast a large case is related and answered, with the ratio to a bare NetworkX build of the same distinct edges.

    python tests/benchmarks/graph.py [--domains N] [--sightings N] [--case FOLDER]    # default: 20,000 and 1,000,000

The case is written through Case itself from invented sightings: each domain is read twice, a fifth keep an ads.txt,
operators hold their house accounts on about eight domains, networks follow a Zipf law. One process, one thread;
targets (issue 7): 60 s, 2 GiB, ratio 3. Seconds are of the process's own work.
--case keeps the case for the next time.
"""

import argparse
import gc
import hashlib
import resource
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import networkx as nx

from adtrace.case import Case, Entry
from adtrace.extract.sighting import Extraction, Locator, PageState, Sighting
from adtrace.relate.findings import relate
from adtrace.relate.graph import build_graph
from adtrace.relate.links import links_of
from adtrace.relate.questions import answer, load_questions

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


def bare_build(case: Case) -> tuple[float, int]:
    """Seconds that NetworkX takes for the same distinct edges, given in memory with one attribute, and their number."""
    edges = [
        (source, target, key, {"count": data["count"]})
        for source, target, key, data in build_graph(case, evidence=False).edges(keys=True, data=True)
    ]
    gc.collect()
    start = time.process_time()
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edges_from(edges)
    return time.process_time() - start, len(edges)


def main() -> None:
    """Print seconds, memory and the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--domains", type=int, default=20_000)
    parser.add_argument("--sightings", type=int, default=1_000_000)
    parser.add_argument("--case", type=Path)
    parser.add_argument("--without", action="append", default=[], metavar="QUESTION")
    arguments = parser.parse_args()
    folder = arguments.case or Path(tempfile.mkdtemp()) / "case"
    if not (folder / "case.db").is_file():
        start = time.process_time()
        writer = Writer(folder)
        with writer.case:
            writer.write(arguments.domains, arguments.sightings)
        print(f"written   {writer.sightings:,} sightings in {time.process_time() - start:.1f} s")
    with Case.open(folder) as case, case.snapshot():
        questions = load_questions()
        start = time.process_time()
        build_graph(case, evidence=False)
        built = time.process_time() - start
        print(f"graph     {built:.1f} s")
        gc.collect()
        start = time.process_time()
        findings = relate(case)
        print(f"relate    {time.process_time() - start:.1f} s (the graph, holders, copies, operators)")
        for question in questions.values():
            if question.id in arguments.without:
                continue
            begun = time.process_time()
            answer(question, findings)
            print(f"  {question.id:22} {time.process_time() - begun:.2f} s")
        print(f"all       {time.process_time() - start:.1f} s; target 60")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"memory    {peak:.2f} GiB at most, with all that Python is; target 2")
        del findings
        bare, edges = bare_build(case)
        print(
            f"ratio     {built / bare:.1f} to a bare build of the same {edges:,} edges ({bare:.1f} s); goal 3"
        )


if __name__ == "__main__":
    main()
