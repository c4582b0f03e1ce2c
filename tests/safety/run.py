"""One whole run of the command line over an invented world, watched from outside while it goes on."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from adtrace.demo.server import DemoServer

ROOT = Path(__file__).parents[2]
_HOOK = """
import os, sys
def _watch(to):
    def tell(event, arguments):
        if not event.startswith("socket.") or event in ("socket.__new__", "socket.sethostname"):
            return
        # Pairs to our own processes have no address.
        if event != "socket.sendmsg" or arguments[1] is not None:
            os.write(to, f"{event[7:]} {arguments[1:]!r}\\n".encode())
    sys.addaudithook(tell)
_watch(os.open(os.environ["WATCH"], os.O_CREAT | os.O_WRONLY | os.O_APPEND))
"""


class Watched(msgspec.Struct):
    """What the run left: its output, what /proc showed of its processes, what they looked up and connected to."""

    code: int
    output: bytes
    processes: dict[str, bytes]
    network: str


def descendants(pid: int) -> set[int]:
    """The process and all it started, as far as they live."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def run_adtrace(
    server: DemoServer,
    arguments: Sequence[str],
    text: str,
    home: Path,
) -> Watched:
    """Run it in home, with its own HOME and temporary folder there, until it ends; text is its standard input."""
    (home / "tmp").mkdir(exist_ok=True)
    (home / "hook").mkdir(exist_ok=True)
    (home / "hook" / "sitecustomize.py").write_text(_HOOK)
    out, into = os.pipe()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "ADTRACE_KEYS": os.environ["ADTRACE_KEYS"],
        "PYTHONPATH": f"{home / 'hook'}:{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "WATCH": str(home / "hook" / "network"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.safety.driver", str(out), *arguments],
        cwd=home, env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=[out],
    )  # fmt: skip
    os.close(out)
    with os.fdopen(into, "wb") as stream:
        stream.write(msgspec.msgpack.encode(server.plan()))
    seen: dict[str, bytes] = {}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.15):
            for pid in descendants(process.pid):
                for name in ("cmdline", "environ", "comm"):
                    try:
                        # A process that has just ended shows nothing any more.
                        told = Path(f"/proc/{pid}/{name}").read_bytes()
                        seen[f"{pid} {name}"] = told or seen.get(f"{pid} {name}", b"")
                    except OSError:
                        continue

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        output, _ = process.communicate(text.encode())
    finally:
        ended.set()
        watcher.join()
    return Watched(process.returncode, output, seen, (home / "hook" / "network").read_text())
