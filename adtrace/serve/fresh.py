"""Something made of a case that grows: made again when it has grown, kept until then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from adtrace.case import Case

Made = TypeVar("Made")
# Looking costs the machine at most about a tenth of its time, however fast a run writes.
_PATIENCE = 10


class Fresh(Generic[Made]):
    """What make makes of the case, by a connection of its own for each look; safe from any thread."""

    def __init__(self, path: Path, make: Callable[[Case], Made]) -> None:
        self._path, self._make = path, make
        self._lock = threading.Lock()
        self._seq, self._next = 0, 0.0
        self.latest: Made | None = None

    def get(self) -> Made:
        """The newest, at most some time behind the case; the one before it while somebody waits for a newer.

        Of a case of a million sightings one look takes minutes: only who asked for it waits.
        """
        if not self._lock.acquire(blocking=self.latest is None):
            assert self.latest is not None
            return self.latest
        try:
            if self.latest is None or time.monotonic() >= self._next:
                began = time.monotonic()
                self.latest = self._look(self.latest)
                self._next = time.monotonic() + _PATIENCE * (time.monotonic() - began)
            return self.latest
        finally:
            self._lock.release()

    def expire(self) -> None:
        """Look again when next asked."""
        self._next = 0.0

    def _look(self, before: Made | None) -> Made:
        with Case.open(self._path) as case, case.snapshot():
            (last,) = case.rows("SELECT max(seq) AS seq FROM ledger")
            if before is not None and self._seq == last["seq"]:
                return before
            made = self._make(case)
            self._seq = last["seq"]
            return made
