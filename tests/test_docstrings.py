"""Every example in a docstring is true."""

import doctest
import importlib
import pkgutil

import pytest

import adtrace

MODULES = sorted(found.name for found in pkgutil.walk_packages(adtrace.__path__, "adtrace."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    """Importing a module has no effect worth noting, and its examples print what they show."""
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no first line"
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
