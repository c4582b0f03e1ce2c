"""A world written out as files: its list, its pages for `adtrace extract`, its answer key."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from adtrace.demo.key import save_key
from adtrace.demo.world import World
from adtrace.errors import UsageError


def write_files(world: World, folder: Path) -> int:
    """Write list.csv, key.json, pages/*.html and manifest.jsonl (one {"file", "url"} a page); how many pages.

    Pages alone: what a site answers under its front page as HTML. No media, no scripts, no declarations.

    Raises:
        UsageError: the folder holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("is not empty.", where=str(folder), do="Give a new folder.")
    pages = folder / "pages"
    pages.mkdir(parents=True)
    (folder / "list.csv").write_text(world.list_csv(), encoding="utf-8")
    save_key(world.key, folder / "key.json")
    sites = {site.host: site for site in world.sites}
    lines = []
    for domain, _ in world.key["page_states"]:
        for url, outcome in world.key["outcomes"].items():
            parts = urlsplit(url)
            if outcome != "captured" or parts.hostname not in (domain, f"www.{domain}"):
                continue
            answer = sites[parts.hostname].answer(parts.path)
            if (answer.content_type or "").startswith("text/html"):
                (pages / f"{domain}.html").write_bytes(answer.body)
                lines.append(json.dumps({"file": f"pages/{domain}.html", "url": url}))
    (folder / "manifest.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)
