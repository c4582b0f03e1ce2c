"""How fast pages become sightings, as a ratio to bare parse-and-collect of the same pages in the same run.

    python tests/benchmarks/extraction.py [FOLDER]      # default: the invented web's pages

Baseline: selectolax (lexbor) parses each raw page and collects the addresses of scripts, frames, links and images
and the text of inline scripts. One process, no I/O, processor time, best of some rounds each, taken in turn.

Printed: the two standing ratios of the design (targets 0.6 and 0.4); the whole for pages not seen before, as a crawl
meets them; where the time goes; what twice as many cards cost (target: less than 10 % more); how many scripts reach the
JavaScript parser; the worst pages at two sizes.
"""

import argparse
import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from adtrace.extract import extract_page, find_sightings
from adtrace.extract.document import DETECTORS
from adtrace.extract.finder import Finder
from adtrace.extract.reading import Skeleton
from adtrace.extract.sighting import DocumentKind
from adtrace.extract.skeleton import SkeletonWriter
from adtrace.extract.values import scripts_that_make_values
from adtrace.knowledge import Knowledge, load_knowledge

ROUNDS = 5
URL = "https://page.example/"
# Each as its unit and how often it stands in a page: a long minified script, many tags, code that never closes.
WORST = {
    "1 MB of minified script": ('!function(e,t){var n="a b",r=e[t]||{};r.q=n+"//x.example/"+t}(window,"z7");', 12_000),
    "10^5 tags": ('<a href="https://h.example/a-b-c?zone=1" class="x y" data-id="9"></a>', 100_000),
    "10^5 links of a shape": ('<a href="//h{n}.example/7c41e09b2d5f8a36c0e7b1498f2d50a3/invoke.js">', 100_000),
    "10^5 open templates": ('<template><ins data-ad-slot="{n}">', 100_000),
    "10^5 kinds of tag": ('<t{n} data-ad-client="ca-pub-7031845296418273">', 100_000),
    "10^5 loaders": ('<script async src="//h{n}.example/{n}/invoke.js"></script>', 100_000),
    "1 MB of open quotes": ("x='\\'(/[\\\"`${", 70_000),
}  # fmt: skip


def demo_pages() -> list[str]:
    """The HTML of an invented web of 200 domains."""
    from adtrace.demo import build_world

    answers = [a for site in build_world(seed=1, domains=200).sites for a in site.answers.values()]
    return [
        a.body.decode("utf-8", "replace") for a in answers if (a.content_type or "").startswith("text/html")
    ]


def collect(html: str) -> list[str | None]:
    """What a bare parser run takes out of a page."""
    found: list[str | None] = []
    for node in LexborHTMLParser(html).css("script,iframe,a,link,img"):
        found.append(node.attributes.get("src") or node.attributes.get("href"))
        if node.tag == "script":
            found.append(node.text())
    return found


def measure(rounds: int = ROUNDS, /, **jobs: Callable[[], object]) -> dict[str, float]:
    """Seconds of the best round of each job; the jobs take turns so that a noisy machine is noisy for all."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, job in jobs.items():
            gc.collect()
            start = time.process_time()
            job()
            best[name] = min(best.get(name, 1e9), time.process_time() - start)
    return best


def unseen(pages: list[str]) -> float:
    """Seconds a page of the whole, of every second page, once, after the others: no search knows these texts yet."""
    for page in pages[::2]:
        extract_page(page, url=URL)
    start = time.process_time()
    for page in pages[1::2]:
        extract_page(page, url=URL)
    return (time.process_time() - start) / max(len(pages) // 2, 1)


def stages(skeletons: list[str], knowledge: Knowledge) -> dict[str, float]:
    """Seconds of each detector over all skeletons."""
    spent: dict[str, float] = {}
    for text in skeletons:
        finder = Finder(Skeleton(text), "", knowledge, url=URL, at=None, source=None)
        for detect in DETECTORS[finder.skeleton.kind]:
            start = time.process_time()
            detect(finder)
            name = detect.__module__.rpartition(".")[2]
            spent[name] = spent.get(name, 0) + time.process_time() - start
    return dict(sorted(spent.items(), key=lambda item: -item[1]))


def fewer_cards(knowledge: Knowledge, skeletons: list[str]) -> Knowledge:
    """Half of the cards, with all that these pages hold: the other half then adds nothing but its own weight."""
    seen = {s.network for text in skeletons for s in find_sightings(text, url=URL, knowledge=knowledge)}
    unseen = [card for card in knowledge.cards if card not in seen]
    return knowledge.only(set(knowledge.cards) - set(unseen[: len(knowledge.cards) // 2]))


def worst() -> Iterator[tuple[str, float, float]]:
    """(name, seconds at half its size, seconds) of each of the worst pages."""
    for name, (unit, count) in WORST.items():
        times = []
        kind: DocumentKind = "page" if unit.startswith("<") else "script"
        for number in (count // 2, count):
            body = "".join(unit.replace("{n}", str(n)) for n in range(number))
            start = time.process_time()
            extract_page(body, kind=kind, url=URL)
            times.append(time.process_time() - start)
        yield name, times[0], times[1]


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    folder = parser.parse_args().folder
    paths = sorted(p for p in folder.rglob("*") if p.is_file()) if folder else []
    pages = [p.read_bytes().decode("utf-8", "replace") for p in paths] or demo_pages()
    knowledge = load_knowledge()
    first = unseen(pages)
    skeletons = [extract_page(page, url=URL).skeleton for page in pages]
    best = measure(
        baseline=lambda: [collect(page) for page in pages],
        sightings=lambda: [find_sightings(skeleton, url=URL) for skeleton in skeletons],
        skeleton=lambda: [SkeletonWriter("page", b"", knowledge).page(page) for page in pages],
        whole=lambda: [extract_page(page, url=URL) for page in pages],
    )
    count = len(pages)
    print(f"{count} pages of {sum(map(len, pages)) / count / 1024:.0f} KB, {len(knowledge.cards)} cards")
    for name, seconds in best.items():
        print(f"{name:10} {seconds / count * 1e3:7.2f} ms a page   ratio {best['baseline'] / seconds:.2f}")
    print(f"{'unseen':10} {first * 1e3:7.2f} ms a page   the whole, of pages not seen before")

    print("detectors, ms a page:")
    print(
        " ".join(f"{name} {spent / count * 1e3:.2f}" for name, spent in stages(skeletons, knowledge).items())
    )

    half = fewer_cards(knowledge, skeletons)
    grown = measure(
        half=lambda: [find_sightings(skeleton, url=URL, knowledge=half) for skeleton in skeletons],
        all=lambda: [find_sightings(skeleton, url=URL) for skeleton in skeletons],
    )
    print(
        f"{len(half.cards)} cards {grown['half'] / count * 1e3:.2f} ms, {len(knowledge.cards)} cards "
        f"{grown['all'] / count * 1e3:.2f} ms a page: {grown['all'] / grown['half'] - 1:+.0%}"
    )
    read = [Skeleton(text) for text in skeletons]
    parsed, scripts = (
        sum(len(list(scripts_that_make_values(s, knowledge))) for s in read),
        sum(len(s.scripts) for s in read),
    )
    print(f"{parsed} of {scripts} scripts reach the JavaScript parser ({parsed / max(scripts, 1):.1%})")
    for name, seconds, twice in worst():
        print(f"{name:24} {twice:6.2f} s, {twice / seconds:.1f} times what half of it takes")


if __name__ == "__main__":
    main()
