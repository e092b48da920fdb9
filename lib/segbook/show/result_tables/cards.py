"""Tables of segment cards: one for each card, and one of all of them for the workbook."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Table
from segbook.stats.cards import Card, ModelCards, Trial
from segbook.words.i18n import Texts
from segbook.words.labels import action, label, model_text
from segbook.words.marks import mark_text

SAID = 3
"""Marks of one aspect that are said."""

SMALL = 60
"""With fewer customers a segment is worked one by one, not tested."""

ROWS = (
    "segment", "size", "figures", "price", "who", "what", "when", "apart", "reach", "people", "offer", "way",
    "test",
)  # fmt: skip
APART = {"who": ("who",), "what": ("what",), "when": ("when", "where")}
"""Row of the card to the aspects of marks it tells of."""


@tables_of.register
def _(result: ModelCards, texts: Texts) -> list[Table]:
    return [cards_table(result, texts), *(card_table(card, texts) for card in result.cards)]


def cards_table(result: ModelCards, texts: Texts) -> Table:
    """Give all cards of a model, one a row, for the workbook."""
    rows = [
        {"segment": label(card.model, card.segment, texts), **_rows(card, texts)} for card in result.cards
    ]
    frame = pd.DataFrame(rows)
    frame = frame[[name for name in ROWS if name in frame]]
    title = f"{model_text(result.model, 'short', texts)}: {texts.t('cards.title')}"
    return Table(f"cards_{result.model}", title, frame, columns(frame, texts, "cards.columns"))


def card_table(card: Card, texts: Texts) -> Table:
    """Give one card, a question a row."""
    rows = [(texts.t(f"cards.columns.{name}"), said) for name, said in _rows(card, texts).items()]
    frame = pd.DataFrame(rows, columns=["row", "said"])
    title = texts.t("cards.card", segment=label(card.model, card.segment, texts))
    key = f"card_{card.model}_{card.segment}"
    return Table(key, title, frame, columns(frame, texts, "cards.columns"))


def _rows(card: Card, texts: Texts) -> dict[str, str]:
    play = card.play or "general"
    apart = {name: _marks(card, aspects, texts) for name, aspects in APART.items()}
    return {
        "size": texts.t("cards.size", **card.size),
        "figures": _figures(card, texts),
        **_price(card, texts),
        **({name: said for name, said in apart.items() if said} or {"apart": texts.t("cards.marks.none")}),
        "reach": _reach(card, texts),
        "people": _joined(_people(card, texts)),
        **({"offer": said} if (said := action(card.model, card.segment, texts)) else {}),
        "way": texts.t(f"cards.plays.{play}.way"),
        "test": _test(card, texts.t(f"cards.plays.{play}.test"), texts),
    }


def _joined(said: Iterable[str]) -> str:
    return "; ".join(said)


def _figures(card: Card, texts: Texts) -> str:
    pairs = card.measures[["value", "base"]].to_dict("index").items()
    said = [
        texts.t(f"cards.measures.{name}", value=row["value"], base=row["base"])
        for name, row in pairs
        if name != "price"
    ]
    return _joined(said) or texts.t("cards.no_figures")


def _price(card: Card, texts: Texts) -> dict[str, str]:
    name = next((each for each in ("price", "aov") if each in card.measures.index), None)
    if name is None:
        return {}
    row = {str(key): value for key, value in card.measures.loc[name].items()}
    said = texts.t(f"cards.prices.{name}", value=row["value"], change=row["index"] - 1)
    return {"price": said}


def _marks(card: Card, aspects: Iterable[str], texts: Texts) -> str:
    parts = (card.marks[card.marks["aspect"] == each].head(SAID) for each in aspects)
    return _joined(mark_text(row, texts) for part in parts for row in part.to_dict("records"))


def _reach(card: Card, texts: Texts) -> str:
    said = [texts.t(f"cards.reach.{way}", share=share) for way, share in card.reach.items()]
    return _joined(said) or texts.t("cards.reach.none")


def _people(card: Card, texts: Texts) -> Iterable[str]:
    for person in card.people.astype(object).to_dict("records"):
        row = {str(name): value for name, value in person.items()}
        facts = [texts.money(row["amount_sum"])]
        if pd.notna(row.get("manager")):
            facts.append(texts.t("cards.manager", manager=row["manager"]))
        facts += [str(row[way]) for way in ("phone", "email") if pd.notna(row.get(way))][:1]
        yield texts.t("cards.person", name=row["name"], facts=", ".join(facts))


def _test(card: Card, idea: str, texts: Texts) -> str:
    trial = card.trial
    if trial is None and card.size["customers"] < SMALL:
        return texts.t("cards.trial.small", customers=card.size["customers"])
    if trial is None:
        return texts.t("cards.trial.said", idea=idea, plan=texts.t("cards.trial.unknown"))
    values, verdict = dict(vars(trial)), _verdict(trial)
    plan = texts.t(f"cards.trial.{trial.metric}", **values)
    said = texts.t(f"cards.trial.{verdict}", **values, plan=plan)
    return said if verdict == "never" else texts.t("cards.trial.said", idea=idea, plan=said)


def _verdict(trial: Trial) -> str:
    if trial.enough:
        return "enough"
    if not math.isnan(trial.periods):
        return "periods"
    return f"few_{trial.metric}" if trial.found < 2 * trial.target else "never"
