"""Texts within the document: read by the detectors as documents of their own, told where they stand."""

from collections.abc import Callable

import msgspec

from adtrace.extract.finder import Finder
from adtrace.extract.reading import Script, Skeleton
from adtrace.extract.rewriting import UNKNOWN
from adtrace.extract.sighting import Decoded, Sighting


def read_within(finder: Finder, skeleton: str) -> Finder:
    """What the detectors find in a text within the document, given as a skeleton of its own."""
    from adtrace.extract import calls, loops, serialised, values
    from adtrace.extract.document import DETECTORS  # which names those who read texts within

    read = Finder(Skeleton(skeleton), "", finder.knowledge, url=finder.url, at=finder.at, source=None)
    for detect in DETECTORS[read.skeleton.kind]:
        if detect not in (serialised.find, values.find, calls.find, loops.find):
            detect(read)
    for limit in read.limits:
        finder.cut(limit)
    return read


def read_code(finder: Finder, code: str) -> tuple[Finder, int]:
    """What the detectors of code find in it, and where in what they read it begins."""
    elements = "<script #1>\n"
    head = f"skeleton-1 script {len(elements)}\n{elements}#script 1 {len(code)}\n"
    return read_within(finder, f"{head}{code}\n"), len(head)


def add_within(
    finder: Finder,
    script: Script,
    read: Finder,
    origin: Callable[[int, int], tuple[int, int, tuple[str, ...]]],
) -> None:
    """Add the sightings of a rewritten text at what they were made by in the script; what is literal is known already.

    origin: of a stretch of the rewritten text, the stretch of the script, and how it was made.
    """
    own = [s for s in finder.sightings if script.start <= s.locator.start < script.end]
    ids: dict[str | None, str | None] = {None: None}
    for seen in read.sightings:
        start, end, steps = origin(seen.locator.start, seen.locator.end)
        start, end = start + script.start, end + script.start
        same = next((s for s in own if _says_the_same(s, seen, start, end)), None)
        if not steps or same:
            ids[seen.id] = same.id if same else None
            continue
        known = _without_unknown(seen)
        if known is None:
            ids[seen.id] = None
            continue
        here = finder.skeleton.state_at(start)
        fields = {name: getattr(known, name) for name in _COPIED}
        decoded = (*seen.decoded, Decoded(",".join(steps), known.value))
        added = finder.add(
            seen.kind, seen.rule, start, end, card=finder.knowledge.cards.get(seen.network or ""),
            state=seen.state if here == "live" else here, via=ids.get(seen.via), decoded=decoded, **fields,
        )  # fmt: skip
        ids[seen.id] = added.id if added else None
        if added and added.state == "live" and seen.network in read.loaders:
            finder.loaders.add(seen.network)


def _without_unknown(seen: Sighting) -> Sighting | None:
    """The sighting without what stands for the unknown: of an address what comes before it; None if nothing is said.

    Shown as *: a network is known by what stands around it, an account, a landing or a site is not.
    """
    if UNKNOWN not in f"{seen.value} {seen.url} {seen.host} {seen.declared}":
        return seen
    if seen.kind not in ("network", "account") or UNKNOWN in (seen.account or ""):
        return None
    host = seen.host and seen.host.rpartition(UNKNOWN)[2].lstrip(".")
    return msgspec.structs.replace(
        seen,
        value=seen.value.replace(UNKNOWN, "*"),
        host=host if host and "." in host else None,
        url=seen.url.partition(UNKNOWN)[0] if host == seen.host and seen.url else None,
    )


def _says_the_same(known: Sighting, seen: Sighting, start: int, end: int) -> bool:
    """Whether the script said as much before: the same id anywhere, or the same network by a shape where this is made.

    That a host is a network's says less than a shape does.
    """
    if known.kind != seen.kind or known.network != seen.network:
        return False
    if seen.kind == "account":
        return known.account == seen.account
    overlaps = known.locator.start < end and start < known.locator.end
    return overlaps and ("/host@" in seen.rule or "/host@" not in known.rule)


_COPIED = "value host basis certainty account account_kind scope brand role url declared".split()
