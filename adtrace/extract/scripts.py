"""Inline code, script documents and service workers: the shapes of assignments, queues and loaders."""

from adtrace.extract.finder import Finder, parts_hit


def find(finder: Finder) -> None:
    """Network and account lines for every shape at script, and at worker in a service worker."""
    skeleton = finder.skeleton
    code = skeleton.data[skeleton.end :]
    starts = [script.start - skeleton.end for script in skeleton.scripts]
    for place in ("script", "worker") if skeleton.kind == "worker" else ("script",):
        for rule in finder.knowledge.places[place].candidates(code):
            for number in parts_hit(rule, code, starts):
                script = skeleton.scripts[number]
                for match in rule.joined.finditer(skeleton.data[script.start : script.end]):
                    finder.apply(rule, match, script.start)
