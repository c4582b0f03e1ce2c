"""What is wrong with a list, gathered while it is read and told at once: nobody mends thirty lines in thirty calls."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from adtrace.errors import ListError
from adtrace.names import display
from adtrace.wording import count

MAX_TOLD = 100  # faults; the others are counted


class FaultyListError(ListError):
    """More than one fault of a list. faults: the first of them, in the list's order; number: how many there are."""

    def __init__(self, faults: Sequence[ListError], number: int, name: str) -> None:
        first = f", of which the first {len(faults)} are told" if number > len(faults) else ""
        super().__init__(f"{count(number, 'fault')}{first}; nothing of it was taken.", where=name)
        self.faults, self.number = faults, number

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each fault that is told, then how many there are."""
        return (*map(str, self.faults), super().__str__())

    def __str__(self) -> str:
        return "\n".join(self.sentences)


class Faults:
    """The faults of one list, or of one row of it. name: how messages call the list."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._told: list[ListError] = []
        self._number = 0

    @contextmanager
    def gathered(self, where: str = "") -> Iterator[None]:
        """Within it a refusal is noted instead of raised, and the reader goes on behind it.

        where: the place of a refusal that names none.
        """
        try:
            yield
        except FaultyListError as several:
            for one in several.faults:
                self.note(one, where)
        except ListError as error:
            self.note(error, where)

    def note(self, error: ListError, where: str = "") -> None:
        """Keep one fault; where: its place, if it names none."""
        self._number += 1
        if self._number <= MAX_TOLD:
            told = ListError(display(error.what), where=error.where or where, do=display(error.do))
            self._told.append(told)

    def refuse(self) -> None:
        """Nothing, if nothing was noted.

        Raises:
            ListError: the one fault, or FaultyListError with all of them.
        """
        if self._number == 1:
            raise self._told[0]
        if self._number:
            raise FaultyListError(self._told, self._number, self._name)
