"""How far each segment stands apart from the rest, and how alike its customers are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.stats.effects import Floats, cliffs_delta, kolmogorov, kruskal_ranked, ranked, spearman
from segbook.stats.multiplicity import holm

SAME = 0.95
"""Correlation of ranks from which a measure is one of the model's own scores under another name."""

LEAST, ENOUGH = 20, 2_000
"""Units with both known, from which such a correlation is believed, and with which it is found."""

COMPARED = ["segment", "telling", "distance", "pvalue", "effect_size", "is_own"]


@dataclass(frozen=True)
class Yardstick:
    """Value and behaviour of all customers, ranked once for all models.

    Parameters
    ----------
    index
        Customers.
    places
        Measure to the places in ``index`` of those for whom it is known, by rising value.
    ranks
        Measure to their ranks, rising, and what ties leave of the ranks' variance.
    """

    index: pd.Index
    places: dict[str, np.ndarray]
    ranks: dict[str, tuple[Floats, float]]

    @classmethod
    def of(cls, data: ClientData) -> Yardstick:
        """Rank value, revenue of the period, orders, average order, days since purchase and the usual gap.

        Parameters
        ----------
        data
            One client and period; a measure that is the same for all says nothing and is left out.

        Examples
        --------
        >>> orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": [10.0, 20.0],
        ...     "order_date": pd.Timestamp("2026-01-05")})
        >>> sorted(Yardstick.of(ClientData.of(orders, "2026Q1")).ranks)
        ['aov', 'period_amount', 'value']
        """
        customers = data.customers
        orders = customers["n_orders"].where(customers["n_orders"] > 0)
        frame = customers[["period_amount", "n_orders", "recency_days", "gap_median"]].astype(float)
        frame.insert(0, "value", customers["margin_sum" if data.has_margin else "amount_sum"].astype(float))
        frame["aov"] = (customers["amount_sum"] / orders).astype(float)
        frame = frame.loc[:, frame.nunique() > 1]
        places = {str(name): _rising(frame[name].to_numpy()) for name in frame}
        ranks = {name: ranked(frame[name].to_numpy()[each]) for name, each in places.items()}
        return cls(customers.index, places, ranks)


def _rising(values: np.ndarray) -> np.ndarray:
    """Give the places of the known values, the smallest first."""
    return np.argsort(values, kind="stable")[: int(np.sum(~np.isnan(values)))]


def distinctness(result: SegmentResult, yardstick: Yardstick) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare every segment with the rest, on every measure.

    Parameters
    ----------
    result
        The segmentation, of every customer; of leads nothing is compared.
    yardstick
        Of the same data.

    Returns
    -------
    segments, measures
        Segments: index segment, those present; columns telling (the measure that sets it most apart),
        distance (the largest gap between the cumulative shares of the segment and of the rest on it, 0 to 1),
        pvalue (Smirnov's, times the measures, then Holm over the segments), effect_size (Cliff's delta: -1
        always less than the rest, 1 always more, near 0 in between); other_telling, other_distance and
        other_pvalue (the same among measures the model was not built on); spread (standard deviation of ranks
        within over that of all, root mean square over measures; NaN for one customer). Measures: index
        measure; columns effect_size (epsilon squared of Kruskal and Wallis), strength, pvalue, is_own.

    Examples
    --------
    >>> from segbook.models.repeat_loyalty import RepeatLoyalty
    >>> data = ClientData.of(pd.DataFrame({"customer_id": list("aab"), "amount": 10.0,
    ...     "order_date": pd.to_datetime(["2026-01-05", "2026-02-05", "2026-02-06"])}), "2026Q1")
    >>> segments, _ = distinctness(RepeatLoyalty().segment(data), Yardstick.of(data))
    >>> segments["effect_size"].to_dict()
    {'repeat': 1.0, 'one_time': -1.0}
    """
    names = result.segments.cat.categories
    codes = result.segments.reindex(yardstick.index).cat.codes.to_numpy()
    own = _own(result, yardstick)
    rows, measures, spreads = [], {}, []
    for measure, (ranks, ties) in yardstick.ranks.items() if result.traits.subject != "lead" else ():
        groups = codes[yardstick.places[measure]]
        whole = kruskal_ranked(ranks, ties, groups)
        measures[measure] = (whole.effect_size, whole.strength, whole.pvalue, measure in own)
        spreads.append(_spread(ranks, groups, len(names)))
        for code in np.unique(groups):
            gap, shift = kolmogorov(ranks, groups == code), cliffs_delta(ranks, ties, groups == code)
            rows.append(
                (names[code], measure, gap.effect_size, gap.pvalue, shift.effect_size, measure in own)
            )
    compared = pd.DataFrame(rows, columns=COMPARED)
    frame = _telling(compared.dropna(subset=["distance"]), names)
    frame["spread"] = pd.DataFrame(spreads, columns=names).mean() ** 0.5
    columns = ["effect_size", "strength", "pvalue", "is_own"]
    whole_model = pd.DataFrame.from_dict(measures, "index", columns=columns).rename_axis("measure")
    return frame.loc[result.present].rename_axis("segment"), whole_model


def _telling(compared: pd.DataFrame, names: pd.Index) -> pd.DataFrame:
    """Give for each segment the measure on which it is farthest from the rest."""
    first = _farthest(compared, names)
    other = _farthest(compared[~compared["is_own"].astype(bool)], names).add_prefix("other_")
    return first.join(other.drop(columns="other_effect_size"))


def _farthest(compared: pd.DataFrame, names: pd.Index) -> pd.DataFrame:
    chosen_from = compared.groupby("segment").size().reindex(names)
    order = compared["distance"].sort_values(ascending=False, kind="stable").index
    first = compared.loc[order].drop_duplicates("segment").set_index("segment").reindex(names)
    first["pvalue"] = holm((first["pvalue"].astype(float) * chosen_from).clip(upper=1))
    return first[["telling", "distance", "pvalue", "effect_size"]]


def _spread(ranks: Floats, groups: np.ndarray, n_groups: int) -> np.ndarray:
    """Give the variance of ranks within each group over that of all."""
    sizes = np.bincount(groups, minlength=n_groups)
    means = np.bincount(groups, ranks, n_groups) / np.maximum(sizes, 1)
    within = np.bincount(groups, (ranks - means[groups]) ** 2, n_groups) / np.where(
        sizes > 1, sizes - 1, np.nan
    )
    variance: np.ndarray = within / ranks.var(ddof=1)
    return variance


def _own(result: SegmentResult, yardstick: Yardstick) -> set[str]:
    """Give the measures that are scores of the model, whatever they are called."""
    scores = result.scores.select_dtypes("number").reindex(yardstick.index)
    found = set()
    for name in scores:
        values = scores[name].to_numpy(dtype=float, na_value=np.nan)
        for measure, (ranks, _) in yardstick.ranks.items():
            step = -(-len(ranks) // ENOUGH)
            score = values[yardstick.places[measure][::step]]
            both = ~np.isnan(score)
            if both.sum() >= LEAST and spearman(score[both], ranks[::step][both]).strength >= SAME:
                found.add(measure)
    return found
