"""Media in every disguise against the door, counted: `python -m tests.fetch.gauntlet` prints the figures."""

import asyncio
import collections
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adtrace.fetch.door import Arrival, Door
from adtrace.fetch.egress import build_egress
from adtrace.fetch.messages import Ask, Profile, ScopeRule
from adtrace.fetch.policy import Scope
from adtrace.fetch.wire import FIRST_READ_BYTES, READ_BYTES
from tests.fetch.disguises import CONTAINERS, CUTS, DISGUISES, FRAMINGS, HTML, PAGE, TEXTUAL, Disguise, sent
from tests.fetch.hostile_server import HostileServer

TLS_HANDSHAKE_BYTES, TLS_RECORD_BYTES = 4096, 16 * 1024 + 256
_HEAD_BYTES = 1445
_SELLERS = "sellers_json"


class NoCards:
    """Knowledge of no ad network, but for sellers.json, which stands wherever it is asked for."""

    roles = ()
    advertising = True

    def card_of_host(self, host: str, /) -> None:
        return None

    def card_of_sellers_json(self, url: str, /) -> "NoCards":
        return self

    def effect_of(self, url: str, /) -> str:
        return "unknown"


class Trial(NamedTuple):
    """One disguise over one transport in one framing and one way of cutting it."""

    disguise: Disguise
    scheme: str = "http"
    framing: str = "length"
    cut: str = "whole"


def all_trials() -> list[Trial]:
    """Every disguise over both transports, in each framing and each way of cutting."""
    return [
        Trial(disguise, scheme, framing, cut)
        for disguise in DISGUISES.values()
        for scheme in ("http", "https")
        for framing in FRAMINGS
        for cut in CUTS
    ]


def generated_trials(number: int, seed: int) -> Iterator[Trial]:
    """Random lies: a container or its textual kin, behind what is harmless, under a type that is read."""
    dice = random.Random(seed)
    kinds = {
        "page": [HTML, "text/html", "TEXT/HTML;charset=iso-8859-1", "application/xhtml+xml"],
        "frame": ["text/html"],
        "script": ["text/javascript", "application/javascript; charset=utf-8"],
        "worker": ["application/javascript"],
        "ads_txt": ["text/plain", "text/plain; charset=utf-8"],
        "adagents_json": ["application/json", "application/json; charset=utf-8"],
        _SELLERS: ["application/json"],
    }
    for at in range(number):
        document = dice.choice([*kinds, "page", "page"])
        name, media = dice.choice([*CONTAINERS.items(), *TEXTUAL.items()])
        lead = dice.choice([b"", b"\xef\xbb\xbf", b" " * dice.randrange(3000), b"\r\n\t"])
        if name in CONTAINERS:  # behind a page, only the control bytes of media tell; real media has them
            lead += dice.choice(
                [b"", PAGE * dice.randrange(4), b"x" * dice.randrange(9000), b"{};\n", b"<!--"]
            )
            media += dice.choice([bytes(64), dice.randbytes(600) + b"\x00", b"\x01" + dice.randbytes(2500)])
        status = (
            dice.choice(["200 OK"] * 6 + ["404 Not Found", "503 Busy"]) if document == "page" else "200 OK"
        )
        disguise = Disguise(
            f"generated {at}: {name}",
            lead + media,
            "body",
            "",
            dice.choice(kinds[document]),
            status=status,
            document=document,
            place=len(lead) + len(media),
        )
        scheme = "https" if dice.random() < 0.2 else "http"
        yield Trial(disguise, scheme, dice.choice(FRAMINGS), dice.choice(["whole", "bytes", "halves"]))


class Run(NamedTuple):
    """What the door said to each trial, and the canary that was in each body."""

    arrivals: list[tuple[Trial, Arrival]]
    canary: bytes
    requests: int


