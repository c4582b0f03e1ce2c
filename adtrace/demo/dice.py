"""Invented values from a seed: the same for the same words, on every machine."""

import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
_ALPHABETS = {
    "digits": "0123456789",
    "hex": "0123456789abcdef",
    "letters": "abcdefghijklmnopqrstuvwxyz",
    "lower": "abcdefghijklmnopqrstuvwxyz0123456789",
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "mixed": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
}
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeo"]


class Dice:
    """Values drawn for one purpose: Dice(seed, "operator", 3) always draws the same."""

    def __init__(self, *purpose: object) -> None:
        # The words as text: random.Random hashes text with SHA-512, never with the process's own hash seed.
        self._random = random.Random("/".join(map(str, purpose)))  # noqa: S311 - invented ids, no secrets

    def text(self, alphabet: str, length: int) -> str:
        """Characters of an alphabet by its name; digits do not begin with 0, nothing looks like a placeholder.

        Documentation ids repeat one digit or count up; a real one of four characters or more holds three.
        """
        while True:
            found = "".join(self._random.choices(_ALPHABETS[alphabet], k=length))
            if (alphabet != "digits" or found[0] != "0") and len(set(found)) >= min(3, length // 2):
                return found

    def word(self, syllables: int = 3) -> str:
        """A word that means nothing."""
        return "".join(self._random.choices(_SYLLABLES, k=syllables))

    def pick(self, options: Sequence[_T]) -> _T:
        """One of them."""
        return self._random.choice(options)

    def sample(self, options: Sequence[_T], size: int) -> list[_T]:
        """That many different ones, fewer if there are not as many."""
        return self._random.sample(options, min(size, len(options)))

    def shuffled(self, options: Sequence[_T]) -> list[_T]:
        """All of them, in an order of chance."""
        return self.sample(options, len(options))

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(least, most)
