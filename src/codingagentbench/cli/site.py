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
    social: Annotated[
        bool | None,
        typer.Option(
            "--social/--no-social",
            help="An Open Graph image a page (default: with --base-url, which its link needs).",
        ),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes (default: the CPU cores).")] = None,
    json: Json = False,
) -> None:
    """Make static pages that open from a folder or any host; only what changed is made again."""
    import time
    from dataclasses import asdict

    from codingagentbench.site.build import build as make
    from codingagentbench.site.site import DEFAULT_BASE_URL, SiteOptions, open_site

    began = time.monotonic()
    options = SiteOptions(
        base_url=base_url.rstrip("/") or DEFAULT_BASE_URL,
        evidence=evidence,
        social=bool(base_url) if social is None else social,
    )
    site = open_site(out, options)
    built = make(site, target, jobs=jobs)
    took = time.monotonic() - began
    if json:
        print_json(
            {"directory": str(target), "cells": len(site.catalogue.lines), "seconds": took, **asdict(built)}
        )
        return
    note(f"{built.made} files made, {built.kept} kept, {built.removed} removed in {took:.1f} s")
    print(target / "index.html")


@app.command("serve")
def serve(
    out: Out = Path("results"),
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8000,
    base_url: Annotated[
        str, typer.Option(help="Where it is published, for badges and embeds (default: its own address).")
    ] = "",
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
    rate: Annotated[
        list[str] | None,
        typer.Option(help="API requests a client may make, e.g. 600/minute; may be repeated; off: any number."),
    ] = None,
    trust_proxy: Annotated[
        bool, typer.Option("--trust-proxy", help="Clients are told apart by X-Forwarded-For, which a proxy sets.")
    ] = False,
) -> None:
    """Serve the site with its API and what runs now; sweeps appear while they run. Ctrl-C ends it."""
    import signal

    from codingagentbench.core.errors import Interrupted
    from codingagentbench.site.server.run import bind, url_of
    from codingagentbench.site.server.run import serve as run
    from codingagentbench.site.server.settings import DEFAULT_RATES, Settings, usual_hosts
    from codingagentbench.site.site import SiteOptions
    from codingagentbench.store import sweep_ids

    sweeps = sweep_ids(out)
    sockets = bind(host, port, jobs)
    url = url_of(sockets[0])
    published = base_url.rstrip("/") or url.rstrip("/")
    settings = Settings(
        results=out,
        options=SiteOptions(live=True, base_url=published, social=bool(base_url)),
        trust_proxy=trust_proxy,
        hosts=frozenset() if trust_proxy else usual_hosts(host, published),
        rates=DEFAULT_RATES if rate is None else tuple(one for one in rate if one != "off"),
    )

    def ready() -> None:
        print(url, flush=True)
        note(f"serving {len(sweeps)} sweeps of {out}; Ctrl-C ends it")

    if run(settings, sockets, ready) == signal.SIGINT:
        raise Interrupted("stopped", where=url)
