"""One customer's period beside the same customer's history: how often, how much, what, how content."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy import stats

from segbook.data.client import ClientData
from segbook.stats.counts import fisher, rate_test, silence_chance
from segbook.stats.csi.answers import customer_answers

MONTH = 30.4375
"""Days of a mean month."""
MIN_DAYS = 4
"""Purchase days, all in all, below which there is nothing to compare.

Of all, not of those before the period: customers chosen for having bought often before would on average
buy less often afterwards by chance alone.
"""
ROUNDING = 1 / 12
"""Least variance of scores: a whole number stands for anything within half a point."""


def history(bought: ir.Table, data: ClientData) -> pd.DataFrame:
    """Give purchase days before and in the period, one row for each customer with at least `MIN_DAYS`."""
    frame: pd.DataFrame = _sides(bought, data.period.start).to_pandas().set_index("customer_id").sort_index()
    first, last = pd.to_datetime(frame["first"]), pd.to_datetime(frame["last"])
    frame["t_before"] = (pd.Timestamp(data.period.start) - first).dt.days.astype(float)
    frame["t_now"] = float(data.period.days)
    frame["silence"] = (pd.Timestamp(data.period.end) - last).dt.days.astype(float)
    frame["gaps_sum"] = (last - first).dt.days.astype(float)
    return frame


def _sides(bought: ir.Table, start: date) -> ir.Table:
    before = bought.day < start
    size = ibis.ifelse(bought.value > 0, bought.value, None).ln()
    grouped = bought.group_by("customer_id").agg(
        n_before=before.sum(),
        n_now=(~before).sum(),
        first=bought.day.min().cast("timestamp"),
        last=bought.day.max().cast("timestamp"),
        value_before=bought.value.sum(where=before).fill_null(0.0),
        value_now=bought.value.sum(where=~before).fill_null(0.0),
        k_before=size.count(where=before),
        k_now=size.count(where=~before),
        mean_before=size.mean(where=before),
        mean_now=size.mean(where=~before),
        var_before=size.var(where=before, how="sample"),
        var_now=size.var(where=~before, how="sample"),
    )
    return grouped.filter((grouped.n_before > 0) & (grouped.n_before + grouped.n_now >= MIN_DAYS))


def _rows(kind: str, frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    made: pd.DataFrame = pd.DataFrame({"kind": kind, "detail": "", **columns}, index=frame.index)
    rows: pd.DataFrame = made.rename_axis("customer_id").reset_index()
    return _with_change(rows)


def _with_change(rows: pd.DataFrame) -> pd.DataFrame:
    """Add how far ``now`` is from ``before``, relative, and in which direction."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = rows["now"] / rows["before"].where(rows["before"] > 0) - 1
    direction = np.sign(rows["now"] - rows["before"]).astype(int)
    return rows.assign(change=change, direction=direction)


def frequency(history: pd.DataFrame, data: ClientData) -> pd.DataFrame:
    """Compare purchase days a month."""
    # The first purchase is where observation starts, not an event in it; a short history says little.
    frame = history[history["t_before"] >= data.period.days]
    x = frame["n_before"].astype(float) - 1
    return _rates("frequency", frame, x, frame["n_now"].astype(float))


def _rates(kind: str, frame: pd.DataFrame, x: pd.Series, x_now: pd.Series) -> pd.DataFrame:
    """Compare events a month, each customer with as many events as there were in all."""
    spans = (frame["t_before"], frame["t_now"])
    pvalue = rate_test(x, spans[0], x_now, spans[1])
    none, total = np.zeros(len(frame)), x + x_now
    lowest = np.fmin(rate_test(total, spans[0], none, spans[1]), rate_test(none, spans[0], total, spans[1]))
    before, now = x / spans[0] * MONTH, x_now / spans[1] * MONTH
    return _rows(kind, frame, before=before, now=now, pvalue=pvalue, lowest=lowest)


def silence(history: pd.DataFrame) -> pd.DataFrame:
    """Look at those who bought in the period and fell silent since: the others are in frequency."""
    frame = history[(history["n_now"] > 0) & (history["gaps_sum"] > 0)]
    n = (frame["n_before"] + frame["n_now"] - 1).astype(float)
    usual = frame["gaps_sum"] / n
    chance = silence_chance(n, frame["gaps_sum"], frame["silence"])
    made = _rows("silence", frame, before=usual, now=frame["silence"], pvalue=chance, lowest=0.0)
    return made.assign(direction=1)


