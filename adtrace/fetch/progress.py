"""How far a run is: what the progress bar shows."""

import msgspec


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a run at one moment; counts are of this run, including what an earlier start of it did.

    eta_s: seconds left at the pace so far, None until an entry is done.
    """

    entries: int
    entries_done: int
    captures: int
    refusals: int
    sightings: int
    stopping: bool
    eta_s: float | None


def seconds_left(entries: int, done_before: int, done_now: int, elapsed_s: float) -> float | None:
    """Seconds left if the other entries take as long as those done since this start; None before the first.

    >>> seconds_left(40, 10, 20, 5.0)
    10.0
    """
    fresh = done_now - done_before
    return elapsed_s / fresh * (entries - done_now) if fresh > 0 else None
