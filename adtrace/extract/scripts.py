"""Inline code, script documents and service workers: the shapes of assignments, queues and loaders."""

from adtrace.extract.finder import Finder


def find(finder: Finder) -> None:
    """Network and account lines for every shape at script, and at worker in a service worker."""
    skeleton = finder.skeleton
    code = skeleton.text[skeleton.end :]
    places = ("script", "worker") if skeleton.kind == "worker" else ("script",)
    for place in places:
        for rule in finder.knowledge.places[place].candidates(code):
            for match in rule.pattern.finditer(code):
                start = match.start() + skeleton.end
                script = skeleton.script_at(start)
                # The bodies are searched joined: a match that runs over the end of one is none.
                if script and match.end() + skeleton.end <= script.end:
                    finder.apply(rule, match, skeleton.end)
