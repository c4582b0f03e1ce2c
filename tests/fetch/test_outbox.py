"""outbox.py: one request at a time to each host, the hosts in turn."""

from adtrace.fetch.candidates import Candidate
from adtrace.fetch.outbox import Outbox


def at(host: str, path: str = "") -> Candidate:
    return Candidate(url=f"https://{host}.example/{path}", document="page", entry=1)


def test_hosts_take_turns_and_a_busy_one_waits() -> None:
    """What comes for a host that is being asked, also when nothing else waited for it, is taken once it is free."""
    outbox = Outbox()
    for decision, candidate in enumerate((at("a", "1"), at("a", "2"), at("b", "1"))):
        outbox.put(decision, candidate)
    assert [found and found[0] for found in (outbox.take(), outbox.take(), outbox.take())] == [0, 2, None]
    outbox.put(3, at("b", "2"))
    assert outbox.take() is None
    assert (len(outbox), outbox.hosts, outbox.decisions()) == (2, 2, [1, 3])
    outbox.free(at("b", "1"))
    assert outbox.take() == (3, at("b", "2"))
    outbox.free(at("a", "1"))
    assert outbox.take() == (1, at("a", "2"))
    outbox.free(at("a", "2"))
    outbox.free(at("b", "2"))
    assert (len(outbox), outbox.hosts, outbox.take()) == (0, 0, None)
