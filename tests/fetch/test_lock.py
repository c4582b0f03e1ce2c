"""lock.py: in a locked process nothing but the door connects, looks up, listens, starts or writes."""

import subprocess
import sys

import pytest

PRELUDE = """
import asyncio, os, socket, subprocess, sys
from adtrace.fetch.egress import DirectEgress, LoopbackEgress, looking_up
from adtrace.fetch.lock import lock_process
from adtrace.fetch.messages import EgressPlan, Peer
from adtrace.fetch.wire import Visit, Wire
lock_process()
def wire(egress):
    return Wire(Visit(egress), socket.AF_INET, socket.SOCK_STREAM, 0)
"""
REFUSED = {
    "plain socket": "socket.socket().connect(('127.0.0.1', 9))",
    "plain socket, other call": "socket.socket().connect_ex(('127.0.0.1', 9))",
    "create_connection": "socket.create_connection(('127.0.0.1', 9))",
    "unix socket": "socket.socket(socket.AF_UNIX).connect('/tmp/none')",
    "look-up": "socket.getaddrinfo('clip.example', 80)",
    "old look-up": "socket.gethostbyname('clip.example')",
    "reverse look-up": "socket.getnameinfo(('1.1.1.1', 80), 0)",
    "datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'a', ('127.0.0.1', 9))",
    "datagram message": "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'a'], [], 0, ('127.0.0.1', 9))",
    "datagram socket, connected": "socket.socket(type=socket.SOCK_DGRAM).connect(('127.0.0.1', 53))",
    "datagram message, short": "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'a'], [], 0, ('127.0.0.1', 53))",
    "datagram of asyncio": (
        "loop = asyncio.new_event_loop(); to = ('127.0.0.1', 53)\n"
        "loop.run_until_complete(loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=to))"
    ),
    "look-up of asyncio": "loop = asyncio.new_event_loop(); loop.run_until_complete(loop.getaddrinfo('a.example', 80))",
    "look-up of a thread that may not": (
        "import threading; found = []\n"
        "def go():\n try: socket.getaddrinfo('clip.example', 80)\n except BaseException as e: found.append(e)\n"
        "looking_up.here = True; t = threading.Thread(target=go); t.start(); t.join(); raise found[0]"
    ),
    "listener": "socket.socket().bind(('127.0.0.1', 0))",
    "process": "subprocess.run(['true'])",
    "shell": "os.system('true')",
    "fork": "os.fork()",
    "file": "open('/tmp/adtrace-none', 'w')",
    "the door's socket past its own check": "socket.socket.connect(wire(DirectEgress()), ('127.0.0.1', 9))",
    "event loop": "asyncio.run(asyncio.open_connection('127.0.0.1', 9))",
}
ALLOWED = {
    "the door's socket to its peer": (
        "egress = LoopbackEgress(EgressPlan(kind='loopback', peers=(Peer('a.example', 80, '127.0.0.1', 9),)))\n"
        "wire(egress).connect(('127.0.0.1', 9))"
    ),
    "the door's look-up": "looking_up.here = True\nsocket.getaddrinfo('127.0.0.1', 80)",
    "pair": "here, there = socket.socketpair()\nhere.send(b'a')",
    "reading": "open('/dev/null').read()",
}


def run(code: str) -> str:
    """The last line of stderr of a locked process that runs this."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + code], capture_output=True, text=True, timeout=30, check=False
    )
    return (done.stderr.strip().splitlines() or [""])[-1]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    """Whatever code of this process tries, by Python's own modules."""
    assert run(REFUSED[name]).startswith("PermissionError")


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(name):
    """What the door itself needs is left."""
    assert run(ALLOWED[name]) in ("", "ConnectionRefusedError: [Errno 111] Connection refused")
