"""Which answers count, and why the others do not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.data.intake.cells import NOTHING
from segbook.data.orders import FIRST_DAY, LAST_DAY, SUMMED
from segbook.errors import ParamsError, Problem
from segbook.params.scale import Surveys
from segbook.periods import Period

GROUPS = ("attract", "neutral", "detract")
REASONS = (
    "total", "no_date", "impossible_date", "after_period", "blank", "unreadable", "out_of_scale",
    "superseded",
)  # fmt: skip
_NOWHERE = REASONS[:4]
"""Reasons of rows that belong to no quarter of the history."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(?:[.,]0+)?")


@dataclass(frozen=True)
class Answers:
    """The answers that count, one for each customer and quarter, and what became of the others.

    Parameters
    ----------
    rows
        Columns customer_id (missing for an answer without a customer, which counts for the index but not
        for anybody's history), quarter (key), survey_date, score, group (one of `GROUPS`), and manager,
        topic, answer where the table has them.
    quarters
        From the first one with an answer to the one the period ends in, none left out.
    account
        Index reason (``counted`` first, then `REASONS`), column rows.
    typed
        Answers that are no number of the scale, as they were typed: columns text, reason, rows.
    asked
        Index quarter key: how many were asked; missing when it is not known.
    scale
        The scale and its bands.
    approached
        Customers asked in the last quarter, when each row of the table is somebody asked; else nothing.
    """

    rows: pd.DataFrame
    quarters: tuple[Period, ...]
    account: pd.DataFrame
    typed: pd.DataFrame
    asked: pd.Series
    scale: Surveys
    approached: pd.Index | None = None

    @property
    def keys(self) -> list[str]:
        """Keys of the quarters, the oldest first."""
        return [each.key for each in self.quarters]

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        typed = self.typed.to_dict("records")
        return {"answers": {"scale": self.scale.model_dump(), "rows": self.account["rows"], "typed": typed}}


def judge_answers(data: ClientData) -> pd.DataFrame:
    """Mark every row of ``surveys`` with the reason it is left out.

    Parameters
    ----------
    data
        With a ``surveys`` table; ``params.surveys`` gives the scale.

    Returns
    -------
    DataFrame
        The rows, oldest first, of equal moments the lower answer last, with ``score`` as number (missing
        where it is none of the scale), ``typed`` (as it stood), ``group``, ``quarter`` (key) and
        ``reason`` (one of `REASONS` but ``superseded``; missing for the rows that count).

    Notes
    -----
    Only a whole number of the scale or one of the labels is an answer: ``8-9``, ``9/10`` and ``7.5`` are not
    guessed, a blank is not a zero.
    """
    return data.once(judge_answers.__name__, lambda: _judged(data)).copy()


def _judged(data: ClientData) -> pd.DataFrame:
    frame = data.tables["surveys"].to_pandas()
    scale, fiscal = data.params.surveys, data.params.fiscal_year_start
    typed = frame["score"].astype("str").where(frame["score"].notna(), "").str.strip()
    day = pd.to_datetime(frame["survey_date"]).astype("datetime64[us]")
    number = read_scores(typed, scale)
    inside = number.between(*scale.scale)
    frame = frame.assign(
        survey_date=day, typed=typed, score=number.where(inside), quarter=quarter_keys(day, fiscal)
    )
    frame["group"] = frame["score"].map({each: scale.group_of(each) for each in _answers(scale)})
    frame["reason"] = _reasons(frame, number, data.period)
    ordered = frame.assign(order=-frame["score"]).sort_values(["survey_date", "order"], kind="stable")
    judged: pd.DataFrame = ordered.drop(columns="order").reset_index(drop=True)
    return judged


