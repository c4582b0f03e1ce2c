"""What the writer puts into the ledger for a run: the payloads, written once."""

from collections import Counter
from typing import Any

import msgspec

from adtrace.fetch.candidates import Candidate
from adtrace.fetch.messages import Answer
from adtrace.fetch.verdict import Verdict

# The reason of an interrupted outcome whose request is known never to have left.
UNSENT = "stopped before it was sent"


def decision_payload(
    run: int, candidate: Candidate, verdict: Verdict, *, reach: str, profile: str
) -> dict[str, Any]:
    """The decision about one address; profile: the label of how we look in this run."""
    return {
        "run": run,
        "entry": candidate.entry,
        "url": candidate.url,
        "document": candidate.document,
        "parent": candidate.parent,
        "named_by": candidate.named_by,
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
    if declined:
        payload["declined"] = dict(sorted(declined.items()))
    return payload


def interrupted(decision: int, reason: str) -> Answer:
    """The outcome of a decision that this process, not the site, put an end to."""
    return Answer(decision=decision, outcome="interrupted", layer="writer", reason=reason)
