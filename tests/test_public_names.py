"""The public face: names only, each where it says, and nothing heavy until it is used."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module

import adtrace


def test_every_public_name_is_there() -> None:
    """What type checkers are told of can be had, and is what its home calls by that name."""
    told = [
        node for node in ast.walk(ast.parse(inspect.getsource(adtrace))) if isinstance(node, ast.ImportFrom)
    ]
    homes = {alias.name: node.module for node in told for alias in node.names if alias.asname}
    assert homes == adtrace._HOMES
    for name, home in homes.items():
        assert getattr(adtrace, name) is getattr(import_module(str(home)), name)


def test_importing_adtrace_imports_nothing_heavy() -> None:
    """A script that only unwraps a URL does not wait for pandas or Scrapy."""
    code = (
        "import sys, adtrace; adtrace.unwrap('x');"
        "print([m for m in ('pandas', 'scrapy', 'networkx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
