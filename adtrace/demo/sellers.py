"""The sellers.json of the invented web's systems: most of this world's accounts, and the faults of real lists."""

import json
from typing import Any

from adtrace.demo.answers import NOT_FOUND, Answer, redirect
from adtrace.demo.answers import json as json_answer
from adtrace.demo.canaries import Canaries
from adtrace.demo.declarations import LISTLESS, MOVED, OUT_OF_ORDER, SELLER_FILES, write_sellers
from adtrace.demo.dice import Dice
from adtrace.demo.found import Document
from adtrace.demo.sites import Built
from adtrace.demo.visit import Visit


def write_seller_files(
    seed: int, built: list[Built], intermediaries: set[str], canaries: Canaries
) -> dict[str, dict[str, Answer]]:
    """Network → what its list's address and, where that moved, the new one answer: most of this world's accounts."""
    accounts: dict[str, set[str]] = {network: set() for network in SELLER_FILES}
    for one in built:
        for told in one.told.values():
            for fact in told.facts:
                if fact.network in accounts and fact.account and fact.scope == "account":
                    accounts[fact.network].add(fact.account)
    files: dict[str, dict[str, Answer]] = {}
    for network, known in accounts.items():
        dice = Dice(seed, "sellers", network)
        held_back = {name.rpartition("/")[2] for name in intermediaries if name.startswith(f"{network}/")}
        listed = [account for account in sorted(known) if account in held_back or dice.number(0, 4)]
        address, answer = SELLER_FILES[network], json_answer(write_sellers(dice, listed, held_back, canaries))
        if network in LISTLESS or network in OUT_OF_ORDER:
            answer = NOT_FOUND if network in LISTLESS else Answer(status=500)
        files[network] = {address: answer}
        if network in MOVED:
            moved = address.replace("//", "//www.", 1)
            files[network] = {address: redirect(moved, 301), moved: answer}
    return files


def visit_sellers(
    visit: Visit, documents: list[Document], files: dict[str, dict[str, Answer]]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Ask for the list of every network whose ids are held; network → the rows kept of it, by account."""
    held: dict[str, set[str]] = {}
    for document in documents:
        for fact in document.told.facts if document.counts and document.is_own else ():
            if fact.network in SELLER_FILES and fact.account and not fact.is_agent:
                held.setdefault(fact.network, set()).add(fact.account)
    lists = {}
    for network, accounts in sorted(held.items()):
        for address, answer in files[network].items():  # what moved is asked for where it moved to
            if visit.ask(address, "sellers_json") == "captured":
                rows = _rows_of(answer)
                lists[network] = {row["seller_id"]: row for row in rows if row["seller_id"] in accounts}
    return lists


def _rows_of(answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.body)["sellers"]
    return found
