"""`cab glossary`: what a word means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from codingagentbench.cli.output import Json, print_json

if TYPE_CHECKING:
    from codingagentbench.core.glossary import Term
    from codingagentbench.scoring.definitions import AxisDefinition


def glossary(
    term: Annotated[
        str | None, typer.Argument(help="A word of records or pages, e.g. 'blast radius'; all when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """What a word means, in plain words and for experts; of a number also its formula."""
    from codingagentbench.core.glossary import glossary as read
    from codingagentbench.core.glossary import lookup

    found = [lookup(term)] if term else list(read().terms)
    if json:
        documents = [_document(one) for one in found]
        print_json(documents[0] if term else {"version": read().version, "terms": documents})
    elif term:
        _print(found[0])
    else:
        _print_all(found)


def _definitions(term: Term) -> list[AxisDefinition]:
    """What is computed under that word, the default methodology first."""
    from codingagentbench.scoring.definitions import VERSIONS, axis_definition, definition_names

    every = (axis_definition(name, version) for version in VERSIONS for name in definition_names(version))
    return [one for one in every if one.term == term.name and one.formula]


def _document(term: Term) -> dict[str, Any]:
    return {
        **term.model_dump(mode="json"),
        "anchor": term.slug,
        "definitions": [one.model_dump(mode="json", exclude={"plain", "expert"}) for one in _definitions(term)],
    }


def _print(term: Term) -> None:
    from codingagentbench.cli.output import console

    words = ", ".join(term.aliases)
    text = [f"{term.name}  ({term.group})" + (f"  also: {words}" if words else ""), "", term.plain]
    text += [term.expert] if term.expert else []
    for one in _definitions(term):
        text += ["", f"{one.title} under {one.methodology} ({one.scale}, {one.better}):", f"  {one.formula}"]
        text += [f"    {name}: {what}" for name, what in one.inputs.items()]
        text += [f"  {one.note}"] if one.note else []
    text += ["", f"see also: {', '.join(term.see)}"] if term.see else []
    console().print("\n".join(text), markup=False)


def _print_all(terms: list[Term]) -> None:
    from codingagentbench.cli.output import table
    from codingagentbench.core.glossary import GROUPS

    for group in GROUPS:
        rows = [(term.name, term.plain) for term in terms if term.group == group]
        table(group, ("term", "meaning"), rows)
