"""The list of models, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from segbook.models import MODELS, Model, parameters
from segbook.models.attributes import FAMILIES
from segbook.words.i18n import catalogue


def list_models() -> list[dict[str, Any]]:
    """Give every model in report order, in both languages, as plain data.

    Returns
    -------
    list of dict
        ``key, family, title, definition, needs, parameters`` (default and meaning), ``segments`` (label and
        action, best first; those with words of their own). The attributes stand together by family, each
        family as one model with its ``columns``: name, what it needs and the parameters that differ from
        those of the family.

    Examples
    --------
    >>> [each["key"] for each in list_models()][:2]
    ['rfm', 'xyz']
    """
    listed = []
    for key, made in MODELS.items():
        columns = FAMILIES.get(made.family)
        if columns is None:
            listed.append(_describe(key, made))
        elif key == columns[0]:
            listed.append(_describe_family(made.family, columns))
    return listed


def _describe(key: str, made: Model) -> dict[str, Any]:
    words = catalogue()
    return {
        "key": key,
        "family": made.family,
        "title": words[f"{key}.title"],
        "definition": words[f"{key}.what"],
        "needs": _plain_needs(made),
        "parameters": {
            name: {"default": value, "meaning": words[f"{key}.params.{name}"]}
            for name, value in parameters(made).items()
        },
        "segments": {
            name: {
                "label": words[f"{key}.segments.{name}.label"],
                "action": words.get(f"{key}.segments.{name}.action", words.get(f"{key}.action")),
            }
            for name in made.segments
            if f"{key}.segments.{name}.label" in words
        },
    }


def _describe_family(family: str, columns: Sequence[str]) -> dict[str, Any]:
    words = catalogue()
    shared = parameters(MODELS[columns[0]])
    described = _describe(columns[0], MODELS[columns[0]])
    return {
        **described,
        "key": family,
        "title": words[f"attributes.families.{family}.title"],
        "needs": {},
        "parameters": {name: each for name, each in described["parameters"].items() if name != "column"},
        "columns": {
            column: {
                "title": words[f"{column}.title"],
                "needs": _plain_needs(MODELS[column]),
                "parameters": {
                    name: value
                    for name, value in parameters(MODELS[column]).items()
                    if value != shared[name] and name != "column"
                },
            }
            for column in columns
        },
    }


def _plain_needs(made: Model) -> dict[str, list[str]]:
    return {table: list(columns) for table, columns in made.needs.items()}


def print_models(listed: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Print the models for a person."""
    console = Console(highlight=False)
    for each in listed:
        console.print(Text(f"{each['key']}", style="bold"), Text(each["title"][lang]))
        console.print(Text(f"  {each['definition'][lang]}"))
        needs = "; ".join(f"{table}: {', '.join(columns)}" for table, columns in each["needs"].items())
        if needs:
            console.print(Text(f"  needs     {needs}"))
        options = ", ".join(f"{name}={value['default']}" for name, value in each["parameters"].items())
        console.print(Text(f"  settings  {options}"))
        for line in _columns(each.get("columns", {}), lang):
            console.print(Text(f"  {line}"))
        console.print(
            Text(f"  segments  {', '.join(labels['label'][lang] for labels in each['segments'].values())}\n")
        )


def _columns(columns: Mapping[str, Any], lang: str) -> list[str]:
    """Give a family's columns in one line, and each whose settings differ in one of its own."""
    if not columns:
        return []
    names = ", ".join(f"{column} ({each['title'][lang]})" for column, each in columns.items())
    differ = {column: each["parameters"] for column, each in columns.items() if each["parameters"]}
    settings = [
        f"{column}: " + ", ".join(f"{name}={value}" for name, value in changed.items())
        for column, changed in differ.items()
    ]
    return [f"columns   {names}", *(f"          {each}" for each in settings)]
