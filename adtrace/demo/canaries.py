"""Words that stand for what a page shows: planted wherever text hides, and found nowhere after a run."""

from adtrace.demo.dice import Dice

_PHRASES = (
    "see the {0} before it goes",
    "all about {0} in one place",
    "the {0} everybody talks about",
    "more of {0} every day",
    "{0} for you and your friends",
)


class Canaries:
    """Draws a new word for each place and remembers it."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self.words: list[str] = []

    def word(self) -> str:
        """A word nobody else uses."""
        self.words.append(self._dice.text("letters", 18))
        return self.words[-1]

    def phrase(self) -> str:
        """A sentence with such a word in it."""
        return self._dice.pick(_PHRASES).format(self.word())
