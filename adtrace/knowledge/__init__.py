"""What is known of ad systems: data cards, read whole, each proving itself by its own hits and misses."""

from adtrace.knowledge.cards import Knowledge, load_knowledge

__all__ = ["Knowledge", "load_knowledge"]
