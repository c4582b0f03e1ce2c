"""lock.py: in a locked process nothing but the door connects, looks up, listens, starts or writes."""

import json
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
    "folder": "os.mkdir('/tmp/adtrace-none')",
    "link": "os.symlink('/tmp', '/tmp/adtrace-none')",
    "hard link": "os.link('/etc/hostname', '/tmp/adtrace-none')",
    "another name": "os.rename('/tmp/adtrace-none', '/tmp/adtrace-other')",
    "removal": "os.remove('/tmp/adtrace-none')",
    "cut": "os.truncate('/tmp/adtrace-none', 0)",
    "database": "import sqlite3; sqlite3.connect('/tmp/adtrace-none')",
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


# Runs each piece of code, given as JSON by name, and says by name how it ended.
RUN = """
import json
ended = {}
for name, code in json.load(sys.stdin).items():
    try:
        exec(code, dict(globals()))
        ended[name] = ""
    except BaseException as error:
        ended[name] = f"{type(error).__name__}: {error}"
    looking_up.here = False
json.dump(ended, sys.stdout)
"""


@pytest.fixture(scope="module")
def ended() -> dict[str, str]:
    """How each piece of code ended, all in one locked process; "" if nothing stopped it."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + RUN],
        input=json.dumps(REFUSED | ALLOWED),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_refused(ended, name):
    """Whatever code of this process tries, by Python's own modules."""
    assert ended[name].startswith("PermissionError")


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(ended, name):
    """What the door itself needs is left."""
    assert ended[name] in ("", "ConnectionRefusedError: [Errno 111] Connection refused")
