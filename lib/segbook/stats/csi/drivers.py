"""What goes with low answers: topics, words, attributes, segments; never more than goes with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.schema import TABLES
from segbook.stats.csi.index import MIN_ANSWERS, count_answers, index_table
from segbook.stats.csi.window import Window
from segbook.stats.csi.wording import common_words
from segbook.stats.multiplicity import benjamini_hochberg
from segbook.stats.proportions import newcombe

LEVEL = 0.05
UNKNOWN, ITSELF = "unknown", ("csi_group", "manager")
"""A segment that says nothing; models that would explain answers by answers, or that the funnel is for."""


@dataclass(frozen=True)
class Drivers:
    """What goes with low answers.

    Parameters
    ----------
    levels
        A row for each value of each factor with 20 answers on both sides; columns kind (``topic``, ``word``,
        ``attribute``, ``segment``), factor, level, those of `index_table`, share_low (answers that detract),
        share_low_rest, effect_size (their difference) and its 95 % interval, pvalue (Fisher), pvalue_adjusted
        (Benjamini and Hochberg, over all rows), verdict: ``worse``, ``better``, ``same``.
    factors
        Index factor; columns kind, n, n_levels, effect_size (epsilon squared of Kruskal and Wallis: how
        much of the ranks of answers the factor explains, 0 to 1), pvalue, pvalue_adjusted.
    n_small
        Values of a factor with fewer than 20 answers, which are not compared.
    quarters
        Keys of the quarters looked at.
    n
        Answers looked at.
    """

    levels: pd.DataFrame
    factors: pd.DataFrame
    n_small: int
    quarters: tuple[str, ...]
    n: int

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        rows = self.levels.to_dict("records")
        return {"drivers": {"levels": rows, "factors": self.factors, "quarters": self.quarters, "n": self.n}}


def drivers(window: Window, data: ClientData, segments: Mapping[str, SegmentResult] | None = None) -> Drivers:
    """Compare every value of every factor with all other answers.

    Parameters
    ----------
    window
        The answers, one for each client.
    data
        Tells attributes from other segments.
    segments
        Model to its segments, as `compute` gives them; ``unknown`` is no value.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300.
    .. [2] M. Tomczak, E. Tomczak, Trends in Sport Sciences 21 (2014), 19-25: epsilon squared.

    Examples
    --------
    >>> from segbook.stats.csi.answers import read_answers
    >>> from segbook.stats.csi.window import recent
    >>> surveys = pd.DataFrame({"customer_id": [str(i) for i in range(80)],
    ...     "score": ["9"] * 40 + ["2", "9"] * 20, "topic": ["price"] * 40 + ["terms"] * 40,
    ...     "survey_date": pd.Timestamp("2026-07-01")})
    >>> data = ClientData.of(period="2026Q3", surveys=surveys)
    >>> made = drivers(recent(read_answers(data)), data)
    >>> made.levels.set_index("level")["verdict"].to_dict()
    {'terms': 'worse', 'price': 'better'}
    """
    rows, found, factors, small = window.rows, [], [], 0
    for kind, name, values in _factors(rows, data, segments or {}):
        known = rows.assign(level=values)[values.notna().to_numpy()]
        if kind != "word":
            factors.append({"kind": kind, "factor": name, **_explained(known)})
        made, few = _levels(known, rows if kind == "word" else known)
        small += few
        found.append(made.assign(kind=kind, factor=name))
    return Drivers(_judged(found), _adjusted(factors), small, window.quarters, len(rows))


def _factors(
    rows: pd.DataFrame, data: ClientData, segments: Mapping[str, SegmentResult]
) -> Iterator[tuple[str, str, pd.Series]]:
    """Give kind, name and a value for each answer; missing where it is not known."""
    if "topic" in rows:
        yield "topic", "topic", rows["topic"].str.strip()
    if "answer" in rows:
        for word, has in common_words(rows["answer"]).items():
            yield "word", "answer", has.map({True: word})
    for key, made in segments.items():
        if key not in ITSELF:
            names = made.segments.astype("str")
            values = rows["customer_id"].map(names.where(names != UNKNOWN))
            yield kind_of(key, data), key, values


def kind_of(key: str, data: ClientData) -> str:
    """Tell whether a model's segments are an attribute of the customer: a column of the card or of orders."""
    columns = {*TABLES["customers"], *data.attributes.columns, "category"}
    return "attribute" if key in columns else "segment"


def _levels(known: pd.DataFrame, against: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Give the values with enough answers on both sides beside the rest, and how many have too few."""
    table = index_table(count_answers(known, "level")) if len(known) else pd.DataFrame()
    if table.empty:
        return table, 0
    all_n, all_low = len(against), int((against["group"] == "detract").sum())
    rest_n = all_n - table["n"]
    enough = (table["n"] >= MIN_ANSWERS) & (rest_n >= MIN_ANSWERS)
    table, rest_n = table[enough], rest_n[enough]
    low, rest_low = table["detract"], all_low - table["detract"]
    ends = newcombe(rest_low, rest_n, low, table["n"])
    pvalue = [
        float(stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue)
        for a, n, b, m in zip(low, table["n"], rest_low, rest_n, strict=True)
    ]
    made = table.assign(
        share_low=low / table["n"], share_low_rest=rest_low / rest_n, effect_size_ci_lower=ends.lower,
        effect_size_ci_upper=ends.upper, pvalue=pvalue,
    )  # fmt: skip
    made["effect_size"] = made["share_low"] - made["share_low_rest"]
    return made.rename_axis("level").reset_index(), int((~enough).sum())


def _judged(found: list[pd.DataFrame]) -> pd.DataFrame:
    tables = [each for each in found if len(each)]
    if not tables:
        return pd.DataFrame(
            columns=["kind", "factor", "level", "n", "effect_size", "pvalue_adjusted", "verdict"]
        )
    levels = pd.concat(tables, ignore_index=True)
    levels["pvalue_adjusted"] = benjamini_hochberg(levels["pvalue"])
    seen = levels["pvalue_adjusted"] < LEVEL
    side = np.where(levels["effect_size"] > 0, "worse", "better")
    levels["verdict"] = np.where(seen, side, "same")
    return levels.sort_values(
        ["kind", "factor", "effect_size"], ascending=[True, True, False], ignore_index=True
    )


def _explained(known: pd.DataFrame) -> dict[str, float]:
    """Give how much of the answers' ranks a factor explains."""
    groups = [each["score"].to_numpy() for _, each in known.groupby("level")]
    facts = {"n": float(len(known)), "n_levels": float(len(groups)), "effect_size": np.nan, "pvalue": np.nan}
    if len(groups) < 2 or known["score"].nunique() < 2:
        return facts
    found = stats.kruskal(*groups)
    return facts | {"effect_size": float(found.statistic) / (len(known) - 1), "pvalue": float(found.pvalue)}


def _adjusted(factors: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(factors, columns=["kind", "factor", "n", "n_levels", "effect_size", "pvalue"])
    frame["pvalue_adjusted"] = benjamini_hochberg(frame["pvalue"])
    frame = frame.astype({"n": int, "n_levels": int})
    return frame.sort_values("effect_size", ascending=False).set_index("factor")
