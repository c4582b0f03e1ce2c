"""One end of a socketpair inside an event loop, framed as multiprocessing.connection does: nothing ever blocks."""

import asyncio
import socket  # noqa: TID251 - socketpairs to our own processes, never a network
import struct
from collections.abc import Callable

# Frames are counted by a signed 32-bit number (multiprocessing.connection has a longer form beyond it).
_LENGTH = struct.Struct("!i")


class Channel(asyncio.Protocol):
    """Calls on_frame for each whole frame in order, and on_end once when the other end is gone.

    max_frame_bytes: what is longer is not from an end that is sound, and closes the channel.
    """

    def __init__(
        self, on_frame: Callable[[bytes], None], on_end: Callable[[], None], max_frame_bytes: int
    ) -> None:
        self._on_frame, self._on_end, self._max_frame_bytes = on_frame, on_end, max_frame_bytes
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._closed = asyncio.Event()
        self._ready = asyncio.Event()  # little is queued
        self._ready.set()

    @classmethod
    async def open(
        cls,
        descriptor: int,
        on_frame: Callable[[bytes], None],
        on_end: Callable[[], None],
        *,
        max_frame_bytes: int,
    ) -> "Channel":
        """The channel over this descriptor, which from now on belongs to it."""
        loop = asyncio.get_running_loop()
        pair = socket.socket(fileno=descriptor)
        _, channel = await loop.create_unix_connection(
            lambda: cls(on_frame, on_end, max_frame_bytes), sock=pair
        )
        return channel

    def send(self, frame: bytes) -> None:
        """Queue a frame; what is queued for an end that is gone is lost."""
        if self._transport is not None:
            self._transport.write(_LENGTH.pack(len(frame)) + frame)

    async def ready(self) -> bool:
        """Whether the other end is still there, once little is queued for it."""
        await self._ready.wait()
        return self._transport is not None

    def pause_writing(self) -> None:
        self._ready.clear()

    def resume_writing(self) -> None:
        self._ready.set()

    async def close(self) -> None:
        """Send what is queued, then close; no on_end follows."""
        self._on_end = lambda: None
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if not 0 <= length <= self._max_frame_bytes:
                raise ConnectionError(f"a frame of {length} bytes")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            frame = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            self._on_frame(frame)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._transport = None
        self._ready.set()
        self._closed.set()
        self._on_end()
