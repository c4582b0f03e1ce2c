"""What is fuzzed: each target takes any bytes and raises AssertionError where a promise does not hold.

`python -m tests.fuzz.run policy|sniffer|scrubber|skeleton|clicks` runs one under coverage guidance (atheris).
A finding becomes a file in findings/<target>/, which test_targets.py replays for ever.
"""

from collections.abc import Callable
from typing import Any

from adtrace.extract import extract_page
from adtrace.extract.scrub import scrub
from adtrace.extract.unwrap import unwrap
from adtrace.fetch.charset import decode_text
from adtrace.fetch.messages import ScopeRule
from adtrace.fetch.parts import canonical_url
from adtrace.fetch.policy import REACHES, Scope, may_request
from adtrace.fetch.response import CONTENT_TYPES, may_read
from adtrace.fetch.sniff import Sniffer

SITE, NETWORK = "clip.example", "adnet.example"
_SCOPE = Scope(
    [ScopeRule(1, "domain", SITE), ScopeRule(2, "url", "short.example", "https://short.example/a?b=c")]
)
_DOCUMENTS = tuple(CONTENT_TYPES)


class _Cards:
    roles = ("ad_network",)
    advertising = True

    def card_of_host(self, host: str, /) -> Any:
        return self if host == NETWORK or host.endswith(f".{NETWORK}") else None

    def card_of_sellers_json(self, url: str, /) -> Any:
        return self if url == f"https://{NETWORK}/sellers.json" else None

    def effect_of(self, url: str, /) -> Any:
        return "generic" if "/generic" in url else "unknown"


def policy(data: bytes) -> None:
    """Only canonical addresses of the scope or of a card pass; headers are judged without an exception."""
    choice, rest = data[:1] or b"\0", data[1:]
    reach, document = REACHES[choice[0] % 3], _DOCUMENTS[choice[0] // 3 % len(_DOCUMENTS)]
    url = rest.decode("utf-8", "surrogateescape")
    for address in (url, f"https://{SITE}{url}", f"https://{url}.{SITE}/", f"https://{NETWORK}/{url}"):
        verdict = may_request(
            address, document, scope=_SCOPE, reach=reach, knowledge=_Cards(), named_by=f"https://{SITE}/"
        )
        assert verdict.rule != "guard/error", verdict.reason
        if verdict.allow:
            host = address.split("/")[2]
            assert canonical_url(address) == address
            assert host in (SITE, f"www.{SITE}", "short.example") or host.endswith(NETWORK)
            assert reach != "page" or not host.endswith(NETWORK)
    lines = [line.partition(b":") for line in rest.split(b"\n")]
    headers = [(name, value.strip()) for name, _, value in lines]
    status = 200 + choice[0]
    verdict = may_read(document, status, headers)
    assert verdict.rule != "guard/error", verdict.reason
    if verdict.allow:
        names = [name.lower() for name, _ in headers]
        assert names.count(b"content-type") == 1
        assert not 300 <= status <= 399


def sniffer(data: bytes) -> None:
    """Every way of cutting a stream gives one verdict; whatever holds a binary byte is refused."""
    step, body = (data[0] if data else 0) + 1, data[1:]
    whole, cut = Sniffer(), Sniffer()
    verdict = whole.may_keep(body)
    last = cut.may_keep(b"")
    for start in range(0, len(body), step):
        last = cut.may_keep(body[start : start + step])
    assert last == verdict, (last, verdict)
    assert verdict.rule != "guard/error"
    if any(byte in body for byte in b"\x00\x01\x08\x0b\x0e\x1a\x1c\x1f"):
        assert not verdict.allow


def scrubber(data: bytes) -> None:
    """No data address of media stays, what is scrubbed is said, and scrubbing again changes nothing."""
    text = data.decode("latin-1")
    clean, told = scrub(text, "script")
    assert bool(told) or clean == text
    again, _ = scrub(clean, "script")
    assert again == clean


def skeleton(data: bytes) -> None:
    """Any bytes are a page: read without an exception, and no prose of it is kept."""
    canary = "zqxkvbwpj"
    _, text = decode_text(data, "text/html", markup=True)
    found = extract_page(f"{text}<title>{canary} of words</title>", url=f"https://{SITE}/", key=b"fuzz")
    assert found.skeleton.startswith("skeleton-1 ")
    for sighting in found.sightings:
        locator = sighting.locator
        assert 0 <= locator.start <= locator.end <= len(found.skeleton)


def clicks(data: bytes) -> None:
    """Any text is unwrapped without an exception; again, the landing and what is shown of the URL lead to the same."""
    found = unwrap(data.decode("utf-8", "surrogateescape"))
    assert (found.landing is None) == (found.kind in ("opaque", "invalid"))
    if found.landing is not None:
        assert unwrap(found.landing).landing == found.landing
        assert unwrap(found.input).landing == found.landing


TARGETS: dict[str, Callable[[bytes], None]] = {
    "policy": policy,
    "sniffer": sniffer,
    "scrubber": scrubber,
    "skeleton": skeleton,
    "clicks": clicks,
}
