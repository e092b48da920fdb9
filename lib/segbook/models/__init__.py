"""The segment models, in the order of the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from segbook.data.client import ClientData
from segbook.errors import ParamsError, Problem, nearest
from segbook.models.abc import ABC
from segbook.models.abc_xyz import ABCXYZ
from segbook.models.base_blocks import BaseBlocks
from segbook.models.bcg import BCG
from segbook.models.brand_effect import BrandEffect
from segbook.models.channel import Channel
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
    RFM(),
    ABC(),
    XYZ(),
    ABCXYZ(),
    RepeatLoyalty(),
    Lifecycle(),
    PurchaseVolume(),
    ValueTier(),
    ProfitLoyalty(),
    CustomerKind(),
    Initiative(),
    Engagement(),
    Channel(),
    BCG(),
    Renew(),
    BrandEffect(),
    Potential(),
    BaseBlocks(),
    CsiGroup(),
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
        Key to model, in report order. A model made of others takes their sections too.

    Raises
    ------
    ParamsError
        Every unknown model, unknown parameter and wrong value at once.

    Examples
    --------
    >>> params = Params(client="A", purpose="-", sources={"orders": {}}, models={"rfm": {"levels": 3}})
    >>> configure(params)["rfm"].levels
    3
    """
    problems = [
        Problem(f"{params.file.name}: models.{name}", f"unknown model '{name}'", nearest(name, MODELS))
        for name in params.models
        if name not in MODELS
    ]
    problems += [
        Problem(f"{params.file.name}: primary", f"unknown model '{name}'", nearest(name, MODELS))
        for name in params.primary
        if name not in MODELS and name not in Params.model_fields["primary"].default
    ]
    made: dict[str, Model] = {}
    for name, default in MODELS.items():
        fields: Any = default
        parts = {each.name: made[each.name] for each in dataclasses.fields(fields) if each.name in made}
        try:
            made[name] = replace(default, **{**parts, **params.models.get(name, {})})
        except ValidationError as error:
            problems += explain(error, params.file.name, type(default), prefix=f"models.{name}")
            made[name] = default
    if problems:
        raise ParamsError(problems)
    return made


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
    for key, each in configure(data.params).items():
        yield key, shortage(each, data) or each.segment(data)
