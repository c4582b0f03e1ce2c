"""Our own pages of the web view, from the report's models and templates: the case, a dossier, the whole report."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jinja2
from datasette.utils.asgi import NotFound, Response

from adtrace.report import words
from adtrace.report.page import page_asset, page_environment, page_policy

if TYPE_CHECKING:
    from adtrace.serve.desk import View


async def show_case(datasette: Any) -> Response:
    """What is known, in a sentence; where to go on."""
    view = await _view(datasette)
    return await _page("case.html", view)


async def show_dossier(datasette: Any, request: Any) -> Response:
    """All about one node of the graph."""
    view = await _view(datasette)
    dossier = view.dossiers.get(request.args.get("node") or "")
    if dossier is None:
        raise NotFound("There is no dossier of that name in the case as it is now.")
    return await _page("one.html", view, dossier=dossier)


async def show_list(datasette: Any, request: Any) -> Response:
    """Every dossier of a kind, or those whose name holds what was asked for."""
    view = await _view(datasette)
    kind, part = request.args.get("kind") or "", (request.args.get("find") or "").strip().lower()
    plain = part.replace("[.]", ".")
    found = [
        dossier
        for dossier in view.report.dossiers
        if (not kind or dossier.label.kind == kind)
        and (plain in dossier.label.id.lower() or part in dossier.label.title.lower())
    ]
    return await _page("list.html", view, found=found, kind=kind, part=part)


async def show_report(datasette: Any) -> Response:
    """The page `adtrace report` writes for the investigator, as of now; its scripts are allowed by their hashes."""
    view = await _view(datasette)
    body = await asyncio.to_thread(lambda: view.page)
    policy = f"{page_policy()}; frame-ancestors 'none'"
    return Response(
        body, content_type="text/html; charset=utf-8", headers={"content-security-policy": policy}
    )


async def show_style() -> Response:
    """The report's style, and what these pages add to it."""
    return _style(page_asset("report.css") + _own("serve.css"))


async def show_table_style() -> Response:
    """What Datasette's pages need besides its own."""
    return _style(_own("tables.css"))


ROUTES = (
    (r"^/$", show_case),
    (r"^/dossier$", show_dossier),
    (r"^/dossiers$", show_list),
    (r"^/report$", show_report),
    (r"^/style\.css$", show_style),
    (r"^/tables\.css$", show_table_style),
)


def _own(name: str) -> str:
    return files("adtrace.serve").joinpath("templates", name).read_text("utf-8")


def _style(text: str) -> Response:
    return Response(text, content_type="text/css; charset=utf-8")


async def _view(datasette: Any) -> View:
    view: View = await asyncio.to_thread(datasette.desk.view.get)
    return view


async def _page(template: str, view: View, **more: Any) -> Response:
    def make() -> str:
        report, overview = view.report, view.report.overview
        page = _environment().get_template(template)
        return page.render(
            report=report, o=overview, d=overview.denominators, words=words,
            view=view, to=view.path_of, is_served=True, **more,
        )  # fmt: skip

    return Response.html(await asyncio.to_thread(make))


@cache
def _environment() -> jinja2.Environment:
    """The report's templates and filters, with ours before them."""
    ours = jinja2.PackageLoader("adtrace.serve", "templates")
    theirs = jinja2.FunctionLoader(page_asset)
    return page_environment().overlay(loader=jinja2.ChoiceLoader([ours, theirs]))
