"""desk.py: bodies go to a worker one after the other, whole."""

import asyncio

import msgspec

from adtrace.fetch import desk as module
from adtrace.fetch.desk import WriterDesk
from adtrace.fetch.door import Arrival
from adtrace.fetch.messages import Answer, Ask, Body


class Channel:
    """A channel whose other end takes pieces when it is told to; notes every frame."""

    def __init__(self):
        self.sent, self.room = [], asyncio.Event()

    def send(self, frame):
        self.sent.append(frame)

    async def ready(self):
        await self.room.wait()
        return True


def test_no_other_body_comes_between_the_pieces_of_one(monkeypatch):
    """A worker acknowledges before it reads on: what follows a Body of pieces are those, and then the next Body."""
    monkeypatch.setattr(module, "PIECE_BYTES", 4)

    async def go() -> list[bytes]:
        desk, worker, channel = WriterDesk(), module._Worker(), Channel()
        worker.channel = channel
        desk._workers.append(worker)
        tasks = []
        for decision, body in enumerate((b"12345678", b"abc")):
            ask = Ask(decision, "https://a.example/", "page")
            arrival = Arrival(Answer(decision=decision, outcome="received"), body)
            tasks.append(asyncio.create_task(desk.deliver(ask, arrival)))
            await asyncio.sleep(0)
        desk._acknowledged(worker)
        assert len(channel.sent) == 1
        channel.room.set()
        await asyncio.gather(*tasks)
        return channel.sent

    first, piece, second = asyncio.run(go())
    assert (msgspec.msgpack.decode(first, type=Body).body, piece) == (b"1234", b"5678")
    assert msgspec.msgpack.decode(second, type=Body).body == b"abc"
