"""What is made of a growing case is made once for each state of it, and nobody waits for what another asked for."""

import threading

from adtrace.case import Case
from adtrace.serve.fresh import Fresh
from tests.relate.small_case import SmallCase, adsense


def test_it_is_made_again_only_when_the_case_has_grown(small: SmallCase) -> None:
    """By the number of its last record."""
    small.site("clip.example", adsense())
    made: list[int] = []
    fresh = Fresh(small.case.path, lambda case: made.append(1) or len(made))
    for _ in range(3):
        fresh.expire()
        assert fresh.get() == 1
    small.site("film.example", adsense())
    fresh.expire()
    assert fresh.get() == 2


def test_others_get_the_one_before_while_a_newer_is_made(small: SmallCase) -> None:
    """A look at a large case takes minutes."""
    begun, done = threading.Event(), threading.Event()
    made: list[str] = []

    def make(case: Case) -> str:
        if made:
            begun.set()
            done.wait()
        made.append("")
        return f"look {len(made)}"

    fresh = Fresh(small.case.path, make)
    assert fresh.get() == "look 1"
    small.site("clip.example", adsense())
    fresh.expire()
    found: list[str] = []
    first = threading.Thread(target=lambda: found.append(fresh.get()))
    first.start()
    begun.wait()
    assert fresh.get() == "look 1"
    done.set()
    first.join()
    assert found == ["look 2"]
    assert fresh.get() == "look 2"
