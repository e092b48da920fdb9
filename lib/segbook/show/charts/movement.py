"""Drawings of what moved."""

from __future__ import annotations

from segbook.movement import Bridge, Changes, Comparison, Flow, Migration, Tasks
from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.movement_figures import grid, waterfall
from segbook.show.result_tables.movement import period_name, place
from segbook.words.labels import label

LARGEST = 4


@draw.register(Comparison)
@draw.register(Changes)
@draw.register(Tasks)
def _(result: object, look: Look) -> list[Chart]:  # noqa: ARG001 - these are told by tables
    return []


@draw.register
def _(result: Bridge, look: Look) -> list[Chart]:
    texts = look.texts
    parts = result.parts[(result.parts["change"] != 0)]
    if not (result.before or result.now):
        return []
    keys = ["before", *parts.index, "now"]
    names = [texts.t(f"movement.bridge.parts.{key}") for key in keys]
    steps = [result.before, *parts["change"], result.now]
    labels = [texts.exact_money(step) for step in steps]
    rows = [
        texts.t("movement.bridge.alt_row", part=name, change=step)
        for name, step in list(zip(names, steps, strict=True))[1:-1]
    ]
    facts = {"before": result.before, "now": result.now, "rows": "; ".join(rows)}
    figure = waterfall(names, steps, labels, look.colors)
    return [chart(figure, texts.t("movement.bridge.alt", **facts), texts.t("movement.bridge.caption"))]


@draw.register
def _(result: Migration, look: Look) -> list[Chart]:
    texts, counts = look.texts, result.matrix
    if counts.empty:
        return []
    named = counts.rename(
        index=lambda each: place(result.model, str(each), texts),
        columns=lambda each: place(result.model, str(each), texts),
    )
    written = counts.map(lambda count: texts.number(count) if count else "")
    names = (texts.t("movement.migration.across"), texts.t("movement.migration.down"))
    figure = grid(named.where(named > 0), written, names, look.colors, stayed=True)
    cells = result.cells.reset_index()
    cells = cells[(cells["origin"] != cells["target"]) & (cells["customers"] > 0)]
    said = [
        texts.t(
            "movement.migration.alt_cell",
            origin=place(result.model, row["origin"], texts),
            target=place(result.model, row["target"], texts),
            customers=row["customers"],
        )
        for row in cells.nlargest(LARGEST, "customers", keep="all").head(LARGEST).to_dict("records")
    ]
    figures = result.figures
    facts = {"customers": figures["customers"], "stayed": figures["stayed"], "cells": "; ".join(said)}
    alt = texts.t("movement.migration.alt", **facts)
    return [chart(figure, alt, texts.t("movement.migration.caption"))]


@draw.register
def _(result: Flow, look: Look) -> list[Chart]:
    texts = look.texts
    counts = result.counts.loc[:, (result.counts > 0).any()].T
    if counts.shape[1] < 3:
        return []
    names = [label(result.model, str(each), texts) for each in counts.index]
    rows = [
        texts.t("movement.flow.alt_row", segment=name, first=row.iloc[0], last=row.iloc[-1])
        for name, (_, row) in zip(names, counts.iterrows(), strict=True)
    ]
    written = counts.map(texts.number)
    counts = counts.set_axis([period_name(str(key), texts) for key in counts], axis=1)
    figure = grid(counts.set_axis(names), written, (texts.t("movement.flow.across"), ""), look.colors)
    alt = texts.t("movement.flow.alt", rows="; ".join(rows))
    return [chart(figure, alt, texts.t("movement.flow.caption"))]
