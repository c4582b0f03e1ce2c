"""A small case read from invented pages by the real extractor; every name in it is invented."""

import itertools
from pathlib import Path
from typing import Any

from adtrace.case import Case, Entry
from adtrace.extract import extract_page
from adtrace.extract.sighting import Locator, Sighting
from adtrace.relate.links import links_of

PUBLISHER = "pub-7031845296418273"
_ids = itertools.count()
# What the note of a run holds, as far as others read it.
RUN: dict[str, object] = {
    "event": "run_started",
    "reach": "page",
    "pages": 0,
    "egress": "direct",
    "profile": {"egress": "direct", "language": "en", "user_agent": "adtrace"},
    "knowledge": "0",
    "policy": "0",
    "entries": 3,
}


def adsense(publisher: str = PUBLISHER) -> str:
    """A live AdSense tag: a network and an account of scope account."""
    return (
        '<script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js'
        f'?client=ca-{publisher}"></script>'
    )


def page(*parts: str, name: str = "x") -> str:
    """A page of these parts in markup of its own, so that two pages are no copies of each other."""
    own = "".join(f'<section id="{name}-{i}"><p class="{name}{i}">words</p></section>' for i in range(12))
    return f"<!doctype html><html><body>{''.join(parts)}{own}</body></html>"


def a_sighting(**fields: Any) -> Sighting:
    """A live, embedded, likely network line of ExoClick, changed by fields."""
    number = next(_ids)
    plain: dict[str, Any] = {
        "id": f"{number:032x}",
        "kind": "network",
        "network": "exoclick",
        "value": "x",
        "basis": "embedded",
        "state": "live",
        "certainty": "likely",
        "locator": Locator("page", f"script[{number}]", 0, 1),
        "rule": "exoclick/tag@000000000000",
    }
    return Sighting(**{**plain, **fields})


class SmallCase:
    """A case to put pages into; `case` is open for writing."""

    def __init__(self, folder: Path) -> None:
        self.case = Case.create(folder, operator="analyst 7", purpose="a test")
        self.numbers: dict[str, int] = {}
        self.run = 1

    def entry(self, domain: str, **more: Any) -> int:
        """List a domain, dedicated and TLP:GREEN unless told otherwise; the entry's number."""
        plain = {
            "unit": "domain",
            "authority": "Authority",
            "reference": f"A-{domain[0]}",
            "site_role": "dedicated",
            "tlp": "green",
        }
        with self.case.transaction():
            (self.numbers[domain],) = self.case.add_entries([Entry(**{**plain, "domain": domain, **more})])
        return self.numbers[domain]

    def read(
        self, domain: str, body: str, *, kind: Any = "page", path: str = "/", is_kept: bool = True, **led: Any
    ) -> int:
        """Capture a document of a listed domain, or one that it led to; the number of its outcome."""
        url = path if "://" in path else f"https://{domain}{path}"
        found = extract_page(body, kind=kind, url=url, key=self.case.key)
        with self.case.transaction():
            outcome = {
                "decision": self._decide(domain, url, kind, **led),
                "status": 200,
                "bytes_seen": len(body),
            }
            return self.case.add_capture(outcome, kind, found.skeleton if is_kept else None, found, links_of)

    def site(self, domain: str, *parts: str, **more: Any) -> int:
        """List a domain and capture its page of these parts; the number of the outcome."""
        self.entry(domain, **more)
        return self.read(domain, page(*parts, name=domain.partition(".")[0]))

    def end(
        self,
        domain: str,
        outcome: str,
        url: str | None = None,
        *,
        kind: str = "page",
        parent: int | None = None,
        **more: Any,
    ) -> int:
        """A request that ended without a document; the number of its outcome."""
        with self.case.transaction():
            decision = self._decide(domain, url or f"https://{domain}/", kind, parent=parent)
            return self.case.append("outcome", {"decision": decision, "outcome": outcome, **more})

    def deny(self, domain: str, url: str, reason: str, *, rule: str = "scope", **led: Any) -> int:
        """A request that was not made; the number of the decision."""
        with self.case.transaction():
            return self._decide(domain, url, "script", verdict="deny", rule=rule, reason=reason, **led)

    def _decide(self, domain: str, url: str, document: str, **more: Any) -> int:
        plain = {
            "entry": self.numbers[domain],
            "url": url,
            "document": document,
            "verdict": "allow",
            "run": self.run,
            "depth": 0,
        }
        return self.case.append("decision", {**plain, **more}, (self.numbers[domain],))
