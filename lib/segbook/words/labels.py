"""What a model and a segment are called, also those a client named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from segbook.models.attributes import own_columns
from segbook.params import Params
from segbook.words.i18n import Texts

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_GROUP = re.compile(r"cluster_(\d+)")


def playbook_texts(params: Params) -> dict[str, dict[str, str]]:
    """Give the client's own names and actions of segments, as `Texts` lays them over its own.

    An action is a sentence: it gets its full stop where the client left it out.
    Beside the playbook: what the rules of `combined` call their segments, and the header of each column only
    this client has.

    Examples
    --------
    >>> play = {"rfm": {"champions": {"label": "Stars"}}}
    >>> params = Params(client="A", purpose="-", sources={"orders": {}}, playbook=play)
    >>> label("rfm", "champions", Texts("en", own=playbook_texts(params)))
    'Stars'
    """
    played = {
        f"{model}.segments.{segment}.{what}": {
            lang: text if what == "label" or text[-1] in ".!?…" else f"{text}."
            for lang, text in words.model_dump().items()
        }
        for model, plays in params.playbook.items()
        for segment, play in plays.items()
        for what, words in (("label", play.label), ("action", play.action))
        if words is not None
    }
    return {**_headers(params), **_ruled(params), **played}


def _ruled(params: Params) -> dict[str, dict[str, str]]:
    rules = params.models.get("combined", {}).get("rules") or {}
    return {
        f"combined.segments.{name}.{what}": dict.fromkeys(("ru", "en"), said)
        if isinstance(said, str)
        else said
        for name, rule in rules.items()
        if isinstance(rule, Mapping)
        for what, said in rule.items()
        if what in ("label", "action")
    }


def _headers(params: Params) -> dict[str, dict[str, str]]:
    source = params.sources.get("customers")
    columns = source.columns if source else {}
    return {
        f"{name}.{what}": dict.fromkeys(("ru", "en"), str(columns[name]))
        for name in own_columns(list(columns))
        if isinstance(columns[name], str)
        for what in ("title", "short")
    }


def trial_texts(params: Params) -> dict[str, dict[str, str]]:
    """Give the client's names of A/B tests, variants and metrics, as `Texts` lays them over its own."""
    own: dict[str, Any] = {}
    for name, test in params.experiments.items():
        own[f"abtest.tests.{name}.title"] = test.title
        own |= {f"abtest.tests.{name}.variants.{key}": title for key, title in test.variants.items()}
        own |= {f"abtest.tests.{name}.metrics.{key}": each.title for key, each in test.metrics.items()}
    return {key: dict(title) for key, title in own.items() if {"ru", "en"} <= set(title)}


def model_text(model: str, what: str, texts: Texts) -> str:
    """Give a text of a model, such as its ``title``.

    A model of the client's own, an attribute only they have, is called by its key and described as all such.
    """
    own = texts.t("attributes.families.own.what") if what == "what" else model
    return texts.label(f"{model}.{what}", own)


def label(model: str, segment: str, texts: Texts) -> str:
    """Give a segment's name in the language, or the client's own name for it."""
    return texts.label(f"{model}.segments.{segment}.label", spoken(segment, texts))


def action(model: str, segment: str, texts: Texts) -> str:
    """Give what to do with a segment; for a level or a band of an attribute, what its family advises."""
    own = not texts.has(f"{model}.what")
    general = texts.label("attributes.families.own.action" if own else f"{model}.action", "")
    shared = texts.label(f"attributes.segments.{segment}.action", general) if own else general
    return texts.label(f"{model}.segments.{segment}.action", shared)


def feature_name(feature: str, texts: Texts) -> str:
    """Give what a number of a customer is called: a column of a table, or an attribute."""
    default = texts.label(f"report.columns.{feature}", model_text(feature, "short", texts))
    return texts.label(f"clusters.columns.{feature}", default)


def spoken(segment: str, texts: Texts) -> str:
    """Give what a segment without a text of its own is called: a band or a group in words, else its key.

    Examples
    --------
    >>> [spoken(each, Texts("ru")) for each in ("18..24", "..18", "65..", "cluster_2", "rare", "Омск")]
    ['18–24', 'до 18', '65 и больше', 'Группа 2', 'Остальные значения', 'Омск']
    """
    low, dots, high = segment.partition("..")
    if dots and all(_NUMBER.fullmatch(each) for each in (low, high) if each) and low + high:
        form = "between" if low and high else "over" if low else "under"
        return texts.t(f"attributes.bands.{form}", low=float(low or 0), high=float(high or 0))
    if group := _GROUP.fullmatch(segment):
        return texts.t("clusters.group", n=int(group[1]))
    if _NUMBER.fullmatch(segment):
        return texts.decimal(float(segment))
    return texts.label(f"attributes.segments.{segment}.label", segment)
