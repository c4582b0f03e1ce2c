"""Inline code, script documents and service workers: the shapes of assignments, queues and loaders."""

from adtrace.extract.finder import Finder
from adtrace.linear import matches_in_parts


def find(finder: Finder) -> None:
    """Network and account lines for every shape at script, and at worker in a service worker."""
    skeleton = finder.skeleton
    code = skeleton.data[skeleton.end :]
    parts = [(script.start - skeleton.end, script.end - skeleton.end) for script in skeleton.scripts]
    for place in ("script", "worker") if skeleton.kind == "worker" else ("script",):
        for rule in finder.knowledge.places[place].candidates(code):
            for number, match in matches_in_parts(rule.joined, code, parts):
                finder.apply(rule, match, skeleton.scripts[number].start)
