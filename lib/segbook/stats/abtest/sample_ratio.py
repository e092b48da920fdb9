"""Whether the arms are as large, and as alike, as chance would have made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from segbook.stats.abtest.arms import Cells
from segbook.stats.abtest.means import welch
from segbook.stats.multiplicity import holm

RED = 0.001
"""Chance below which the split is broken and the test cannot be read (GrowthBook's and Statsig's limit)."""

YELLOW = 0.01
"""Chance below which the split deserves a look (Statsig's limit)."""


@dataclass(frozen=True)
class SampleRatio:
    """The split as planned and as it came out.

    Parameters
    ----------
    arms
        Index variant; columns drawn (units, or clusters where they were drawn), expected, share, planned.
    statistic, pvalue
        Pearson's chi-square over all arms together.
    light
        ``green``, ``yellow`` (below 0.01) or ``red`` (below 0.001).
    """

    arms: pd.DataFrame
    statistic: float
    pvalue: float
    light: str


def light_of(pvalue: float) -> str:
    """Give the colour of a check.

    Examples
    --------
    >>> [light_of(p) for p in (0.5, 0.0086, 0.0002)]
    ['green', 'yellow', 'red']
    """
    return "red" if pvalue < RED else "yellow" if pvalue < YELLOW else "green"


def sample_ratio(drawn: Mapping[str, float], planned: Mapping[str, float] | None = None) -> SampleRatio:
    """Check the sizes of all arms at once against the planned split.

    Parameters
    ----------
    drawn
        Variant to its units.
    planned
        Variant to its share; equal shares when absent.

    References
    ----------
    .. [1] A. Fabijan et al., KDD (2019): diagnosing sample ratio mismatch.

    Examples
    --------
    >>> found = sample_ratio({"gate_30": 44_700, "gate_40": 45_489})
    >>> round(found.statistic, 4), round(found.pvalue, 6), found.light
    (6.9024, 0.008608, 'yellow')
    """
    arms = pd.DataFrame({"drawn": pd.Series(dict(drawn), dtype=float)})
    shares = pd.Series(dict(planned or {}), dtype=float).reindex(arms.index)
    arms["planned"] = shares if planned else 1 / len(arms)
    arms["expected"] = arms["planned"] * arms["drawn"].sum()
    arms["share"] = arms["drawn"] / arms["drawn"].sum()
    statistic = float(((arms["drawn"] - arms["expected"]) ** 2 / arms["expected"]).sum())
    pvalue = float(stats.chi2.sf(statistic, max(len(arms) - 1, 1)))
    return SampleRatio(arms, statistic, pvalue, light_of(pvalue))


@dataclass(frozen=True)
class Balance:
    """Whether the arms were alike before the test began.

    Parameters
    ----------
    checks
        Index name of what was known before (a segment attribute or a covariate); columns statistic,
        pvalue, pvalue_adjusted (Holm).
    light
        Of the smallest adjusted p-value.
    """

    checks: pd.DataFrame
    light: str


def balance(cells: Cells, variants: list[str], covariates: Mapping[str, str]) -> Balance:
    """Compare the arms in everything known before the test: segments and covariates.

    Parameters
    ----------
    cells
        Of the test.
    variants
        Its arms, control first.
    covariates
        Name of a covariate to its metric.

    Returns
    -------
    Balance
        Green when nothing was known before.
    """
    found = {}
    for attribute in cells.keys.columns.drop("variant"):
        table = pd.DataFrame({**cells.keys, "n": cells.drawn}).pivot_table(
            index=attribute, columns="variant", values="n", aggfunc="sum", fill_value=0.0
        )
        table = table.loc[table.sum(axis=1) > 0]
        if min(table.shape) > 1:
            tested = stats.chi2_contingency(table.to_numpy(), correction=False)
            found[str(attribute)] = (float(tested.statistic), float(tested.pvalue))
    for name, metric in covariates.items():
        arms = [cells.before(metric, variant) for variant in variants]
        effects = [welch(arms[0], arm) for arm in arms[1:] if min(arms[0].n[0], arm.n[0]) > 1]
        if effects:
            adjusted = holm([each.pvalue for each in effects])
            worst = int(np.argmin(adjusted))
            found[name] = (effects[worst].statistic, float(adjusted[worst]))
    checks = pd.DataFrame.from_dict(found, orient="index", columns=["statistic", "pvalue"])
    checks["pvalue_adjusted"] = holm(checks["pvalue"])
    return Balance(checks, light_of(checks["pvalue_adjusted"].min()) if len(checks) else "green")
