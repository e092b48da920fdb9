"""The segment models, in the order of the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from segbook.data.client import ClientData
from segbook.errors import ParamsError, Problem, nearest
from segbook.models.abc import ABC
from segbook.models.abc_xyz import ABCXYZ
from segbook.models.attributes import ATTRIBUTES, Attribute, own_columns
from segbook.models.base_blocks import BaseBlocks
from segbook.models.bcg import BCG
from segbook.models.brand_effect import BrandEffect
from segbook.models.channel import Channel
from segbook.models.clusters import Clusters
from segbook.models.clv import CLV
from segbook.models.combined import Combined
from segbook.models.contract import Model, parameters, replace, shortage
from segbook.models.csi_group import CsiGroup
from segbook.models.customer_kind import CustomerKind
from segbook.models.engagement import Engagement
from segbook.models.initiative import Initiative
from segbook.models.lifecycle import Lifecycle
from segbook.models.potential import Potential
from segbook.models.profit_loyalty import ProfitLoyalty
from segbook.models.purchase_volume import PurchaseVolume
from segbook.models.renew import Renew
from segbook.models.repeat_loyalty import RepeatLoyalty
from segbook.models.rfm import RFM
from segbook.models.value_tier import ValueTier
from segbook.models.xyz import XYZ
from segbook.params import Params
from segbook.results import NotComputed, SegmentResult
from segbook.yamlfile import explain

_IN_ORDER: tuple[Any, ...] = (
    *(RFM(), XYZ(), Lifecycle(), RepeatLoyalty(), Initiative(), Engagement(), Channel()),
    *(ABC(), PurchaseVolume(), ValueTier(), CLV(), ProfitLoyalty(), CustomerKind()),
    *(BCG(), Renew(), BrandEffect(), Potential()),
    CsiGroup(),
    *(ABCXYZ(), BaseBlocks()),  # made of others, so after them
    *ATTRIBUTES,
    Clusters(),
    Combined(),
)
MODELS: dict[str, Model] = {each.key: each for each in _IN_ORDER}
"""Key to the model with its default parameters."""

__all__ = ["MODELS", "Model", "compute", "configure", "parameters", "steps"]


def configure(params: Params) -> dict[str, Model]:
    """Give every model with the client's own parameters.

    Parameters
    ----------
    params
        Its ``models`` section holds a mapping of parameters for each model that departs from the defaults.

    Returns
    -------
    dict
        Key to model, in report order; the client's own attributes behind the canonical ones. A model made of
        others takes their sections too.

    Raises
    ------
    ParamsError
        Every unknown model, unknown parameter and wrong value at once, and every model and segment of
        the playbook that there is not.

    Examples
    --------
    >>> params = Params(client="A", purpose="-", sources={"orders": {}}, models={"rfm": {"levels": 3}})
    >>> configure(params)["rfm"].levels
    3
    """
    known, problems = _known(params)
    made: dict[str, Any] = {}
    for name, default in known.items():
        given = params.models.get(name, {})
        if isinstance(default, Attribute) and "column" in given:
            where = f"{params.file.name}: models.{name}.column"
            problems.append(Problem(where, f"'{given['column']}'", "absent: the key says the column"))
            given = {}
        try:
            made[name] = replace(default, **{**_parts(default, made), **given})
        except ValidationError as error:
            problems += explain(error, params.file.name, type(default), prefix=f"models.{name}")
            made[name] = default
        if isinstance(made[name], Combined):
            made[name], wrong = made[name].with_parts(made)
            problems += [
                Problem(f"{params.file.name}: models.{name}.rules.{rule}", found, allowed)
                for rule, found, allowed in wrong
            ]
    problems += _unknown_plays(params, made)
    if problems:
        raise ParamsError(problems)
    return made


def _unknown_plays(params: Params, made: Mapping[str, Model]) -> Iterator[Problem]:
    for key, plays in params.playbook.items():
        where = f"{params.file.name}: playbook.{key}"
        if key not in made:
            yield Problem(where, f"unknown model '{key}'", nearest(key, made))
        elif not getattr(made[key], "open_segments", False):  # such as the levels of an attribute
            known = made[key].segments
            for name in plays:
                if name not in known:
                    yield Problem(f"{where}.{name}", f"unknown segment '{name}'", nearest(name, known))


def _known(params: Params) -> tuple[dict[str, Any], list[Problem]]:
    """Give the models of segbook, the client's own attributes among them, and names that are none of them."""
    file, source = params.file.name, params.sources.get("customers")
    own = own_columns(list(source.columns)) if source else []
    problems = [
        Problem(f"{file}: sources.customers.columns.{name}", "a model's name", "another name")
        for name in own
        if name in MODELS
    ]
    models: dict[str, Any] = {}
    for name, each in MODELS.items():
        models[name] = each
        if name == ATTRIBUTES[-1].key:
            models |= {column: Attribute(column) for column in own if column not in MODELS}
    named = [("models", name) for name in params.models] + [("primary", name) for name in params.primary]
    problems += [
        Problem(
            f"{file}: {place}{'.' + name if place == 'models' else ''}",
            f"unknown model '{name}'",
            nearest(name, models),
        )
        for place, name in named
        if name not in models
    ]
    return models, problems


def _parts(of: Any, made: dict[str, Model]) -> dict[str, Model]:
    """Give the models another one is made of: its fields that hold one, under the same name."""
    names = [each.name for each in dataclasses.fields(of) if each.name in made]
    return {name: made[name] for name in names if isinstance(getattr(of, name), type(made[name]))}


def compute(data: ClientData) -> tuple[dict[str, SegmentResult], list[NotComputed]]:
    """Compute every model whose inputs exist.

    Parameters
    ----------
    data
        One client and period.

    Returns
    -------
    results, not_computed
        Key to result, in report order; and the models left out, each with its reason.

    Raises
    ------
    ParamsError
        As `configure`.
    """
    made = dict(steps(data))
    results = {key: each for key, each in made.items() if isinstance(each, SegmentResult)}
    return results, [each for each in made.values() if isinstance(each, NotComputed)]


def steps(data: ClientData) -> Iterator[tuple[str, SegmentResult | NotComputed]]:
    """Compute the models one after the other, as `compute` does; give each as soon as it is there."""
    models: Mapping[str, Any] = configure(data.params)
    for key, each in models.items():
        if isinstance(each, Combined) and not each.rules:
            yield key, NotComputed(key, "not_asked", {"parameter": "models.combined.rules"})
        else:
            yield key, shortage(each, data) or each.segment(data)
