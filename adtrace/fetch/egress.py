"""By which way the door reaches a host: resolver, address rule and trust roots, in one object it is given."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from adtrace.errors import UsageError
from adtrace.fetch.addresses import may_connect
from adtrace.fetch.messages import EgressPlan
from adtrace.fetch.verdict import ALLOWED, Verdict, guard

# A name with more addresses than this is no site's; of those it has, so many are tried.
MAX_ADDRESSES = 64
TRIED_ADDRESSES = 4
# A name server that does not answer holds its thread beyond the visit's own time: enough for those and the others.
_LOOK_UPS = 64

# CPython's own choice (Modules/_ssl.c, PY_SSL_DEFAULT_CIPHER_STRING of 3.11), in place of which a build may have the
# system's: Debian's takes SHA-1.
_CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"

Target = tuple[str, int]


class RefusedAddressError(Exception):
    """Resolving ended in a refusal, not in a failure of the network."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.rule)
        self.verdict = verdict


class Egress(Protocol):
    """What the door needs to know of the way out."""

    async def resolve(self, host: str, port: int) -> list[Target]:
        """Where to connect for this host and port, in the order to try; never empty.

        Raises:
            OSError: the name does not resolve.
            RefusedAddressError: it resolves to what must not be contacted.
        """

    def may_connect(self, peer: Sequence[Any], own: Sequence[Any] | None) -> Verdict:
        """Whether this peer may be spoken to. own: our end of the connection, None before there is one."""

    def tls(self, *, verify: bool) -> ssl.SSLContext:
        """The TLS settings for a verified or an unverified try."""


def build_egress(plan: EgressPlan) -> Egress:
    """The egress the plan names.

    Raises:
        UsageError: no such kind.
    """
    if plan.kind == "direct":
        return DirectEgress()
    if plan.kind == "loopback":
        return LoopbackEgress(plan)
    raise UsageError(f'there is no egress "{plan.kind}".')


# Set in a thread while it looks up a name for the door; the second guard (lock.py) lets no other through.
looking_up = threading.local()


def _look_up(host: str, port: int) -> list[str]:
    import socket  # noqa: TID251 - the door's own look-up

    looking_up.here = True
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    finally:
        looking_up.here = False
    return [str(address[0]) for *_, address in found]


class Trust:
    """TLS settings over these trust roots (PEM; None: the system's), made once each."""

    def __init__(self, pem: str | None) -> None:
        self._pem = pem
        self._contexts: dict[bool, ssl.SSLContext] = {}

    def context(self, *, verify: bool) -> ssl.SSLContext:
        """The context of a verified or an unverified try."""
        if verify not in self._contexts:
            self._contexts[verify] = self._make(verify=verify)
        return self._contexts[verify]

    def _make(self, *, verify: bool) -> ssl.SSLContext:
        # Not create_default_context: that one would write session keys where SSLKEYLOGFILE says.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(_CIPHERS)
        context.set_alpn_protocols(["http/1.1"])
        context.hostname_checks_common_name = False  # RFC 9525, 4.1: a name is what subjectAltName says
        if not verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif self._pem is None:
            context.load_default_certs()
        elif self._pem:
            context.load_verify_locations(cadata=self._pem)
        return context


class DirectEgress:
    """The machine's own network and resolver, to public addresses only."""

    def __init__(self, look_up: Callable[[str, int], list[str]] = _look_up) -> None:
        self._look_up = look_up
        self._trust = Trust(None)
        self._threads = ThreadPoolExecutor(_LOOK_UPS, thread_name_prefix="look-up")

    async def resolve(self, host: str, port: int) -> list[Target]:
        # The dot makes the name absolute: no search domain is tried, nor told.
        loop = asyncio.get_running_loop()
        answers = await loop.run_in_executor(self._threads, self._look_up, f"{host}.", port)
        found = list(dict.fromkeys(answers))
        verdict = _judge_all(found)
        if not verdict.allow:
            raise RefusedAddressError(verdict)
        return [(address, port) for address in found[:TRIED_ADDRESSES]]

    @guard
    def may_connect(self, peer: Sequence[Any], own: Sequence[Any] | None) -> Verdict:
        if own is not None and own[0] == peer[0]:
            return Verdict(False, "address/own", "The address is one of this machine's own.")
        return may_connect(str(peer[0]))

    def tls(self, *, verify: bool) -> ssl.SSLContext:
        return self._trust.context(verify=verify)


@guard
def _judge_all(addresses: list[str]) -> Verdict:
    """Allowed only if every address is: a name that mixes public and private ones is an attack or a mistake."""
    if not 0 < len(addresses) <= MAX_ADDRESSES:
        return Verdict(
            False, "address/count", f"{len(addresses)} addresses; 1 to {MAX_ADDRESSES} are accepted."
        )
    verdicts = map(may_connect, addresses)
    return next((verdict for verdict in verdicts if not verdict.allow), ALLOWED)


class LoopbackEgress:
    """Exactly the peers of its plan, on loopback, with its own in-memory trust root. Only demo and tests make one."""

    def __init__(self, plan: EgressPlan) -> None:
        self._targets = {(peer.host, peer.port): (peer.address, peer.peer_port) for peer in plan.peers}
        self._peers = frozenset(self._targets.values())
        self._trust = Trust(plan.trust_pem)
        if not all(address.startswith("127.") or address == "::1" for address, _ in self._peers):
            raise UsageError("a loopback egress reaches loopback addresses only.")

    async def resolve(self, host: str, port: int) -> list[Target]:
        target = self._targets.get((host, port))
        if target is None:
            raise RefusedAddressError(_not_in_plan(host, port))
        return [target]

    @guard
    def may_connect(self, peer: Sequence[Any], own: Sequence[Any] | None) -> Verdict:  # noqa: ARG002
        if (peer[0], peer[1]) in self._peers:
            return ALLOWED
        return _not_in_plan(peer[0], peer[1])

    def tls(self, *, verify: bool) -> ssl.SSLContext:
        return self._trust.context(verify=verify)


def _not_in_plan(host: str, port: int) -> Verdict:
    return Verdict(False, "address/unknown", f"{host}:{port} is not in the demo's plan.")
