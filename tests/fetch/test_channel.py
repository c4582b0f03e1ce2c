"""channel.py: the framing is the one of multiprocessing.connection, whatever the size and however it is cut."""

import asyncio
import socket  # noqa: TID251 - a pair, no network
import threading
from multiprocessing.connection import Connection

import pytest

from adtrace.fetch.channel import Channel

MAX_BYTES = 5_000_000
FRAMES = [b"", b"a", b"b" * 16384, b"c" * 16385, b"d" * 5_000_000]


def exchange(act, frames=()) -> list[bytes]:
    """What the channel heard up to the end, while `act` used the other end in a thread."""
    ours, theirs = socket.socketpair()
    heard: list[bytes] = []

    async def go() -> None:
        ended = asyncio.Event()
        channel = await Channel.open(ours.detach(), heard.append, ended.set, max_frame_bytes=MAX_BYTES)
        for frame in frames:
            channel.send(frame)
        await ended.wait()

    thread = threading.Thread(target=act, args=(theirs,))
    thread.start()
    asyncio.run(go())
    thread.join()
    return heard


def test_frames_go_both_ways_whole_and_in_order():
    """A synchronous end with send_bytes and recv_bytes understands it and is understood."""
    got: list[bytes] = []

    def act(end: socket.socket) -> None:
        with Connection(end.detach()) as other:
            for frame in FRAMES:
                other.send_bytes(frame)
            got.extend(other.recv_bytes() for _ in FRAMES)

    assert exchange(act, FRAMES) == FRAMES
    assert got == FRAMES


@pytest.mark.parametrize("length", [b"\xff\xff\xff\xff", (MAX_BYTES + 1).to_bytes(4)])
def test_impossible_length_ends_the_channel(length):
    """A frame longer than any of ours is a broken other end."""

    def act(end: socket.socket) -> None:
        end.sendall(length)
        assert end.recv(1) == b""
        end.close()

    assert exchange(act) == []


def test_frames_cut_into_bytes_are_whole_again():
    """How the kernel cuts the stream does not matter."""

    def act(end: socket.socket) -> None:
        for byte in b"\x00\x00\x00\x02ab\x00\x00\x00\x00\x00\x00\x00\x01c":
            end.sendall(bytes([byte]))
        end.close()

    assert exchange(act) == [b"ab", b"", b"c"]
