"""The public face: names only, each where it says, and nothing heavy until it is used."""

import subprocess
import sys

import adtrace


def test_every_public_name_is_there() -> None:
    """What __all__ lists can be had, and is what its home calls by that name."""
    assert sorted(adtrace.__all__) == sorted(adtrace._HOMES)
    for name in adtrace.__all__:
        assert callable(getattr(adtrace, name))


def test_importing_adtrace_imports_nothing_heavy() -> None:
    """A script that only unwraps a URL does not wait for pandas or Scrapy."""
    code = (
        "import sys, adtrace; adtrace.unwrap('x');"
        "print([m for m in ('pandas', 'scrapy', 'networkx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
