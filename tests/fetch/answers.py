"""Answers instead of a fetcher and a worker, for what the writer makes of them."""

from adtrace.extract import extract_page
from adtrace.extract.sellers_json import Wanted
from adtrace.fetch.messages import Answer, Done
from adtrace.fetch.worker import unread

HOME = "<!doctype html>" + "<p>words and more words</p>" * 40
TAGGED = HOME + '<script async src="https://a.magsrv.com/ad-provider.js"></script>'


class Processes:
    """Answers each ask from a table: a page's text, an Answer, or a list with one item for each attempt.

    watch: called with each ask before it is answered. An ask answered by None never ends. links: how many a page
    may propose.
    """

    def __init__(self, table, watch=lambda ask: None):
        self.table, self.watch = table, watch
        self.asked, self.held, self.pending = [], {}, []
        self.fetcher_alive = self.are_alive = True
        self.links = 0
        self.stopped, self.enough = 0, []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def ask(self, ask):
        self.watch(ask)
        self.asked.append(ask.url)
        self.held[ask.url] = ask.sellers
        given = self.table.get(ask.url, Answer(decision=0, outcome="failed", layer="status", status=404))
        if isinstance(given, list):
            given = given.pop(0)
        if given is not None:
            self.pending.append(self._event(ask, given))

    def _event(self, ask, given):
        if isinstance(given, Answer):
            fields = {name: getattr(given, name) for name in given.__struct_fields__} | {
                "decision": ask.decision
            }
            return Answer(**fields)
        answer = Answer(decision=ask.decision, outcome="received", status=200, content_type="text/html")
        keep = Wanted(frozenset(ask.sellers))
        extraction = (
            unread(ask.document, "killed: SIGABRT")
            if given == "deadly"
            else extract_page(given, kind=ask.document, url=ask.url, status=200, keep=keep, links=self.links)
        )
        return Done(answer=answer, document=ask.document, extraction=extraction)

    def receive(self, timeout_s, enough):
        self.enough.append(enough)
        found, self.pending = self.pending[:3], self.pending[3:]
        return found

    def stop(self):
        self.stopped += 1

    def kill(self):
        self.fetcher_alive = self.are_alive = False

    def fetcher_death(self):
        return "exit code 9"
