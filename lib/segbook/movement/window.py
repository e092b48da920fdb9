"""The client at two dates, each judged on the same length of history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from segbook.data.client import ClientData
from segbook.errors import ParamsError, Problem
from segbook.models import MODELS, Model, configure
from segbook.models.contract import shortage
from segbook.periods import Period
from segbook.results import SegmentResult

MONTH = 30.4375
"""Days of a mean month."""
WHOLE = ("clv",)
"""Models that know themselves how long each customer has been observed: they look at all history."""
SUMLESS = ("lifecycle", *WHOLE)
"""Models compared where histories are not equally long: the others would rise merely by the time."""
ALWAYS = ("lifecycle", "abc", "rfm", "clv")
"""Models whose movement is reported beside the client's primary ones, where they can be computed."""


@dataclass(frozen=True)
class Comparison:
    """One client now and at the end of the period before.

    Made by `compare`.

    Parameters
    ----------
    before, now
        The same tables as of both dates; sums and counts of both run over equally long histories, so that
        nobody rises merely because time went by.
    whole
        The same two dates with all history, for the models of `WHOLE`.
    months
        Length of the history of ``before`` and ``now``; None when all history is too short to be cut
        equally and both run from its start.
    given
        Models with the cut-offs of an earlier report, where the client names one.
    """

    before: ClientData
    now: ClientData
    whole: tuple[ClientData, ClientData]
    months: int | None
    given: Mapping[str, Model] = field(default_factory=dict)

    @cached_property
    def models(self) -> dict[str, Model]:
        """The primary models that both dates allow, with the client's parameters."""
        made = configure(self.now.params)
        wanted = dict.fromkeys([*ALWAYS, *self.now.params.primary])
        known = [made[key] for key in wanted if key in made and _followed(made[key])]
        if self.months is None:
            known = [each for each in known if each.key in SUMLESS]
        return {
            each.key: each for each in known if not any(shortage(each, data) for data in self.of(each.key))
        }

    def of(self, key: str) -> tuple[ClientData, ClientData]:
        """Before and now, as a model looks at them."""
        return self.whole if key in WHOLE else self.both

    @property
    def both(self) -> tuple[ClientData, ClientData]:
        """Before and now."""
        return self.before, self.now

    def content(self) -> dict[str, Any]:
        """Give the two dates for the report's JSON."""
        before, now = (each.period.end for each in self.both)
        return {"comparison": {"before": before, "now": now, "months": self.months}}

    @cached_property
    def frozen(self) -> dict[str, Model]:
        """The models with the cut-offs of the period before: read from its JSON, else learned again."""
        return {key: self.given.get(key) or made.learn(self.of(key)[0]) for key, made in self.models.items()}


def _followed(model: Any) -> bool:
    """Tell whether a model's segments are the same at both dates: clusters are found anew each time."""
    asked = model.key != "combined" or bool(model.rules)
    return bool(model.subject == "customer" and model.key != "clusters" and asked)


def compare(data: ClientData) -> Comparison:
    """Put a client beside itself at the end of the period before.

    Parameters
    ----------
    data
        One client and period.

    Returns
    -------
    Comparison
        Over the history the cut-offs of ``movement.cutoffs`` were learned on, when they are given; over
        ``history_months`` when the client has one; else over ``movement.window_months``, but not less
        than two periods, or as many whole months as the history held at the end of the period before; over
        all history when that is not even two periods.

    Raises
    ------
    ParamsError
        The cut-offs given cannot be read, or are not this client's of an earlier period.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a"], "amount": 10.0,
    ...     "order_date": pd.to_datetime(["2024-01-05", "2026-02-05"])})
    >>> compare(ClientData.of(orders, "2026Q1")).months
    12
    """
    previous, file = data.period.previous(), data.params.movement.cutoffs
    if file is None:
        months, given = _window(data), dict[str, Model]()
    else:
        months, given = read_cutoffs(data.params.resolve(file), data.params.client, previous.end)
    windows = (as_of(data, previous, months), as_of(data, data.period, months))
    return Comparison(*windows, (as_of(data, previous), data), months, given)


def _window(data: ClientData) -> int | None:
    previous, months = data.period.previous(), data.params.history_months
    if months is None and data.first_day is not None:
        held = int((pd.Timestamp(previous.end) - pd.Timestamp(data.first_day)).days / MONTH + 0.5)
        # A stage of the lifecycle compares two periods: both must be inside.
        needed = max(round(2 * data.period.days / MONTH), 1)
        wished = max(data.params.movement.window_months, needed)
        months = min(wished, held) if held >= needed else None
    return months


def as_of(data: ClientData, period: Period, months: int | None = None) -> ClientData:
    """Give the same client as of another period, with the same or another length of history."""
    chosen = {"history_months": months or data.params.history_months}
    return ClientData(data.params.model_copy(update=chosen), period, data.tables, data.reads)


def placed(model: Model, data: ClientData) -> SegmentResult:
    """Give a model's segments of a client, made once: a rule's are the same under old and new cut-offs."""
    return data.once((model.key, repr(model)), lambda: model.segment(data))


def standing(model: Model, data: ClientData) -> pd.Series[Any]:
    """Give the segments of those who are there: of a model of purchases whoever bought or brought back."""
    segments = placed(model, data).segments
    if not {"orders", "totals"} & set(model.needs):
        return segments
    people = data.customers
    there: pd.Series[Any] = segments[(people["n_orders"] > 0) | people["only_refunds"]]
    return there


def read_cutoffs(file: Path, client: str, latest: date) -> tuple[int | None, dict[str, Model]]:
    """Read the models of a finished report, with the cut-offs it used.

    Parameters
    ----------
    file
        The report's JSON.
    client
        Whose it must be.
    latest
        Day its period must end at.

    Returns
    -------
    months, models
        Months of history the cut-offs were learned on (None: all that was too short to be cut), and key to
        model, of those the JSON holds.

    Raises
    ------
    ParamsError
        No such file, no JSON, parameters no model knows, another client, a later period, or cut-offs
        learned on all history: on a part of it they would be another ruler.
    """
    where = f"movement.cutoffs: {file.name}"
    allowed = "the JSON of a movement report of the period before"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        manifest, results = content["manifest"], content["results"]
        found: Mapping[str, Any] = results["models"]
        models = {
            key: type(MODELS[key])(**_nested(facts["params"]))
            for key, facts in found.items()
            if key in MODELS
        }
        whose, end, known = manifest["client"], date.fromisoformat(manifest["end"]), results.get("comparison")
        months = known["months"] if known else manifest["params"]["history_months"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParamsError([Problem(where, str(error) or "nothing", allowed)]) from None
    wrong = [
        (whose != client, f"client {whose}", f"a report on {client}"),
        (end > latest, f"a period that ends on {end}", f"a period that ended by {latest}"),
        (months is None and not known, "cut-offs learned on all history", f"{allowed}, or history_months"),
    ]
    if problems := [Problem(where, told, right) for failed, told, right in wrong if failed]:
        raise ParamsError(problems)
    return months, models


def _nested(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give models inside a model their class again."""
    return {
        name: type(MODELS[name])(**value) if name in MODELS and isinstance(value, dict) else value
        for name, value in params.items()
    }
