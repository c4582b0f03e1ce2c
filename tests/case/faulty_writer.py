"""Run by test_faults.py: writes one case again and again, and fails at every call in turn."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from adtrace.case import Case
from adtrace.errors import AdtraceError
from tests.case.a_case import an_entry, an_extraction, capture, links_of
from tests.case.faults import Faults, count_survived

FAULTS = Faults()
GROUPS = 6


def write(folder: Path) -> Iterator[int]:
    """Six groups of captures, in two goes of the writer; the last number of each, once it is acknowledged."""
    for go in range(2):
        with Case.open(folder, write=True) as case:
            for group in range(GROUPS // 2):
                with case.transaction():
                    (entry,) = case.add_entries([an_entry(f"d{go}{group}.example")])
                    for page in range(5):
                        text = f"skeleton-1 page\n<p {go} {group} {page}>\n" * 50
                        capture(case, entry, an_extraction(text, values=(f"//a.example/{group}/{page}.js",)))
                yield case.seq


def written(folder: Path, mode: str, call: int) -> tuple[int, bool]:
    """The last number acknowledged, and whether the fault came."""
    if mode.startswith("kill"):
        return _written_by_child(folder, mode, call)
    acknowledged = 0
    FAULTS.arm(call, mode)
    try:
        for number in write(folder):
            acknowledged = number
    except AdtraceError:  # any other error is one of ours
        pass
    finally:
        came = FAULTS.calls > call
        FAULTS.arm(-1, mode)
    return acknowledged, came


def _written_by_child(folder: Path, mode: str, call: int) -> tuple[int, bool]:
    ends = os.pipe()
    child = os.fork()
    if not child:
        FAULTS.arm(call, mode)
        for number in write(folder):
            os.write(ends[1], f"{number}\n".encode())
        os._exit(0)
    os.close(ends[1])
    with os.fdopen(ends[0]) as stream:
        lines = stream.read().split()
    _, status = os.waitpid(child, 0)
    assert status in (0, 9), status
    return int(lines[-1]) if lines else 0, status == 9


def check(folder: Path, acknowledged: int) -> None:
    """Nothing acknowledged is lost, nothing is half there, and the next writer goes on and signs."""
    with Case.open(folder) as case:
        found = case.verify(links_of)
    assert found.total >= acknowledged, (found.total, acknowledged)
    with Case.open(folder, write=True) as case:
        assert case.verify(links_of) == found
        with case.transaction():
            case.append("note", {"event": "after the fault"})
    with Case.open(folder) as case:
        assert case.verify(links_of).unsigned == 0


def main(base: Path, mode: str, first: int, step: int) -> None:
    """Print how many faults were survived."""
    with Case.create(base / "new", operator="analyst", purpose="test"):
        pass

    def survive(folder: Path, call: int) -> bool:
        acknowledged, came = written(folder, mode, call)
        check(folder, acknowledged)
        return came

    print(count_survived(base / "new", mode, first, step, survive))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
