"""Tables of honesty: who is close to a cut-off, and what could be reckoned otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Table, digits_of
from segbook.stats.honesty import LISTED, Honesty
from segbook.words.i18n import Texts
from segbook.words.labels import model_text


@tables_of.register
def _(result: Honesty, texts: Texts) -> list[Table]:
    return [_readings(result, texts), _near(result, texts), _people(result, texts)]


def _readings(result: Honesty, texts: Texts) -> Table:
    rows = [
        (
            texts.t(f"method.readings.{key}.where"),
            _used(key, used, texts),
            texts.t(f"method.readings.{key}.change"),
        )
        for key, used in result.readings.items()
    ]
    frame = pd.DataFrame(rows, columns=["where", "used", "how_to"])
    shown = columns(frame, texts, "method.columns")
    return Table("readings", texts.t("method.readings_table"), frame, shown)


def _used(key: str, values: Mapping[str, Any], texts: Texts) -> str:
    way = f".{values['how']}" if "how" in values else ""
    return texts.t(f"method.readings.{key}.used{way}", **values)


def _near(result: Honesty, texts: Texts) -> Table:
    frame = _named(result.near.drop(columns="subject"), texts)
    frame["cutoffs"] = [_cutoffs(cuts, texts) for cuts in frame["cutoffs"]]
    frame["revenue"] = [texts.money(value) for value in frame["revenue"]]
    shown = columns(frame, texts, "method.columns")
    shown["revenue"] = Column(shown["revenue"].header, "figure")
    return Table("near_cuts", texts.t("method.near"), frame, shown, texts.t("method.near_note"))


def _people(result: Honesty, texts: Texts) -> Table:
    frame = _named(result.people, texts)
    shown = columns(frame, texts, "method.columns")
    shown |= {name: Column(shown[name].header, "num") for name in ("value", "cutoff")}
    note = texts.t("method.near_people_note", listed=LISTED)
    return Table("near_people", texts.t("method.near_people"), frame, shown, note)


def _named(frame: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    pairs = list(zip(frame["model"], frame["score"], strict=True))
    return frame.assign(
        model=[model_text(model, "short", texts) for model, _ in pairs],
        score=[texts.label(f"{model}.scores.{score}", score) for model, score in pairs],
    )


def _cutoffs(cuts: tuple[float, ...], texts: Texts) -> str:
    digits = digits_of("num", pd.Series(cuts))
    return "; ".join(texts.decimal(cut, digits) for cut in sorted(cuts))
