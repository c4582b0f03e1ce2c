"""How fast pages become sightings, as a ratio to bare parse-and-collect of the same pages in the same run.

    python tests/benchmarks/extraction.py [FOLDER]      # default: the invented web's pages

Baseline: selectolax (lexbor) parses each raw page and collects the addresses of scripts, frames, links and images
and the text of inline scripts. One process, no I/O, best of some rounds each, taken in turn.
"""

import argparse
import gc
import time
from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from adtrace.extract import extract_page, find_sightings
from adtrace.knowledge import load_knowledge

ROUNDS = 5


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


def measure(**jobs: Callable[[], object]) -> dict[str, float]:
    """Seconds of the best round of each job; the jobs take turns so that a noisy machine is noisy for all."""
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            gc.collect()
            start = time.perf_counter()
            job()
            best[name] = min(best.get(name, 1e9), time.perf_counter() - start)
    return best


def main() -> None:
    """Print the two standing ratios of the design (targets 0.6 and 0.4)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    folder = parser.parse_args().folder
    paths = sorted(p for p in folder.rglob("*") if p.is_file()) if folder else []
    pages = [p.read_bytes().decode("utf-8", "replace") for p in paths] or demo_pages()
    knowledge = load_knowledge()
    url = "https://page.example/"
    skeletons = [extract_page(page, url=url).skeleton for page in pages]
    best = measure(
        baseline=lambda: [collect(page) for page in pages],
        sightings=lambda: [find_sightings(skeleton, url=url) for skeleton in skeletons],
        whole=lambda: [extract_page(page, url=url) for page in pages],
    )
    size = sum(map(len, pages)) / len(pages) / 1024
    print(f"{len(pages)} pages of {size:.0f} KB on average, {len(knowledge.cards)} cards")
    for name, seconds in best.items():
        print(
            f"{name:10} {seconds / len(pages) * 1e3:7.2f} ms a page   ratio {best['baseline'] / seconds:.2f}"
        )


if __name__ == "__main__":
    main()
