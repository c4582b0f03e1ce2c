"""Which addresses an entry asks for, and which follow from an outcome. Pure: the policy decides each."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec.structs import replace

from adtrace.extract.sighting import DocumentKind, Proposal
from adtrace.fetch.messages import Answer, ScopeRule
from adtrace.fetch.parts import DECLARATIONS, recorded_url
from adtrace.names import registrable_domain

MAX_HOPS = 5
MAX_ATTEMPTS = 2
# Where push networks tell publishers to put their service worker (knowledge of places, not of networks).
WORKER_PATHS = ("/sw.js", "/service-worker.js", "/firebase-messaging-sw.js", "/OneSignalSDKWorker.js")
# Where the standards put what a site declares (ads.txt 1.1; adagents.json: AdCP, RFC 8615).
DECLARED_AT: dict[str, DocumentKind] = {
    "/ads.txt": "ads_txt",
    "/app-ads.txt": "app_ads_txt",
    "/.well-known/adagents.json": "adagents_json",
}
# Of one page; the sightings name every tag all the same.
MAX_NAMED_BY_A_PAGE = 40
# Of one entry and run, behind what its pages name: a network that names ever new addresses ends here.
MAX_CHAINED = 60

_PLAIN_WORD = re.compile(r"[A-Za-z]{0,20}")
_DOCUMENTS: dict[str, DocumentKind] = {
    "page": "page",
    "redirect": "page",
    "script": "script",
    "frame": "frame",
    "vast": "vast",
    "worker": "worker",
}


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One address that could be asked for.

    entry: whose it is; None for a network's own file. parent: the outcome that led here; hops: redirects since the
    address first thought of. named_by: the document that named it. Of pages, depth counts links from the front page;
    of declarations it is 1 where another's reference led.
    Of what ad networks serve, it counts their documents from the page on, this one too: 1 for what a page names;
    origin is that page, None where it is named_by itself.
    """

    url: str
    document: DocumentKind
    entry: int | None
    parent: int | None = None
    named_by: str | None = None
    origin: str | None = None
    depth: int = 0
    hops: int = 0
    attempt: int = 1


def front_page(rule: ScopeRule) -> Candidate:
    """What an entry asks for first: its URL for unit=url, else https://host/."""
    url = rule.url if rule.unit == "url" and rule.url else f"https://{rule.host}/"
    return Candidate(url=url, document="page", entry=rule.entry)


def is_front(candidate: Candidate, rule: ScopeRule) -> bool:
    """Whether this address is the one the entry itself stands for, whoever led there."""
    if rule.unit == "url":
        return candidate.url == rule.url
    return candidate.document == "page" and candidate.url in (f"https://{rule.host}/", f"http://{rule.host}/")


def companions(rule: ScopeRule, front: Candidate) -> list[Candidate]:
    """What is asked beside a front page that could be reached; [] for unit=url, which is that URL alone.

    ads.txt, app-ads.txt and adagents.json of the host and of its registrable domain, worker files of the host,
    by the scheme that worked. The registrable domain may be out of scope: the policy says so.
    """
    if rule.unit == "url":
        return []
    scheme = urlsplit(front.url).scheme
    root = registrable_domain(rule.host)
    hosts = [rule.host] if root in {None, rule.host} else [rule.host, str(root)]
    wanted: list[tuple[str, DocumentKind]] = []
    for host in hosts:
        wanted += [(host + path, kind) for path, kind in DECLARED_AT.items()]
    wanted += [(rule.host + path, "worker") for path in WORKER_PATHS]
    return [Candidate(url=f"{scheme}://{url}", document=kind, entry=rule.entry) for url, kind in wanted]


def redirect_target(candidate: Candidate, location: str | None) -> Candidate | None:
    """The next hop, or None if the location is no URL that may be written down.

    A declaration may be kept at a network: the file that redirects there is what names that address.
    """
    url = recorded_url(location, candidate.url) if location else None
    named_by = candidate.named_by or (candidate.url if candidate.document in DECLARATIONS else None)
    return replace(candidate, url=url, hops=candidate.hops + 1, attempt=1, named_by=named_by) if url else None


