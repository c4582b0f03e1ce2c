"""Every error adtrace raises on purpose: what was refused, where, and what to do."""


class AdtraceError(Exception):
    """One sentence for a person; the parts stay fields for a program.

    exit_code is what the command line ends with (design section 8).
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what, self.where, self.do = what, where, do
        super().__init__(what, where, do)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a terminal is told, a line each: one, but for a list with several faults."""
        return (str(self),)

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.do}" if self.do else head


class UsageError(AdtraceError):
    """The call itself cannot be carried out as written."""

    exit_code = 2


class SharingError(UsageError):
    """What the source of an entry does not permit to be told (TLP)."""


class HostError(UsageError):
    """A name that is no canonical host."""


class ListError(UsageError):
    """A line of a list that cannot become an entry; nothing of that list is taken."""


class CardError(AdtraceError):
    """A knowledge card that does not prove itself."""


class CaseError(AdtraceError):
    """A case that cannot be made, opened or written."""


class CaseBusyError(CaseError):
    """A second writer."""


class IntegrityError(AdtraceError):
    """A record that does not follow from the one before it."""

    exit_code = 4
