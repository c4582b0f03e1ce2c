"""The errors of verify: what is not as it was sealed, and what to do then."""

from adtrace.case.database import FILE_NAME
from adtrace.errors import IntegrityError


def damage(what: str) -> IntegrityError:
    """Something sealed was changed."""
    return IntegrityError(
        f"{what}.", where=FILE_NAME, do="Stop, keep this file as it is, and compare with your last copy."
    )


def stale_links(what: str) -> IntegrityError:
    """Only the cache of links differs: everything sealed is found whole before it is looked at.

    Today's graphs/schema.toml says what sightings support: an adtrace of another day may have written other links.
    """
    return IntegrityError(
        f"{what}.",
        where=FILE_NAME,
        do="What is sealed is whole: the links were edited, or an adtrace with another graph schema wrote them. Keep a"
        " copy and write them anew: `adtrace verify CASE --rebuild-links`.",
    )
