"""One thing looked at, and what was found."""

from typing import Literal

import msgspec

# ok: as it must be. weak: a promise of adtrace does not hold here, so nothing is certified. note: for the user to
# weigh; adtrace itself is as it must be.
Level = Literal["ok", "weak", "note"]


class Check(msgspec.Struct, frozen=True):
    """What was looked at, how it stands, and in one sentence what was found."""

    name: str
    level: Level
    said: str
