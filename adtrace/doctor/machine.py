"""The machine around adtrace: what it could leak or get wrong that adtrace alone cannot prevent. Linux facts."""

import ctypes
import os
import re
import ssl
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from adtrace.doctor.check import Check
from adtrace.fetch.exposure import name_servers

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_TIME_ERROR = 5  # linux/timex.h
_MAX_DEVICES = 8  # block devices below one another


def surroundings(place: Path) -> Iterator[Check]:
    """All checks of the machine. place: where cases are kept."""
    yield _umask()
    yield _core_dumps()
    yield _disk(place)
    yield _swap()
    yield _clock()
    yield _resolver()
    yield _environment()
    yield Check("software", "note", f"Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}.")


def _umask() -> Check:
    # Our own is 077 already; what the shell that called us has decides about the files it writes itself.
    found = re.search(r"^Umask:\s*([0-7]+)$", _read(f"/proc/{os.getppid()}/status"), re.MULTILINE)
    if found is None:
        return Check("umask", "note", "The shell's cannot be told; files of adtrace are the owner's alone.")
    if int(found[1], 8) & 0o077 == 0o077:
        return Check("umask", "ok", f"{found[1]}.")
    return Check(
        "umask",
        "note",
        f"{found[1]} in this shell: files of adtrace are 0600 all the same; what you redirect yourself may not be."
        " Use 077.",
    )


# What adtrace's own processes do before they hold anything, and then the worst that can happen to one.
_CRASH = """
import os, sys
os.chdir(sys.argv[1])
from adtrace.fetch.traceless import leave_no_trace
leave_no_trace()
os.abort()
"""


def _core_dumps() -> Check:
    if _dumps_core(_CRASH):
        return Check("core dumps", "weak", "A process of adtrace that crashed left its memory to the system.")
    said = "A process of adtrace was crashed: its memory was written nowhere"
    if sys.platform != "linux":
        return Check(
            "core dumps", "note", f"{said}; that it may be dumped at all is ruled out on Linux only."
        )
    handler = ", nor handed to the system's handler of crashes"
    is_piped = _read("/proc/sys/kernel/core_pattern").startswith("|")
    return Check("core dumps", "ok", f"{said}{handler if is_piped else ''}.")


def _dumps_core(code: str) -> bool:
    """Whether the kernel took a core dump of a Python process that ends by this code."""
    with tempfile.TemporaryDirectory(prefix="adtrace-doctor-") as folder:
        pid = os.posix_spawn(sys.executable, [sys.executable, "-P", "-c", code, folder], os.environ)
        _, status = os.waitpid(pid, 0)
    return os.WCOREDUMP(status)


def _disk(place: Path) -> Check:
    try:
        device = place.resolve().stat().st_dev
        is_encrypted = _is_crypt(Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}"), _MAX_DEVICES)
    except OSError:
        is_encrypted = None
    if is_encrypted:
        return Check("disk encryption", "ok", "The case's disk is a dm-crypt device.")
    if is_encrypted is None:
        return Check(
            "disk encryption", "note", "Cannot be told for this file system; make sure of it yourself."
        )
    return Check(
        "disk encryption", "note", "No sign of it on the case's disk; a lost machine is a lost list."
    )


def _is_crypt(device: Path, levels: int) -> bool | None:
    """Whether this block device lies on dm-crypt; None if it is no block device."""
    if not device.exists():
        return None
    if _read(str(device / "dm" / "uuid")).startswith("CRYPT-"):
        return True
    below = list((device / "slaves").glob("*")) if levels else []
    return any(_is_crypt(one, levels - 1) for one in below)


def _swap() -> Check:
    places = [line.split()[0] for line in _read("/proc/swaps").splitlines()[1:] if line.split()]
    bare = [
        place for place in places if not _is_crypt(Path("/sys/class/block") / Path(place).resolve().name, 4)
    ]
    if bare and not all(place.startswith("/dev/zram") for place in bare):
        return Check("swap", "note", "On, with no sign of encryption: what is in memory may reach the disk.")
    return Check("swap", "ok", "Encrypted, in memory, or off.")


def _clock() -> Check:
    now = datetime.now(UTC)
    written = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now < written or now.year > 2100:
        return Check(
            "clock", "weak", f"Says {now:%Y-%m-%d}, before adtrace was installed. Set it: records bear it."
        )
    said = f"{now:%Y-%m-%d %H:%M} UTC; "
    if _is_synchronised():
        return Check("clock", "ok", f"{said}the system keeps it by a time server.")
    return Check(
        "clock", "note", f"{said}no time server is known to keep it: compare it yourself, records bear it."
    )


def _is_synchronised() -> bool:
    """Whether the kernel says that its clock is kept (adjtimex(2): any state but TIME_ERROR)."""
    if sys.platform != "linux":
        return False
    asked = ctypes.create_string_buffer(256)  # a timex that changes nothing: its modes are 0
    return ctypes.CDLL(None).adjtimex(asked) in range(_TIME_ERROR)


def _resolver() -> Check:
    servers = name_servers()
    if not servers:
        return Check("resolver", "note", "None configured; names will not resolve.")
    is_local = all(server.startswith("127.") or server == "::1" for server in servers)
    where = "on this machine, which asks one further on" if is_local else ", ".join(servers)
    return Check(
        "resolver",
        "note",
        f"Learns every name of the list: {where}. Names are asked absolute, without search domains.",
    )


def _environment() -> Check:
    found = [name for name in _PROXIES if os.environ.get(name)]
    if os.environ.get("SSLKEYLOGFILE"):
        found.append("SSLKEYLOGFILE")
    if found:
        return Check("environment", "note", f"{', '.join(found)}: set, and not used by adtrace.")
    return Check("environment", "ok", "No proxy and no key log is named.")


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