def read_scores(typed: pd.Series, scale: Surveys) -> pd.Series:
    """Give the number each text stands for; missing where it is not plainly one whole number or a label.

    Examples
    --------
    >>> scale = Surveys(labels={"Отлично": 10})
    >>> read_scores(pd.Series(["8", "8.0", "отлично", "8-9", "7.5", "", "19"]), scale).tolist()
    [8.0, 8.0, 10.0, nan, nan, nan, 19.0]
    """
    texts = typed.str.casefold().unique()
    whole = {text: float(text.replace(",", ".")) for text in texts if _WHOLE.fullmatch(text)}
    known: Mapping[str, float] = {**whole, **scale.labels}
    return typed.str.casefold().map(known).astype(float)


def _answers(scale: Surveys) -> range:
    return range(scale.scale[0], scale.scale[1] + 1)


def _reasons(frame: pd.DataFrame, number: pd.Series, period: Period) -> pd.Series:
    day = frame["survey_date"]
    customer = frame["customer_id"].astype("str").str.lower()
    tests = {
        "total": frame["customer_id"].notna() & customer.str.contains(SUMMED.replace("(", "(?:"), regex=True),
        "no_date": day.isna(),
        "impossible_date": (day < pd.Timestamp(FIRST_DAY)) | (day >= pd.Timestamp(LAST_DAY)),
        "after_period": day > pd.Timestamp(period.as_of),
        "blank": number.isna() & frame["typed"].str.lower().isin(NOTHING),
        "unreadable": number.isna(),
        "out_of_scale": frame["score"].isna(),
    }
    found = np.select([each.to_numpy(dtype=bool) for each in tests.values()], list(tests), default="")
    return pd.Series(found, index=frame.index, dtype="str").where(found != "")


def quarter_keys(day: pd.Series, fiscal_year_start: int = 1) -> pd.Series[str]:
    """Give the key of the quarter of each day, in the client's own year; missing for no day.

    Examples
    --------
    >>> quarter_keys(pd.Series(pd.to_datetime(["2026-03-31", "2026-04-01"])), 4).tolist()
    ['2025Q4', '2026Q1']
    """
    number = (day.dt.year * 12 + day.dt.month - fiscal_year_start) // 3
    names = {each: _key(int(each)) for each in number.dropna().unique()}
    keys: pd.Series[str] = number.map(names).astype("str").where(number.notna())
    return keys


def _key(number: int) -> str:
    return f"{number // 4}Q{number % 4 + 1}"


def customer_answers(data: ClientData) -> pd.DataFrame:
    """Give the valid answers of known customers, the oldest first, as `judge_answers` leaves them."""
    judged = judge_answers(data)
    return judged[judged["reason"].isna() & judged["customer_id"].notna()]


def last_answers(data: ClientData) -> pd.DataFrame:
    """Give the last valid answer of every customer in the period.

    Parameters
    ----------
    data
        With a ``surveys`` table.

    Returns
    -------
    DataFrame
        Index ``customer_id``, unique, sorted; columns score (whole number of the scale), group (one of
        `GROUPS`), survey_date. Who gave no valid answer between the first and the last day of the
        period is not there; answers without a customer are nobody's. Of two answers of the same moment
        the lower one counts. Empty when there is none.

    Examples
    --------
    >>> surveys = pd.DataFrame({"customer_id": ["a", "a", "b"], "score": ["3", "9", "8-9"],
    ...     "survey_date": pd.to_datetime(["2026-07-01", "2026-08-01", "2026-08-01"])})
    >>> last_answers(ClientData.of(period="2026Q3", surveys=surveys))[["score", "group"]].to_dict("index")
    {'a': {'score': 9, 'group': 'attract'}}
    """
    valid = customer_answers(data)
    valid = valid[valid["survey_date"] >= pd.Timestamp(data.period.start)]
    last = valid.drop_duplicates("customer_id", keep="last").set_index("customer_id").sort_index()
    made: pd.DataFrame = last[["score", "group", "survey_date"]].astype({"score": int})
    return made


