"""What a guard answers. Any exception in a guard is a refusal: a guard that fails must not fail open."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import msgspec

_P = ParamSpec("_P")


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Allowed or not, the rule that says so, and why in one sentence ("" if allowed)."""

    allow: bool
    rule: str
    reason: str = ""


ALLOWED = Verdict(True, "ok")


def guard(function: Callable[_P, Verdict]) -> Callable[_P, Verdict]:
    """The function, refusing with rule guard/error where it raises or answers anything but a verdict.

    Scrapy hands a response on when a handler of headers_received raises (measured: 64 MiB of image/jpeg).
    """

    @functools.wraps(function)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Verdict:
        try:
            verdict = function(*args, **kwargs)
            # `is`, not truth: whatever is not plainly True refuses.
            if verdict.allow is True or verdict.allow is False:
                return verdict
        except Exception as error:  # noqa: BLE001 - the rule above
            return Verdict(False, "guard/error", f"{function.__name__} failed with {type(error).__name__}.")
        return Verdict(False, "guard/error", f"{function.__name__} gave no verdict.")

    return guarded
