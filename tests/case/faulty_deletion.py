"""Run by test_erasure.py: deletes from one case again and again, and dies at every write and sync in turn."""

import os
import sys
from pathlib import Path

from adtrace.case import Case
from tests.case.a_case import links_of
from tests.case.faults import Faults, count_survived

FAULTS = Faults()


def delete(folder: Path, entry: int) -> None:
    with Case.open(folder, write=True) as case:
        case.delete(case.plan_deletion([entry]), links_of, reason="order", role="lead")


def is_killed(folder: Path, entry: int, mode: str, call: int) -> bool:
    """Whether the process came to that call, which was its last."""
    child = os.fork()
    if not child:
        FAULTS.arm(call, mode)
        delete(folder, entry)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, 9), status
    return status == 9


def check(folder: Path, secrets: list[bytes]) -> None:
    """The next writer leaves nothing of what the case says is deleted; what it does not say so is whole."""
    with Case.open(folder, write=True) as case:
        is_deleted = bool(case.verify(links_of).deletions)
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    left = sum(secret in content for secret in secrets)
    assert left == (0 if is_deleted else len(secrets)), left
    assert {file.name for file in folder.iterdir()} <= {"case.db", "case.lock"}


def main(made: Path, entry: int, secrets: list[bytes], mode: str, first: int, step: int) -> None:
    """Print how many kills were survived."""

    def survive(folder: Path, call: int) -> bool:
        came = is_killed(folder, entry, mode, call)
        check(folder, secrets)
        return came

    print(count_survived(made, mode, first, step, survive))


if __name__ == "__main__":
    words = [bytes.fromhex(line) for line in sys.stdin]
    main(Path(sys.argv[1]), int(sys.argv[2]), words, sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
