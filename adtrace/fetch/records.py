"""What the writer puts into the ledger for a run: the payloads, written once."""

import re
from collections import Counter
from typing import Any

import msgspec

from adtrace.fetch.candidates import Candidate
from adtrace.fetch.messages import Answer
from adtrace.fetch.verdict import Verdict

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r"""; *(?:rel|as|type)=(?:"[\w ./+-]{0,60}"|[\w/+-]{1,60})""")
# Whole or not at all: a user name is as good a place for a title as a path.
_ORIGIN = re.compile(r"\s*['\"]?((?:https?:)?//[^/?#\s'\"@]{1,255})(?=[/?#\s'\"]|\Z)")
# The reason of an interrupted outcome whose request is known never to have left.
UNSENT = "stopped before it was sent"


def decision_payload(
    run: int, candidate: Candidate, verdict: Verdict, *, reach: str, profile: str
) -> dict[str, Any]:
    """The decision about one address; profile: the label of how we look in this run.

    What ties a hop of a chain to the one before: parent is the outcome of the document that named it, or that
    redirected to it (hops > 0); named_by that document's URL; origin the in-scope page where the chain began (null:
    named_by is that page); depth how many documents of ad networks lie from that page on. A denied decision with rule
    adtech/asked is an edge to a document that has its own allowed decision, with that URL, in this run.
    """
    return {
        "run": run,
        "entry": candidate.entry,
        "url": candidate.url,
        "document": candidate.document,
        "parent": candidate.parent,
        "named_by": candidate.named_by,
        "origin": candidate.origin,
        "depth": candidate.depth,
        "hops": candidate.hops,
        "attempt": candidate.attempt,
        "verdict": "allow" if verdict.allow else "deny",
        "rule": verdict.rule,
        "reason": verdict.reason,
        "reach": reach,
        "profile": profile,
    }


def outcome_payload(answer: Answer, declined: Counter[str]) -> dict[str, Any]:
    """The outcome of one allowed decision; declined: what it proposed and nobody recorded singly, by rule."""
    payload: dict[str, Any] = msgspec.to_builtins(answer)
    del payload["type"]
    payload["headers"] = [[name, _without_slugs(name, value)] for name, value in answer.headers]
    if declined:
        payload["declined"] = dict(sorted(declined.items()))
    return payload


def _without_slugs(name: str, value: str) -> str:
    """A header as the record shows it: of an address in it, the origin alone, for its path is the page's title.

    >>> _without_slugs("link", '<https://clip.example/a-film>; rel="canonical"; title="A film"')
    '<https://clip.example>; rel="canonical"'
    """
    if name == "link":
        found = _LINK.findall(value)
        return ", ".join(f"<{_origin(address)}>{''.join(_REL.findall(rest))}" for address, rest in found)
    if name == "refresh":
        seconds, _, address = value.partition(";")
        return f"{seconds.strip()[:8]}; {_origin(address.partition('=')[2])}"
    return value


def _origin(address: str) -> str:
    found = _ORIGIN.match(address)
    return found[1] if found else ""


def interrupted(decision: int, reason: str) -> Answer:
    """The outcome of a decision that this process, not the site, put an end to."""
    return Answer(decision=decision, outcome="interrupted", layer="writer", reason=reason)
