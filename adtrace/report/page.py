"""The report as one HTML file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from adtrace.names import defang, display
from adtrace.report import words
from adtrace.wording import count

if TYPE_CHECKING:
    import jinja2

    from adtrace.report.model import Report

# In the order they are joined.
_SCRIPTS = ("tables.js", "behind.js", "model.js", "find.js", "view.js", "explore.js")


def render_page(report: Report, data: dict[str, Any], *, is_served: bool = False) -> bytes:
    """The whole file in UTF-8. data: what the script draws the graph from.

    is_served: it is a view of the open case (`adtrace serve`), and nothing was verified or recorded for it.
    """
    page = (
        page_environment()
        .get_template("page.html")
        .render(
            report=report,
            words=words,
            style=_inline(_style()),
            boot=_inline(_boot()),
            script=_inline(_script()),
            policy=page_policy(),
            data=_inline(_as_json(data)),
            to="#{}".format,
            is_served=is_served,
        )
    )
    return page.encode("utf-8", "backslashreplace")


@cache
def page_policy() -> str:
    """Nothing may be loaded, sent or framed; only our own texts are style and script (CSP Level 3)."""
    return (
        f"default-src 'none'; style-src {_source(_style())}; script-src {_source(_boot())} {_source(_script())}; "
        "base-uri 'none'; form-action 'none'"
    )


def _style() -> str:
    return page_asset("report.css")


def _boot() -> str:
    """Runs in the head, before anything is drawn."""
    return page_asset("boot.js")


def _script() -> str:
    return "\n".join(map(page_asset, _SCRIPTS))


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _as_json(data: dict[str, Any]) -> str:
    """JSON that may stand in a script element: no markup, ASCII alone."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _inline(text: str) -> Any:
    import markupsafe

    return markupsafe.Markup(text)  # noqa: S704 - our own files, and JSON without markup


def page_asset(name: str) -> str:
    """The text of one of the page's templates, styles or scripts."""
    return files("adtrace.report").joinpath("templates", name).read_text("utf-8")


@cache
def page_environment() -> jinja2.Environment:
    """The templates, and what they may call; every text is escaped, and nothing invisible passes."""
    import jinja2
    import markupsafe

    def shown(value: object) -> object:
        """Whatever a template writes: nothing invisible or controlling reaches the page."""
        return value if isinstance(value, markupsafe.Markup) else display(str(value))

    found = jinja2.Environment(
        loader=jinja2.FunctionLoader(page_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    found.filters |= {"defang": defang, "count": count, "moment": _moment, "number": "{:,}".format}
    return found


def _moment(time: str) -> str:
    """A time of the ledger as people read it."""
    return f"{time[:16].replace('T', ' ')} UTC" if time else "not ended"
