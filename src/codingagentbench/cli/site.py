"""`cab site`: pages from the results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codingagentbench.cli.output import Json, note, print_json

app = typer.Typer(help="The site: build static pages, or serve them live.", no_args_is_help=True)
Out = Annotated[Path, typer.Option("--out", help="Results folder.")]


@app.command("build")
def build(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the site; made or updated.")],
    out: Out = Path("results"),
    base_url: Annotated[str, typer.Option(help="Where it will be published, for badges and embeds.")] = "",
    evidence: Annotated[bool, typer.Option(help="Also the files behind every number.")] = True,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes (default: the CPU cores).")] = None,
    json: Json = False,
) -> None:
    """Make static pages that open from a folder or any host; only what changed is made again."""
    import time
    from dataclasses import asdict

    from codingagentbench.site.build import build as make
    from codingagentbench.site.site import DEFAULT_BASE_URL, SiteOptions, open_site

    began = time.monotonic()
    site = open_site(out, SiteOptions(base_url=base_url.rstrip("/") or DEFAULT_BASE_URL, evidence=evidence))
    built = make(site, target, jobs=jobs)
    took = time.monotonic() - began
    if json:
        print_json(
            {"directory": str(target), "cells": len(site.catalogue.lines), "seconds": took, **asdict(built)}
        )
        return
    note(f"{built.made} files made, {built.kept} kept, {built.removed} removed in {took:.1f} s")
    print(target / "index.html")