def run(trials: Sequence[Trial], *, at_once: int = 8) -> Run:
    """Show each trial to one door, each at a host of its own."""
    hosts = {f"d{number}.example": trial for number, trial in enumerate(trials)}
    behaviours = {host: sent(t.disguise, t.framing, t.cut) for host, t in hosts.items()}
    with HostileServer(behaviours) as server:
        scope = Scope(ScopeRule(number, "domain", host) for number, host in enumerate(hosts))

        async def go() -> list[tuple[Trial, Arrival]]:
            door = Door(
                build_egress(server.plan()),
                Profile(user_agent="adtrace test"),
                scope=scope,
                reach="tags",
                knowledge=NoCards(),
                concurrency=at_once,
                timeout_s=30,
            )
            try:
                asks = [_ask(number, host, trial) for number, (host, trial) in enumerate(hosts.items())]
                return list(zip(trials, await asyncio.gather(*map(door.fetch, asks)), strict=True))
            finally:
                await door.close()

        arrivals = asyncio.run(go())
        return Run(arrivals, server.canary, len(server.requests))


def _ask(number: int, host: str, trial: Trial) -> Ask:
    home, document = f"{trial.scheme}://{host}/", trial.disguise.document
    return Ask(
        decision=number,
        url=f"{home}sellers.json" if document == _SELLERS else home,
        document=document,
        named_by=home if document == _SELLERS else None,
    )


def fault_of(trial: Trial, arrival: Arrival, canary: bytes) -> str | None:
    """What is wrong with how the door took this lie, None if nothing is."""
    answer, disguise = arrival.answer, trial.disguise
    if (answer.outcome, answer.layer) != ("refused", disguise.layer) or disguise.reason not in answer.reason:
        return f"{answer.outcome} by {answer.layer}: {answer.reason}"
    if arrival.body is not None or answer.sha256_wire or answer.headers or answer.content_type:
        return "something of it was kept"
    if any(trace in repr(arrival) for trace in (canary.decode(), canary.hex(), "JFIF")):
        return "its bytes are in the answer"
    allowed = most_bytes(trial)
    return f"{answer.bytes_seen} bytes read, {allowed} allowed" if answer.bytes_seen > allowed else None


def most_bytes(trial: Trial) -> int:
    """How much may be read of this lie: up to where it can be recognised, and one read beyond."""
    disguise = trial.disguise
    head = len(disguise.head()) + 32  # and the line of its framing
    place = disguise.place + (6 * 64 if trial.cut == "bytes" else 16)
    is_early = disguise.place <= _HEAD_BYTES
    if trial.scheme == "https":
        return head + place + TLS_HANDSHAKE_BYTES + (TLS_RECORD_BYTES if is_early else READ_BYTES)
    return head + place + (FIRST_READ_BYTES if is_early else READ_BYTES)


def faults(found: Run) -> list[str]:
    """Each trial that did not end as it must, in words."""
    told = ((trial, fault_of(trial, arrival, found.canary)) for trial, arrival in found.arrivals)
    return [f"{t.disguise.name} ({t.scheme}, {t.framing}, {t.cut}): {fault}" for t, fault in told if fault]


def figures(what: str, found: Iterable[Run]) -> str:
    """One line: how many trials, how many bytes of media kept, and the bound that allows (rule of three)."""
    outcomes: collections.Counter[str] = collections.Counter()
    kept = trials = 0
    for each in found:
        trials += len(each.arrivals)
        for _, arrival in each.arrivals:
            outcomes[arrival.answer.outcome] += 1
            kept += len(arrival.body or b"")
    return (
        f"{what}: {trials} trials, {kept} bytes kept, outcomes {dict(outcomes)}; "
        f"with 0 of {trials}, the chance of a miss in trials like these is below {3 / trials:.5f} (95 %)"
    )


BATCH = 400
GENERATED, SEED = 10_000, 20261122


def in_batches(trials: Sequence[Trial]) -> Iterator[Run]:
    """The runs of all trials, so many at a time that descriptors and threads stay few."""
    for start in range(0, len(trials), BATCH):
        yield run(trials[start : start + BATCH])


def main() -> int:
    """Print the figures; 1 if any trial ended otherwise than it must."""
    wrong: list[str] = []
    for what, trials in (
        ("disguises x transports x framings x cuts", all_trials()),
        ("generated", list(generated_trials(GENERATED, SEED))),
    ):
        began, runs = time.monotonic(), list(in_batches(trials))
        wrong += [fault for each in runs for fault in faults(each)]
        print(figures(what, runs), f"({time.monotonic() - began:.0f} s)")
    print("\n".join(wrong) or "no trial ended otherwise than it must")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
