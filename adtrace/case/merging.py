"""Several cases as one, for one graph: each keeps its chain, its signatures and its public ids."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from adtrace.case import database
from adtrace.case.case import Case
from adtrace.case.links import LinksOf
from adtrace.case.segments import Merged
from adtrace.errors import CaseError


def merge_cases(
    folder: str | Path, sources: Sequence[str | Path], *, operator: str, purpose: str, links: LinksOf
) -> Case:
    """A new case, open for writing, that holds these; they stay as they are.

    Each is verified before, and again in its new place. The new case reads, judges, exports and deletes; it collects
    nothing: that goes on in the cases themselves, which are then merged anew.

    Raises:
        CaseError: less than two cases, one of them twice, one that was merged itself, one that is not signed;
            or as Case.create().
        IntegrityError: one of them is damaged.
    """
    if len(sources) < 2:
        raise CaseError("two cases at least are merged.", do="Give their folders.")
    case = Case.create(folder, operator=operator, purpose=purpose)
    try:
        for number, source in enumerate(sources, 1):
            _take(case, number, Path(source), links)
        with case.transaction():
            case.rebuild_links(links)
        case.verify(links)
        case.sign()
    except BaseException:
        case.close()
        shutil.rmtree(folder)
        raise
    return case


def _take(case: Case, number: int, source: Path, links: LinksOf) -> None:
    with Case.open(source) as given, given.snapshot():
        if given.merged:
            raise CaseError(
                "was merged of others.", where=str(source), do="Merge the cases it was merged of."
            )
        if given.id in {one.case for one in case.merged}:
            raise CaseError("is given twice.", where=str(source), do="Give each case once.")
        found = given.verify(links)
        if found.unsigned:
            raise CaseError(
                f"no signature covers {found.unsigned} of its records.",
                where=str(source),
                do="Let any command write to it, such as `adtrace case compact`, which signs it.",
            )
        merged = Merged(number, given.id, found.total, found.head)
    case.take(merged, database.uri_of((source / database.FILE_NAME).absolute(), "mode=ro"))
