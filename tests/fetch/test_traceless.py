"""traceless.py: a crash leaves nothing, whatever the system does with cores."""

import re
import resource
import subprocess
import sys

import pytest

from adtrace.doctor.machine import _dumps_core

LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="prctl is Linux's; elsewhere the limit of cores stands"
)
# Each process as it stands when it first holds something of the list or of a page.
MOMENTS = {
    "fetcher": (
        "import adtrace.fetch.fetcher as it\n"
        "async def serve(*_): told()\n"
        "it.serve, sys.argv = serve, ['fetcher', '0', '0']; it.main()"
    ),
    "worker": (
        "import adtrace.fetch.worker as it\n"
        "it.serve = lambda *_: told()\n"
        "a, b = os.pipe(), os.pipe(); it.main([str(a[0]), str(b[0])])"
    ),
    "command": "import adtrace.cli as it\nit.cli.main = lambda **_: told()\nit.main()",
}
# 3: PR_GET_DUMPABLE of linux/prctl.h.
_TOLD = """
import ctypes, os, resource, sys
def told():
    dumpable, limits = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)
    print(dumpable, *limits, oct(os.umask(0)), flush=True)
    return 0
"""


@LINUX
@pytest.mark.parametrize("process", MOMENTS)
def test_no_process_of_ours_may_be_dumped(process):
    """Not by a limit alone: a core pattern that is a pipe does not ask for the limit."""
    done = subprocess.run([sys.executable, "-c", _TOLD + MOMENTS[process]], capture_output=True, text=True)
    assert done.stdout.split() == ["0", "0", "0", "0o77"], done.stderr


FAULTS = {
    "at the end": "raise ValueError(SECRET)",
    "in a thread": "threading.Thread(target=lambda: 1 / SECRET).start()",
    "in a destructor": (
        "class Page:\n"
        "  def __repr__(self): return SECRET\n"
        "  def __del__(self): raise ValueError(SECRET)\n"
        "it = Page()\n"
        "del it"
    ),
}


SAYERS = {
    "worker": "from adtrace.fetch.traceless import say_where_alone; say_where_alone('worker')",
    "command": "from adtrace.cli.crash import keep_to_ourselves; keep_to_ourselves()",
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("process", SAYERS)
def test_a_fault_of_ours_says_no_word_of_what_it_held(process, fault):
    """Its kind and place, on one line; Python would print the exception's own words."""
    code = f"import threading; SECRET = 'clip.example'\n{SAYERS[process]}\n{FAULTS[fault]}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "example" not in done.stdout + done.stderr
    [line] = done.stderr.splitlines()
    assert re.match(r"adtrace(?: worker|: a fault of its own): (?:Value|Type)Error in \?", line)


@pytest.mark.parametrize("process", SAYERS)
def test_a_thread_that_ends_itself_is_no_fault(process):
    """SystemExit in a thread is its end, as Python has it."""
    code = f"import sys, threading\n{SAYERS[process]}\nthreading.Thread(target=sys.exit).start()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@LINUX
def test_a_crash_gives_no_core_even_without_the_limit():
    """The kernel itself is asked: by the flag alone, with cores allowed, it takes none."""
    allowed = "import ctypes, os, resource, sys; os.chdir(sys.argv[1])\n"
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    allowed += f"resource.setrlimit(resource.RLIMIT_CORE, ({hard}, {hard}))\n"
    ours = "from adtrace.fetch import traceless\nlimit = resource.setrlimit\n"
    ours += "resource.setrlimit = lambda *_: None\ntraceless.leave_no_trace()\n"
    assert not _dumps_core(f"{allowed}{ours}os.abort()")
    if hard:  # where the machine allows any: the search for a core is no blind one
        assert _dumps_core(f"{allowed}os.abort()")
