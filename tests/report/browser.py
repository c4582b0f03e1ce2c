"""Headless Chromium over its own pipe (DevTools protocol), for tests that look at a page as a reader does."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-prefers-reduced-motion",
    "--remote-debugging-pipe",
)


class Browser:
    """One page. errors: console errors and uncaught exceptions; requests: every address the page asked for.

    refused: addresses that the page's policy stopped before they were asked for; they are in requests as well.
    """

    def __init__(self, into: int, out_of: int) -> None:
        self._into, self._out_of = into, out_of
        self._number, self._rest = 0, b""
        self._loaded: set[str] = set()  # the browser's numbers of the pages that have loaded
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.refused: set[str] = set()
        self._asked: dict[str, str] = {}
        self._frame = self.call("Target.createTarget", url="about:blank")[
            "targetId"
        ]  # a page's own is named so
        self._session = self.call("Target.attachToTarget", targetId=self._frame, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    _session: str | None = None

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What the browser answers; events before the answer are kept."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._into, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard["error"]
                result: dict[str, Any] = heard["result"]
                return result

    def open(self, file: Path, fragment: str = "", *, scripts: bool = True) -> None:
        """Open a file from the disk, and return when it and its scripts have loaded."""
        self.visit("about:blank")  # else a new fragment alone would load nothing
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.visit(f"{file.absolute().as_uri()}{fragment}")

    def visit(self, address: str) -> None:
        """Go to an address, and return when what it leads to has loaded."""
        page = self.call("Page.navigate", url=address)["loaderId"]
        while page not in self._loaded:
            self._hear()

    def click(self, selector: str) -> None:
        """Click the first element a selector finds."""
        self.look(f"document.querySelector({json.dumps(selector)}).click()")

    def follow(self, selector: str) -> None:
        """Click the first link a selector finds, and return when what it leads to has loaded."""
        before = set(self._loaded)
        self.click(selector)
        while self._loaded == before:
            self._hear()

    def type(self, selector: str, text: str) -> None:
        """Write into a field, as a whole."""
        field = f"document.querySelector({json.dumps(selector)})"
        self.look(f"{field}.value = {json.dumps(text)}; {field}.dispatchEvent(new Event('input'))")

    def press(self, key: str, code: int) -> None:
        """Press a key; code: its number in Windows, which the browser goes by."""
        text = {"text": "\r"} if key == "Enter" else {}
        for type_ in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=type_, key=key, windowsVirtualKeyCode=code, **text)

    def wait(self, expression: str) -> None:
        """Return once the expression is true; the test's own timeout ends a wait that is in vain."""
        again = f"() => ({expression}) ? done() : requestAnimationFrame(again)"
        self.look(f"new Promise(done => {{ const again = {again}; again() }})")

    def visible(self, selector: str) -> list[str]:
        """The texts of the visible elements a selector finds."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})]"
        shown: list[str] = self.look(f"{found}.filter(e => e.checkVisibility()).map(e => e.textContent)")
        return shown

    def look(self, expression: str) -> Any:
        """The value of an expression in the page, awaited if it is a promise."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def size(self, width: int, height: int) -> None:
        """The window's size in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def picture(self, file: Path) -> None:
        """What the window shows, as a PNG."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            heard = os.read(self._out_of, 1 << 20)
            assert heard, "Chromium has gone."
            self._rest += heard
        line, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        event, details = message.get("method"), message.get("params", {})
        if event == "Page.lifecycleEvent" and (details["frameId"], details["name"]) == (self._frame, "load"):
            self._loaded.add(details["loaderId"])
        elif event == "Network.requestWillBeSent":
            self.requests.append(details["request"]["url"])
            self._asked[details["requestId"]] = details["request"]["url"]
        elif event == "Network.loadingFailed" and details.get("blockedReason") == "csp":
            self.refused.add(self._asked[details["requestId"]])
        elif event == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(details["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning", "assert"):
            self.errors.append(json.dumps(details["args"]))
        elif event == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            self.errors.append(json.dumps(details["entry"]))
        return message


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser with a profile of its own, gone at the end."""
    assert CHROMIUM
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        # It reads from descriptor 3 and writes to 4.
        command = [CHROMIUM, *_QUIET, f"--user-data-dir={profile}"]
        script = f'exec "$@" 3<&{to_read} 4>&{from_write}'
        process = subprocess.Popen(
            ["bash", "-c", script, "bash", *command],
            pass_fds=(to_read, from_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(from_write)
        try:
            yield Browser(to_write, from_read)
        finally:
            os.close(to_write)
            os.close(from_read)
            process.terminate()
            process.wait()
