"""Push workers: scripts a site keeps for a push network, at the places where networks want them."""

from adtrace.demo.answers import Answer, script
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Piece, Told, facts_of

WORKER_PATHS = ("/sw.js", "/service-worker.js", "/firebase-messaging-sw.js", "/OneSignalSDKWorker.js")
REGISTRATION = Piece(
    "<script>if ('serviceWorker' in navigator) { navigator.serviceWorker.register('/sw.js'); }</script>",
    Told(workers=("/sw.js",)),
)


def write_monetag_worker(dice: Dice) -> tuple[Answer, Told]:
    """Monetag's worker: its options name the zone, its import the host of the week."""
    zone, host = dice.text("digits", 7), f"{dice.text('letters', 9)}.test"
    address = f"https://{host}/act/files/service-worker.min.js?r=sw"
    options = f'self.options = {{\n    "domain": "{host}",\n    "zoneId": {zone}\n}}'
    code = f"{options}\nself.lary = \"\"\nimportScripts('{address}')\n"
    facts = (*facts_of(f"monetag zone_id/slot/{zone}"), *facts_of("monetag"))
    return script(code), Told(facts=facts, never=(address,))


def write_plain_worker(dice: Dice) -> tuple[Answer, Told]:
    """A worker that only caches."""
    return script(
        f"self.addEventListener('fetch', function (e) {{ var cache = '{dice.word()}'; }});\n"
    ), Told()
