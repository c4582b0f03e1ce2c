"""Ctrl-C once to stop cleanly, twice to stop at once."""

import signal
import threading
from types import FrameType


class Stops:
    """Counts the requests to stop (SIGINT, SIGTERM) while entered; after the second the old handlers are back.

    Outside the main thread no signal arrives: the count stays 0.
    """

    def __init__(self) -> None:
        self.count = 0
        self._before: dict[int, object] = {}

    def __enter__(self) -> "Stops":
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before.clear()

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal's signature
        self.count += 1
        if self.count > 1:
            self.__exit__()