def referred(candidate: Candidate, proposals: Iterable[Proposal]) -> list[Candidate]:
    """Where a declaration says that it stands itself: one hop further, of depth 1; [] if it does not say so.

    The protocol allows one hop: none leads on from there, and no redirect does (AdCP, Managed Network Deployment).
    """
    targets = (redirect_target(candidate, one.url) for one in proposals if one.kind == "redirect")
    return [replace(target, depth=1) for target in targets if target]


def is_referred(candidate: Candidate) -> bool:
    """Whether another declaration's reference led here."""
    return candidate.document in DECLARATIONS and candidate.depth > 0


def second_try(candidate: Candidate) -> Candidate:
    """The same again, as attempt 2."""
    return replace(candidate, attempt=candidate.attempt + 1)


def plain_http(candidate: Candidate, rule: ScopeRule) -> Candidate | None:
    """http://host/ for an entry's https://host/ that could not be connected to; None for any other address."""
    if rule.unit == "url" or candidate.url != f"https://{rule.host}/":
        return None
    return Candidate(url=f"http://{rule.host}/", document="page", entry=rule.entry)


def is_transient(answer: Answer) -> bool:
    """Whether asking once more may give another outcome."""
    if answer.outcome != "failed":
        return False
    if answer.layer == "status":
        return answer.status in {429, 502, 503, 504}
    return answer.layer in {"timeout", "reset", "truncated"}


def is_unreachable(answer: Answer) -> bool:
    """Whether no server of that name and scheme answered with as much as a status."""
    return answer.outcome == "failed" and answer.status is None


def may_answer_plain_http(answer: Answer) -> bool:
    """Whether the connection or its TLS failed, so that http:// could still answer.

    A name that does not resolve does so for neither scheme.
    """
    return is_unreachable(answer) and answer.layer in {"connect", "tls", "timeout", "reset"}


def named_documents(candidate: Candidate, proposals: Iterable[Proposal]) -> list[Candidate]:
    """What a document names apart from links: loaders, frames, ad requests, workers, meta refreshes; each once."""
    found: dict[str, Candidate] = {}
    for proposal in proposals:
        if proposal.kind == "page" or proposal.kind not in _DOCUMENTS:
            continue
        if proposal.kind == "redirect":
            one = redirect_target(candidate, proposal.url)
        else:
            one = _named(candidate, proposal.url, _DOCUMENTS[proposal.kind])
        if one is not None:
            found.setdefault(one.url, one)
    return list(found.values())


def _named(namer: Candidate, address: str, document: DocumentKind) -> Candidate | None:
    url = recorded_url(address, namer.url)
    if url is None:
        return None
    found = Candidate(url=url, document=document, entry=namer.entry, named_by=namer.url, depth=1)
    if document == "page":
        return replace(found, depth=namer.depth + 1)
    if namer.document == "page":
        return found
    return replace(found, origin=namer.origin or namer.named_by, depth=namer.depth + 1)


def linked_pages(candidate: Candidate, proposals: Iterable[Proposal]) -> list[Candidate]:
    """The pages a page links to, in document order, the first of each path shape."""
    found: dict[tuple[str, ...], Candidate] = {}
    for proposal in proposals:
        one = _named(candidate, proposal.url, "page") if proposal.kind == "page" else None
        if one is not None:
            found.setdefault(path_shape(one.url), one)
    return list(found.values())


def path_shape(url: str) -> tuple[str, ...]:
    """Host and path with everything that names one item taken out; equal for pages made by one template.

    >>> path_shape("https://clip.example/watch/12-a-film.html?x=2") == path_shape(
    ...     "https://clip.example/watch/other.html?x=3"
    ... )
    True
    >>> path_shape("https://clip.example/about") == path_shape("https://clip.example/contact")
    False
    """
    parts = urlsplit(url)
    segments = parts.path.split("/")[1:]
    shape = []
    for place, segment in enumerate(segments):
        stem, dot, suffix = segment.rpartition(".")
        if not dot:
            stem, suffix = segment, ""
        is_item = (place > 0 and place == len(segments) - 1) or not _PLAIN_WORD.fullmatch(stem)
        shape.append(("*" if stem and is_item else stem) + dot + suffix)
    keys = sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return (parts.netloc, *shape, "?", *keys)