def amount(history: pd.DataFrame) -> pd.DataFrame:
    """Compare the typical purchase: geometric means, so that one giant order says little."""
    made = _means("amount", history, 0.0)
    return made.assign(before=np.exp(made["before"]), now=np.exp(made["now"])).pipe(_with_change)


def satisfaction(history: pd.DataFrame, data: ClientData) -> pd.DataFrame:
    """Compare the mean score of surveys: of customers with a history of purchases."""
    answers = customer_answers(data)
    early = answers["survey_date"] < pd.Timestamp(data.period.start)
    frame = pd.DataFrame(index=history.index)
    for side, rows in (("before", answers[early]), ("now", answers[~early])):
        scores = rows.groupby("customer_id")["score"]
        named = {"k": scores.size(), "mean": scores.mean(), "var": scores.var()}
        frame = frame.join(pd.DataFrame({f"{name}_{side}": each for name, each in named.items()}))
    return _means("satisfaction", frame.fillna({"k_before": 0, "k_now": 0}), ROUNDING)


def _means(kind: str, frame: pd.DataFrame, least: float) -> pd.DataFrame:
    """Compare means by a t-test with a common variance, taken to be at least so much."""
    frame = frame[(frame["k_before"] >= MIN_DAYS) & (frame["k_now"] > 0)]
    n1, n2 = (frame[name].to_numpy(dtype=float) for name in ("k_before", "k_now"))
    v1, v2 = (frame[name].to_numpy(dtype=float) for name in ("var_before", "var_now"))
    common = np.maximum(((n1 - 1) * v1 + (n2 - 1) * np.nan_to_num(v2)) / (n1 + n2 - 2), least)
    spread = np.sqrt(common * (1 / n1 + 1 / n2))
    difference = frame["mean_now"].to_numpy(dtype=float) - frame["mean_before"].to_numpy(dtype=float)
    # Equal purchases to the coin give no spread to compare with.
    steady = spread > 1e-9
    pvalue = 2 * stats.t.sf(np.abs(difference / np.where(steady, spread, np.nan)), n1 + n2 - 2)
    before, now = frame["mean_before"].astype(float), frame["mean_now"].astype(float)
    made = _rows(kind, frame, before=before, now=now, pvalue=pvalue, lowest=0.0)
    rows: pd.DataFrame = made[steady]
    return rows


def content(history: pd.DataFrame, data: ClientData) -> pd.DataFrame:
    """Compare the share of purchase days with each category bought on at least `MIN_DAYS` days."""
    orders = data.orders.filter(data.orders.is_purchase & data.orders.category.notnull())
    days = orders.select("customer_id", "day", "category").distinct()
    before = days.day < data.period.start
    counts = days.group_by("customer_id", "category").agg(k_before=before.sum(), k_now=(~before).sum())
    frame = counts.filter(counts.k_before + counts.k_now >= MIN_DAYS).to_pandas()
    frame = frame.merge(history[["n_before", "n_now"]], left_on="customer_id", right_index=True)
    frame = frame[frame["n_now"] > 0].sort_values(["customer_id", "category"])
    n1, n2 = frame["n_before"].astype(float), frame["n_now"].astype(float)
    k1, k2 = np.minimum(frame["k_before"], n1), np.minimum(frame["k_now"], n2)
    total = k1 + k2
    most, least = np.minimum(total, n2), np.maximum(total - n1, 0)
    made = _rows(
        "content",
        frame.set_index("customer_id"),
        before=(k1 / n1).to_numpy(),
        now=(k2 / n2).to_numpy(),
        pvalue=fisher(k1, n1, k2, n2),
        lowest=np.minimum(fisher(total - most, n1, most, n2), fisher(total - least, n1, least, n2)),
    )
    return made.assign(detail=frame["category"].to_numpy())


def complaints(history: pd.DataFrame, data: ClientData) -> pd.DataFrame:
    """Compare tickets a month since the first purchase."""
    tickets = data.rows("tickets")
    day = tickets.opened_at.date()
    first = data.orders.group_by("customer_id").agg(first=data.orders.day.min(where=data.orders.is_purchase))
    rows = tickets.mutate(day=day).inner_join(first, "customer_id")
    rows = rows.filter((rows.day >= rows["first"]) & (rows.day <= data.period.end))
    early = rows.day < data.period.start
    counts = rows.group_by("customer_id").agg(k_before=early.sum(), k_now=(~early).sum()).to_pandas()
    frame = history[["t_before", "t_now"]].join(counts.set_index("customer_id"), how="inner")
    return _rates("complaints", frame, frame["k_before"].astype(float), frame["k_now"].astype(float))