def read_answers(data: ClientData) -> Answers:
    """Read the answers a review counts.

    Parameters
    ----------
    data
        With a ``surveys`` table.

    Returns
    -------
    Answers

    Raises
    ------
    ParamsError
        Fewer were asked, says the YAML, than answered.

    Examples
    --------
    >>> surveys = pd.DataFrame({"customer_id": ["a", "a", "b"], "score": ["3", "9", "8-9"],
    ...     "survey_date": pd.to_datetime(["2026-07-01", "2026-08-01", "2026-08-01"])})
    >>> made = read_answers(ClientData.of(period="2026Q3", surveys=surveys))
    >>> made.rows["score"].tolist(), made.account["rows"][["counted", "unreadable", "superseded"]].tolist()
    ([9], [1, 1, 1])
    """
    judged = judge_answers(data)
    judged["reason"] = judged["reason"].mask(_superseded(judged, data.params.surveys.several), "superseded")
    counted = judged[judged["reason"].isna()].drop(columns=["reason", "typed"]).astype({"score": int})
    known = judged["reason"].fillna("counted").value_counts()
    account = pd.DataFrame({"rows": known.reindex(["counted", *REASONS]).fillna(0).astype(int)})
    account.index.name = "reason"
    quarters = _quarters(counted["quarter"], data)
    return Answers(
        rows=counted.reset_index(drop=True),
        quarters=quarters,
        account=account,
        typed=_typed(judged),
        asked=_asked(judged, counted, quarters, data),
        scale=data.params.surveys,
        approached=_approached(judged, quarters[-1].key) if data.params.surveys.asked == "rows" else None,
    )


def _approached(judged: pd.DataFrame, quarter: str) -> pd.Index:
    there = (judged["quarter"] == quarter) & ~judged["reason"].isin(_NOWHERE)
    asked: pd.Index = pd.Index(judged.loc[there, "customer_id"].dropna().unique())
    return asked


def _superseded(judged: pd.DataFrame, several: str) -> pd.Series:
    """Mark the valid answers of a customer in a quarter that do not count."""
    valid = judged[judged["reason"].isna() & judged["customer_id"].notna()]
    if several == "lowest":
        valid = valid.sort_values("score", kind="stable", ascending=False)
    keep: Literal["first", "last"] = "first" if several == "first" else "last"
    extra = valid.index[valid.duplicated(["customer_id", "quarter"], keep=keep)]
    return pd.Series(judged.index.isin(extra), index=judged.index)


def _typed(judged: pd.DataFrame) -> pd.DataFrame:
    strange = judged[judged["reason"].isin(["unreadable", "out_of_scale"])]
    counts = strange.groupby(["typed", "reason"]).size().rename("rows").reset_index()
    ordered = counts.sort_values(["rows", "typed"], ascending=[False, True], ignore_index=True)
    return ordered.rename(columns={"typed": "text"})


def _quarters(keys: pd.Series, data: ClientData) -> tuple[Period, ...]:
    fiscal = data.params.fiscal_year_start
    end = quarter_keys(pd.Series([pd.Timestamp(data.period.end)]), fiscal).iloc[0]
    made = [Period.parse(end, fiscal)]
    first = keys.min() if len(keys) else end
    while made[0].key > first:
        made.insert(0, made[0].previous())
    return tuple(made)


def _asked(
    judged: pd.DataFrame, counted: pd.DataFrame, quarters: tuple[Period, ...], data: ClientData
) -> pd.Series:
    """Count who was asked in each quarter, as far as it is known."""
    keys, said = [each.key for each in quarters], data.params.surveys.asked
    if said == "rows":
        there = judged[~judged["reason"].isin(_NOWHERE)]
        once = there[there["customer_id"].isna() | ~there.duplicated(["customer_id", "quarter"])]
        return once["quarter"].value_counts().reindex(keys).astype(float).rename("asked")
    answered = counted["quarter"].value_counts()
    wrong = {key: number for key, number in said.items() if number < answered.get(key, 0)}
    if wrong:
        where = f"{data.params.file.name}: surveys.asked."
        raise ParamsError(
            [
                Problem(where + key, str(n), f"at least {answered[key]}, the answers given")
                for key, n in wrong.items()
            ]
        )
    return pd.Series(said, dtype=float).reindex(keys).rename("asked")
