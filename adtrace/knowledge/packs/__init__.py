"""Foreign databases that a user has a licence for: a second opinion on names, companies and categories."""

from adtrace.knowledge.packs.pack import Opinion, Pack, PackEntry, Packs
from adtrace.knowledge.packs.store import load_packs

__all__ = ["Opinion", "Pack", "PackEntry", "Packs", "load_packs"]
