"""The errors of verify: what is not as it was sealed, and what to do then."""

from adtrace.case.database import FILE_NAME
from adtrace.errors import IntegrityError


def damage(what: str) -> IntegrityError:
    """Something sealed was changed."""
    return IntegrityError(
        f"{what}.", where=FILE_NAME, do="Stop, keep this file as it is, and compare with your last copy."
    )


def stale_links(what: str) -> IntegrityError:
    """Only the cache of links differs: everything sealed is found whole before it is looked at."""
    return IntegrityError(
        f"{what}.",
        where=FILE_NAME,
        do="What is sealed is whole. Keep a copy and write the links anew: `adtrace verify CASE --rebuild-links`.",
    )
