"""Requests that are decided and not yet sent: one at a time to each host, the hosts in turn."""

from collections import deque
from urllib.parse import urlsplit

from adtrace.fetch.candidates import Candidate

Waiting = tuple[int, Candidate]


class Outbox:
    """What waits, by host. A host is busy from take() until free(), so none can fill the window for itself."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Waiting]] = {}
        self._turns: deque[str] = deque()  # hosts with something waiting that are not busy
        self._busy: set[str] = set()

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    @property
    def hosts(self) -> int:
        """How many hosts are busy or have something waiting."""
        return len(self._busy | self._waiting.keys())

    def put(self, decision: int, candidate: Candidate) -> None:
        """Add a request behind those to the same host."""
        host = _host(candidate)
        if host not in self._waiting:
            self._waiting[host] = deque()
            if host not in self._busy:
                self._turns.append(host)
        self._waiting[host].append((decision, candidate))

    def take(self) -> Waiting | None:
        """The next request, whose host is busy from now on; None if every host with something waiting is busy."""
        if not self._turns:
            return None
        host = self._turns.popleft()
        self._busy.add(host)
        queue = self._waiting[host]
        found = queue.popleft()
        if not queue:
            del self._waiting[host]
        return found

    def free(self, candidate: Candidate) -> None:
        """The request to this candidate's host has ended."""
        host = _host(candidate)
        self._busy.discard(host)
        if host in self._waiting:
            self._turns.append(host)

    def decisions(self) -> list[int]:
        """The decisions of all that waits."""
        return [decision for queue in self._waiting.values() for decision, _ in queue]


def _host(candidate: Candidate) -> str:
    return urlsplit(candidate.url).netloc
