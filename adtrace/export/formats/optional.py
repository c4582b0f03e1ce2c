"""Libraries that only some formats need: asked for when one is written, and named if they are not there."""

from importlib import import_module
from typing import Any

from adtrace.errors import UsageError


def need(module: str, form: str, extra: str = "formats") -> Any:
    """The module.

    Raises:
        UsageError: it is not installed; the part of adtrace that brings it is named.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(
            f"{form} needs the library {error.name or module}, which is not installed.",
            do=f"Install it: pip install 'adtrace[{extra}]'.",
        ) from None
