"""One document in, all that is known of it out: skeleton, page state, sightings, proposals. Pure."""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO

from adtrace.extract import (
    adagents_json,
    addresses,
    ads_txt,
    amp,
    calls,
    click_urls,
    loops,
    made_elements,
    openrtb,
    prebid,
    scripts,
    sellers_json,
    serialised,
    supply_chain,
    tags,
    unidentified,
    values,
    vast,
)
from adtrace.extract.attributes import host_of
from adtrace.extract.finder import Finder
from adtrace.extract.headers import find as find_headers
from adtrace.extract.headers import header_lines, without_headers
from adtrace.extract.literals import with_whole_characters
from adtrace.extract.markup import Facts
from adtrace.extract.page_state import StateInput, page_state
from adtrace.extract.reading import Skeleton
from adtrace.extract.sighting import DocumentKind, Extraction, PageState, Proposal, Sighting
from adtrace.extract.skeleton import SkeletonWriter, same_site_links
from adtrace.extract.wide import Source, wide_encoding
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.names import join_url

# A detector is a place on a page. Each gets the finder and adds what it sees; click URLs build on the networks before.
_MARKUP = (
    find_headers,
    vast.find,
    openrtb.find,
    addresses.find,
    tags.find,
    amp.find,
    scripts.find,
    prebid.find,
    supply_chain.find,
    made_elements.find,
    serialised.find,
    values.find,
    calls.find,
    loops.find,
    click_urls.find,
    vast.find_unknown,
    unidentified.find,
)
_CODE = (
    vast.find,
    openrtb.find,
    addresses.find,
    scripts.find,
    prebid.find,
    supply_chain.find,
    made_elements.find,
    serialised.find,
    values.find,
    calls.find,
    loops.find,
    click_urls.find,
    vast.find_unknown,
)
DETECTORS: dict[str, tuple[Callable[[Finder], None], ...]] = {
    "page": _MARKUP,
    "frame": _MARKUP,
    "script": _CODE,
    "vast": _CODE,
    "worker": (*_CODE, unidentified.find),
    "ads_txt": (ads_txt.find,),
    "app_ads_txt": (ads_txt.find,),
    "adagents_json": (adagents_json.find,),
    "sellers_json": (sellers_json.find,),
}
# Of these the standards want UTF-8.
_DECLARING = frozenset(("ads_txt", "app_ads_txt", "adagents_json"))
# What names further documents: pages, and what ad networks serve into them.
_NAMING = frozenset(("page", "frame", "script", "vast"))
# An address in code that a video player asks for an ad: the words of VAST and VMAP in its path or its answer's format.
_AD_REQUEST = re.compile(
    r"(?i)[/_-]v(?:ast|map)\d?(?:[-_./?]|$)|[?&][a-z_]{2,20}=(?:xml_)?v(?:ast|map)\d?(?:&|$)"
)
# An ad answer that is data and not markup is read as code.
_JSON = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*[{\[\"\]])")


def extract_page(
    body: bytes | str | Source,
    *,
    kind: DocumentKind = "page",
    url: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
    status: int | None = None,
    at: date | None = None,
    source: str | None = None,
    key: bytes = b"",
    keep: sellers_json.Wanted | None = None,
    links: int = 0,
    knowledge: Knowledge | None = None,
) -> Extraction:
    """All that one document says.

    body: text, or bytes of UTF-8, UTF-16 or UTF-32; also what they are read from, of a sellers.json never whole in
    memory.
    url: where it came from, for relative addresses and the page's own site.
    at: the day whose hosts and parents count (None: any). key: keys the hashes of addresses that are not kept.
    keep: of a sellers.json, whose rows to keep (None: all). links: how many same-site links to propose.
    """
    knowledge = knowledge or load_knowledge()
    headers = tuple(headers)
    writer = SkeletonWriter(kind, key, knowledge)
    if kind in ("page", "frame"):
        writer.begin(header_lines(headers, knowledge))
    text, limits = _write_skeleton(body, kind, writer, keep)
    sha256 = hashlib.sha256(text.encode("ascii")).hexdigest()
    finder = _read(text, sha256, knowledge, url=url, at=at, source=source, headers=headers)
    sightings = finder.settle()
    limits += finder.limits
    return Extraction(
        kind=kind,
        skeleton=text,
        skeleton_sha256=sha256,
        page_state=_state(writer.facts, without_headers(text), url, status, headers, _carries_ads(sightings))
        if kind == "page"
        else None,
        sightings=sightings,
        proposals=_proposals(writer.facts, sightings, finder.ad_tags, knowledge, url, links)
        if kind in _NAMING
        else adagents_json.propose(sightings),
        scrubbed=writer.scrubbed,
        parse_status="; ".join(dict.fromkeys(limits)) or "complete",
        knowledge=knowledge.hash,
    )


def _write_skeleton(
    body: bytes | str | Source,
    kind: DocumentKind,
    writer: SkeletonWriter,
    keep: sellers_json.Wanted | None,
) -> tuple[str, list[str]]:
    """The document's skeleton, and what bounds and specifications left unread."""
    if kind == "sellers_json":
        return sellers_json.write_skeleton(_as_source(body), keep)
    text, encoding = _as_text(body)
    if kind not in _DECLARING:
        return _write_answer(text, kind, writer)
    skeleton, limits = (
        adagents_json.write_skeleton(text) if kind == "adagents_json" else ads_txt.write_skeleton(text, kind)
    )
    return skeleton, [*([f"{kind}: {encoding} in place of UTF-8"] if encoding else []), *limits]


def _write_answer(text: str, kind: DocumentKind, writer: SkeletonWriter) -> tuple[str, list[str]]:
    if kind == "vast" or vast.is_vast(text):
        return vast.write_skeleton(text, kind)
    if kind in ("page", "frame") and not _JSON.match(text):
        return writer.page(text), writer.limits
    return writer.script(text), writer.limits


def _as_text(body: bytes | str | Source) -> tuple[str, str | None]:
    """The document's text, and the wide encoding it is written in, if it is."""
    if isinstance(body, str):
        # Half of a surrogate pair is no character: no search takes it, and no output carries it.
        return with_whole_characters(body), None
    raw = body if isinstance(body, bytes) else body.read(-1)
    encoding = wide_encoding(raw[:4])
    return raw.decode(encoding or "utf-8", "replace"), encoding


def _as_source(body: bytes | str | Source) -> Source:
    """The document to be read in pieces."""
    if isinstance(body, str):
        body = body.encode("utf-8", "replace")
    return BytesIO(body) if isinstance(body, bytes) else body


def find_sightings(
    skeleton: str,
    *,
    url: str | None = None,
    at: date | None = None,
    source: str | None = None,
    knowledge: Knowledge | None = None,
) -> list[Sighting]:
    """The sightings in a stored skeleton, in its order; the same as when it was made if the cards are the same."""
    knowledge = knowledge or load_knowledge()
    sha256 = hashlib.sha256(skeleton.encode("ascii")).hexdigest()
    return _read(skeleton, sha256, knowledge, url=url, at=at, source=source, headers=()).settle()


def _read(
    text: str,
    sha256: str,
    knowledge: Knowledge,
    *,
    url: str | None,
    at: date | None,
    source: str | None,
    headers: Iterable[tuple[str, str]],
) -> Finder:
    finder = Finder(Skeleton(text), sha256, knowledge, url=url, at=at, source=source, headers=headers)
    for detect in DETECTORS[finder.skeleton.kind]:
        detect(finder)
    return finder


def _carries_ads(sightings: Iterable[Sighting]) -> bool:
    """Whether a tag of an ad network runs on the page, at once or after consent, or one that behaves like it."""
    return any(
        sighting.kind in ("network", "unidentified")
        and sighting.advertising
        and sighting.basis == "embedded"
        and sighting.state in ("live", "gated")
        for sighting in sightings
    )


def _state(
    facts: Facts,
    skeleton: str,
    url: str | None,
    status: int | None,
    headers: tuple[tuple[str, str], ...],
    has_ads: bool,
) -> PageState:
    return page_state(
        StateInput(
            url=url,
            status=status,
            headers=headers,
            text=" ".join(facts.text),
            title=facts.title,
            skeleton=skeleton,
            elements=facts.elements,
            scripts=facts.scripts,
            text_chars=facts.text_chars,
            links=facts.links,
            has_password=facts.has_password,
            refresh=facts.refresh,
            has_ads=has_ads,
        )
    )


def _proposals(
    facts: Facts,
    sightings: Iterable[Sighting],
    ad_tags: Iterable[str],
    knowledge: Knowledge,
    url: str | None,
    links: int,
) -> list[Proposal]:
    """What the document itself names that could be asked for: loaders, frames, ad requests, workers, its own pages."""
    found: dict[tuple[str, str], str | None] = {}  # address and kind: whose it is

    def propose(address: str, kind: str, network: str | None = None) -> None:
        absolute = join_url(url, address)
        if absolute and absolute.startswith(("http://", "https://")):
            found.setdefault((absolute, kind), network)

    for sighting in sightings:
        # What an ad names is the ad's: an ad tag in an ad is asked for by nobody but a player.
        if (
            sighting.kind == "network"
            and sighting.url
            and sighting.state == "live"
            and sighting.basis != "served"
        ):
            path = sighting.locator.path
            if path.endswith("@src") and "script[" in path:
                propose(sighting.url, "script", sighting.network)
            elif path.endswith("@src") and "frame[" in path:
                propose(sighting.url, "frame", sighting.network)
            elif path.endswith("#text") and sighting.url.partition("?")[0].endswith(".js"):
                propose(sighting.url, "script", sighting.network)
            elif path.endswith("#text") and _AD_REQUEST.search(sighting.url):
                propose(sighting.url, "vast", sighting.network)
    for tag in ad_tags:
        card = knowledge.card_of_host(host_of(tag) or "")
        propose(tag, "vast", card.id if card else None)
    for worker in facts.workers:
        propose(worker, "worker")
    if facts.refresh:
        propose(facts.refresh, "redirect")
    effects = knowledge.effects_of([address for address, _ in found])
    named = [
        Proposal(address, kind, network, effect if network else None)
        for ((address, kind), network), effect in zip(found.items(), effects, strict=True)
    ]
    return [*named, *(_links(facts, url, links) if url and links else [])]


def _links(facts: Facts, url: str, limit: int) -> list[Proposal]:
    origin = "/".join(url.split("/")[:3]) + "/"
    return same_site_links(facts, url, lambda link: link.startswith(origin), limit)
