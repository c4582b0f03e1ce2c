"""A folder of sellers.json files, one an ad system (IAB Tech Lab, sellers.json 1.0), or one of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from adtrace.errors import UsageError
from adtrace.extract.sellers_rows import Rows
from adtrace.knowledge.packs.pack import PackEntry, clean_sites
from adtrace.knowledge.packs.reading import files_of, open_file

KIND = "sellers-json"
WHAT = "a folder of sellers.json files"


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a domain of an intermediary, under its most frequent name; publishers are nobody's ad tech.

    How the systems call each other: who sells through one as INTERMEDIARY or BOTH may run ads of its own elsewhere.
    Rows are read as extraction reads them, one in memory; a file that cannot be read, or is no list of sellers,
    is named in skipped.
    """
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for file in files_of(path, ".json"):
        for kind, name, domain in _intermediaries(file, skipped):
            for site in clean_sites([domain]):
                names[site][name] += 1
                kinds[site].add(kind)
    for site, counts in sorted(names.items()):
        name = max(counts, key=lambda n: (counts[n], n))
        yield PackEntry(name, name, f"seller: {', '.join(sorted(kinds[site]))}", [], [site])


def _intermediaries(file: Path, skipped: list[str]) -> Iterator[tuple[str, str, str]]:
    """(seller_type, name, domain) of each row that states all three and sells for others."""
    try:
        with open_file(file) as opened:
            rows = Rows(opened)
            for row in rows:
                texts = (row.get(key) for key in ("seller_type", "name", "domain"))
                kind, name, domain = (text.strip() if isinstance(text, str) else "" for text in texts)
                if kind.lower() in ("intermediary", "both") and name and domain:
                    yield kind.lower(), name, domain
    except UsageError as error:
        skipped.append(f"{file}: {error.what}")
        return
    if rows.broken:
        skipped.append(f"{file}: {rows.broken}.")
    if refused := rows.refused.total():
        skipped.append(f"{file}: {refused} of {rows.number} rows ({', '.join(rows.refused)}).")
