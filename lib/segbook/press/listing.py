"""The list of models, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from segbook.models import MODELS, Model, parameters
from segbook.words.i18n import catalogue


def list_models() -> list[dict[str, Any]]:
    """Give every model in report order, in both languages, as plain data.

    Returns
    -------
    list of dict
        ``key, family, title, definition, needs, parameters`` (default and meaning), ``segments`` (label and
        action, best first).

    Examples
    --------
    >>> [each["key"] for each in list_models()][:2]
    ['rfm', 'abc']
    """
    return [_describe(key, made) for key, made in MODELS.items()]


def _describe(key: str, made: Model) -> dict[str, Any]:
    words = catalogue()
    return {
        "key": key,
        "family": made.family,
        "title": words[f"{key}.title"],
        "definition": words[f"{key}.what"],
        "needs": {table: list(columns) for table, columns in made.needs.items()},
        "parameters": {
            name: {"default": value, "meaning": words[f"{key}.params.{name}"]}
            for name, value in parameters(made).items()
        },
        "segments": {
            name: {
                "label": words[f"{key}.segments.{name}.label"],
                "action": words[f"{key}.segments.{name}.action"],
            }
            for name in made.segments
        },
    }


def print_models(listed: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Print the models for a person."""
    console = Console(highlight=False)
    for each in listed:
        console.print(Text(f"{each['key']}", style="bold"), Text(each["title"][lang]))
        console.print(Text(f"  {each['definition'][lang]}"))
        needs = "; ".join(f"{table}: {', '.join(columns)}" for table, columns in each["needs"].items())
        console.print(Text(f"  needs     {needs}"))
        options = ", ".join(f"{name}={value['default']}" for name, value in each["parameters"].items())
        console.print(Text(f"  settings  {options}"))
        console.print(
            Text(f"  segments  {', '.join(labels['label'][lang] for labels in each['segments'].values())}\n")
        )
