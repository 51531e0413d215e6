"""`cab`: the root command, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from codingagentbench import __version__
from codingagentbench.cli import (
    agents,
    badge,
    cells,
    compare,
    glossary,
    leaderboard,
    misc,
    run,
    score,
    site,
    sweep,
    tasks,
    watch,
)
from codingagentbench.core.errors import CabError, Interrupted

app = typer.Typer(
    name="cab",
    help="Measure which coding-agent CLI, with which model, does real work.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(agents.app, name="agents")
app.add_typer(cells.app, name="cells")
app.add_typer(site.app, name="site")
app.add_typer(sweep.app, name="sweep")
app.add_typer(tasks.app, name="tasks")
app.add_typer(misc.schema_app, name="schema")
app.command("badge")(badge.badge)
app.command("run")(run.run)
app.command("check")(run.check)
app.command("leaderboard")(leaderboard.leaderboard)
app.command("compare")(compare.compare)
app.command("score")(score.score)
app.command("glossary")(glossary.glossary)
app.command("watch")(watch.watch)
app.command("doctor")(misc.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cab {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options of every command; `--debug` is read by `main`."""


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 could not, 2 usage, 3 invalid cell, 130 interrupted."""
    debug = "--debug" in sys.argv
    if debug:  # accepted anywhere on the line
        sys.argv = [sys.argv[0], "--debug", *(word for word in sys.argv[1:] if word != "--debug")]
    try:
        app()
    except CabError as error:
        if debug:
            raise
        _fail(f"cab: {error}", error.exit_code)
    except KeyboardInterrupt:
        _fail("cab: interrupted", Interrupted.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nothing is wrong
        sys.exit(0)
    except Exception as error:  # the outermost edge: a fault of ours is told in words, not as a traceback
        if debug:
            raise
        _fail(
            f"cab: internal error: {type(error).__name__}: {error}\n"
            "  what to do: run the command again with --debug and report the traceback",
            1,
        )


def _fail(message: str, code: int) -> None:
    from codingagentbench.cli.output import safe

    print(safe(message), file=sys.stderr)
    sys.exit(code)
