"""The fetcher and the worker of one run, seen from the writer: started, spoken to, replaced, ended.

The channels are those of fetcher.py and worker.py. A process that died is known by the end of its channel,
never by a timer; a killed writer takes both others with it.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Pipe, wait
from multiprocessing.reduction import send_handle
from typing import Any

import msgspec

from adtrace.errors import AdtraceError
from adtrace.fetch.messages import (
    Answer,
    Ask,
    Begun,
    Done,
    FromWorker,
    Rules,
    ScopeRule,
    Setup,
    Start,
    Stop,
    ToFetcher,
)
from adtrace.fetch.worker import CPU_S, EXIT_MEMORY, MEMORY_BYTES, unread

FETCHER = "adtrace.fetch.fetcher"
WORKER = "adtrace.fetch.worker"
# A worker that cannot even start would be replaced for ever.
MAX_IDLE_DEATHS = 3
# What is gathered into one commit: so many endings, or those of this time.
GROUP, GROUP_S = 50, 0.1
# Of the scope in one frame: some 100 kB, or 3 MB of the longest addresses.
RULES = 1000
_EXIT_S = 5.0  # to end by themselves once their channels are closed


class Processes:
    """Context manager: both processes run from enter to exit."""

    def __init__(self, start: Start, scope: Sequence[ScopeRule], setup: Setup) -> None:
        self._start, self._scope, self._setup = start, scope, setup
        self._from_worker = msgspec.msgpack.Decoder(FromWorker)
        self._from_fetcher = msgspec.msgpack.Decoder(Answer)
        self._begun: Begun | None = None
        self._idle_deaths = 0
        self.fetcher_alive = self.worker_alive = True

    def __enter__(self) -> "Processes":
        self._control, control = Pipe()
        self._desk, desk = Pipe()
        self._fetcher = _start_module(FETCHER, control, desk)
        self._start_worker()
        for at in range(0, len(self._scope), RULES):
            self._tell(Rules(tuple(self._scope[at : at + RULES])))
        self._tell(self._start)
        return self

    def __exit__(self, *exception: object) -> None:
        for channel in (self._control, self._desk, self._results):
            channel.close()
        for process in (self._fetcher, self._worker):
            try:
                process.wait(timeout=_EXIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def ask(self, ask: Ask) -> None:
        """Send a request whose decision has been committed."""
        self._tell(ask)

    def stop(self) -> None:
        """Ask no more; what is under way is finished."""
        self._tell(Stop())

    def receive(self, timeout_s: float, enough: int) -> list[Answer | Done]:
        """What has come in, [] if nothing does within timeout_s.

        After the first, what follows until there is enough, for GROUP_S; never more than GROUP.
        """
        found: list[Answer | Done] = []
        deadline = time.monotonic() + timeout_s
        while len(found) < GROUP:
            channels = [self._control] * self.fetcher_alive + [self._results] * self.worker_alive
            patience_s = deadline - time.monotonic() if len(found) < enough else 0
            ready = wait(channels, max(patience_s, 0))
            if not ready:
                break
            for channel in ready[: GROUP - len(found)]:
                event = self._read(channel)
                if event is not None:
                    if not found:
                        deadline = time.monotonic() + GROUP_S
                    found.append(event)
        return found

    def _read(self, channel: Any) -> Answer | Done | None:
        try:
            frame = channel.recv_bytes()
        except (EOFError, OSError):  # the end, between two frames or within one
            if channel is self._results:
                return self._replace_worker()
            self.fetcher_alive = False
            return None
        if channel is self._control:
            return self._from_fetcher.decode(frame)
        message: FromWorker = self._from_worker.decode(frame)
        self._idle_deaths = 0
        if isinstance(message, Begun):
            self._begun = message
            return None
        self._begun = None
        return message

    def _replace_worker(self) -> Done | None:
        """The end of the document that killed the worker, None if it was between two; starts a new worker."""
        code = self._worker.wait()
        begun, self._begun = self._begun, None
        if self.fetcher_alive:
            self._results.close()
        else:  # no more documents will come
            self.worker_alive = False
        if begun is None and self.worker_alive:
            self._idle_deaths += 1
            if self._idle_deaths >= MAX_IDLE_DEATHS:
                raise AdtraceError(
                    f"the process that reads pages ended {MAX_IDLE_DEATHS} times without a page ({death(code)}).",
                    do="What was fetched is kept; run the same command again to go on.",
                )
        if self.worker_alive:
            self._start_worker()
        if begun is None:
            return None
        extraction = unread(begun.document, f"killed: {death(code)}")
        return Done(answer=begun.answer, document=begun.document, extraction=extraction)

    def _start_worker(self) -> None:
        bodies_to_worker, bodies = Pipe()
        self._results, results = Pipe()
        self._worker = _start_module(WORKER, bodies, results)
        try:
            send_handle(self._desk, bodies_to_worker.fileno(), self._fetcher.pid)
        except OSError:  # the fetcher is gone; its own channel says so
            self.fetcher_alive = False
        bodies_to_worker.close()
        with suppress(OSError):  # a worker that is gone is replaced where its channel is read
            self._results.send_bytes(msgspec.msgpack.encode(self._setup))

    def _tell(self, message: ToFetcher) -> None:
        try:
            self._control.send_bytes(msgspec.msgpack.encode(message))
        except OSError:
            self.fetcher_alive = False

    @property
    def are_alive(self) -> bool:
        """Whether anything can still come in."""
        return self.fetcher_alive or self.worker_alive

    def kill(self) -> None:
        """End both at once; what they held is lost."""
        for process in (self._fetcher, self._worker):
            process.kill()
        self.fetcher_alive = self.worker_alive = False

    def fetcher_death(self) -> str:
        """How the fetcher ended, in words."""
        return death(self._fetcher.wait())


def death(code: int) -> str:
    """Why a process of ours ended, from its return code."""
    if code == EXIT_MEMORY:
        return f"more than {MEMORY_BYTES >> 30} GiB of memory"
    if code == -signal.SIGXCPU:
        return f"more than {CPU_S} s of processor time"
    if code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"


def _start_module(module: str, *channels: Any) -> "subprocess.Popen[bytes]":
    """Start it with its ends of the channels, which are closed here.

    In a process group of its own: Ctrl-C in a terminal must reach the writer alone.
    """
    descriptors = [channel.fileno() for channel in channels]
    process = subprocess.Popen(  # noqa: S603 - our own module, arguments are numbers
        # -P: a folder we are called in may hold files with the names of modules; they are not ours.
        [sys.executable, "-P", "-m", module, *map(str, descriptors)],
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        process_group=0,
    )
    for channel in channels:
        channel.close()
    return process
