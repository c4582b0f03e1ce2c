"""Skeletons and sightings: what a page says, read without network, clock or database."""

from adtrace.extract.document import extract_page, find_sightings
from adtrace.extract.unwrap import unwrap

__all__ = ["extract_page", "find_sightings", "unwrap"]
