"""The spider's desk: asks from the writer, answers to it, bodies to the workers. The protocol is in fetcher.py."""

import asyncio
import os
import socket  # noqa: TID251 - a socketpair to the writer, never a network
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from typing import NamedTuple

import msgspec

from adtrace.errors import AdtraceError
from adtrace.fetch.channel import Channel
from adtrace.fetch.door import Arrival
from adtrace.fetch.messages import Answer, Ask, Body, Rules, ScopeRule, Start, ToFetcher
from adtrace.fetch.response import MAX_BODY_BYTES

_encode = msgspec.msgpack.Encoder().encode
# Of the writer's frames the longest by far is an Ask with the ids that a case of 10^5 sites holds of one network.
WRITER_FRAME_BYTES = 1 << 30
# A worker says one word, and one that a page has taken over shall not fill this process's memory.
WORKER_FRAME_BYTES = 64
PIECE_BYTES = MAX_BODY_BYTES  # a longer body goes in pieces, so that it is whole in this process alone


class _Parcel(NamedTuple):
    """A body on its way to a worker. taken: set once all of it is out of this process's hands."""

    ask: Ask
    answer: Answer
    body: bytes
    taken: asyncio.Event

    @property
    def places(self) -> range:
        """Where each piece begins, the first one in the Body itself."""
        return range(0, len(self.body), PIECE_BYTES) or range(1)

    def frame(self) -> bytes:
        """The Body's own frame."""
        first, pieces = self.body[:PIECE_BYTES], len(self.places) - 1
        ask = self.ask
        return _encode(Body(self.answer, ask.url, ask.document, first, pieces, ask.sellers))


class _Worker:
    """One worker's channel, the body it has not acknowledged, and the one whose pieces are still being sent."""

    def __init__(self) -> None:
        self.channel: Channel | None = None
        self.parcel: _Parcel | None = None
        self.sending: _Parcel | None = None


class WriterDesk:
    """Made, opened and used inside one event loop.

    start: what the run is; scope: its rules, all there once start is.
    """

    def __init__(self) -> None:
        self.start: asyncio.Future[Start] = asyncio.get_running_loop().create_future()
        self.scope: list[ScopeRule] = []
        self._decode = msgspec.msgpack.Decoder(ToFetcher).decode
        self._writer: Channel | None = None
        self._channels: socket.socket | None = None
        self._asks: asyncio.Queue[Ask | None] = asyncio.Queue()
        self._workers: list[_Worker] = []
        self._parcels: deque[_Parcel] = deque()
        self._settled = asyncio.Event()  # after Stop: no body is under way
        self._settled.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, writer: int, desk: int) -> None:
        """Begin to listen; both descriptors belong to the desk from now on."""
        self._channels = socket.socket(fileno=desk)
        asyncio.get_running_loop().add_reader(desk, self._take_channel)
        self._writer = await Channel.open(
            writer, self._hear_writer, self._lose_writer, max_frame_bytes=WRITER_FRAME_BYTES
        )

    async def asks(self) -> AsyncIterator[Ask]:
        """Each ask as it comes; ends at Stop."""
        while (ask := await self._asks.get()) is not None:
            yield ask

    async def deliver(self, ask: Ask, arrival: Arrival) -> None:
        """Send the end of an ask to where it belongs; returns when it no longer waits here."""
        answer, body = arrival
        if body is None:
            self._answer(answer)
        else:
            parcel = _Parcel(ask, answer, body, asyncio.Event())
            del arrival, body
            self._parcels.append(parcel)
            self._hand_out()
            await parcel.taken.wait()

    async def finish(self) -> None:
        """Return when every body is acknowledged and every answer is sent."""
        await self._settled.wait()
        if self._channels is not None:
            asyncio.get_running_loop().remove_reader(self._channels)
            self._channels.close()
        for channel in (self._writer, *(worker.channel for worker in self._workers)):
            if channel is not None:
                await channel.close()

    def _answer(self, answer: Answer) -> None:
        if self._writer is not None:
            self._writer.send(_encode(answer))

    def _hear_writer(self, frame: bytes) -> None:
        message = self._decode(frame)
        if isinstance(message, Rules):
            self.scope += message.rules
        elif isinstance(message, Start):
            if self.start.done():
                raise AdtraceError("a second Start.")
            self.start.set_result(message)
        elif isinstance(message, Ask):
            self._asks.put_nowait(message)
        else:
            self._asks.put_nowait(None)

    def _lose_writer(self) -> None:
        # Nobody is left to record what would still be contacted.
        os._exit(1)

    def _take_channel(self) -> None:
        assert self._channels is not None
        byte, descriptors, _, _ = socket.recv_fds(self._channels, 1, 1)
        if not byte:  # the writer closed it: no worker will come
            asyncio.get_running_loop().remove_reader(self._channels)
        for descriptor in descriptors:
            self._begin(self._add_worker(descriptor))

    def _begin(self, act: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _add_worker(self, descriptor: int) -> None:
        worker = _Worker()
        worker.channel = await Channel.open(
            descriptor,
            lambda _: self._acknowledged(worker),
            lambda: self._lose_worker(worker),
            max_frame_bytes=WORKER_FRAME_BYTES,
        )
        self._workers.append(worker)
        self._hand_out()

    def _acknowledged(self, worker: _Worker) -> None:
        worker.parcel = None
        self._hand_out()

    def _lose_worker(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        if worker.parcel:
            self._parcels.appendleft(worker.parcel)
            self._hand_out()

    def _hand_out(self) -> None:
        for worker in self._workers:
            if worker.parcel is worker.sending is None and worker.channel is not None and self._parcels:
                parcel = worker.parcel = self._parcels.popleft()
                worker.channel.send(parcel.frame())
                if len(parcel.places) > 1:
                    worker.sending = parcel
                    self._begin(self._send_rest(worker, worker.channel, parcel))
                else:
                    parcel.taken.set()
        if self._parcels or any(worker.parcel or worker.sending for worker in self._workers):
            self._settled.clear()
        else:
            self._settled.set()

    async def _send_rest(self, worker: _Worker, channel: Channel, parcel: _Parcel) -> None:
        for start in parcel.places[1:]:
            if not await channel.ready():
                break
            channel.send(parcel.body[start : start + PIECE_BYTES])
        worker.sending = None
        parcel.taken.set()
        self._hand_out()
