"""Drawing of the rows left out."""

from __future__ import annotations

from segbook.data.quality import Quality
from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.figures import Bars, single_bars


@draw.register
def _(result: Quality, look: Look) -> list[Chart]:
    texts, colors = look.texts, look.colors
    account = result.account.drop("counted")
    account = account[account["rows"] > 0].sort_values("rows", ascending=False, kind="stable")
    if account.empty:
        return []
    reasons = [texts.label(f"quality.reasons.{reason}", str(reason)) for reason in account.index]
    labels = [
        texts.t(
            "charts.left_out.label_money" if row.amount else "charts.left_out.label",
            rows=row.rows, share=row.share_rows, amount=row.amount,
        )
        for row in account.itertuples()
    ]  # fmt: skip
    figure = single_bars(reasons, Bars(account["rows"].tolist(), labels, colors.lead))
    said = [
        texts.t("charts.left_out.alt_row", reason=reason, label=label)
        for reason, label in zip(reasons, labels, strict=True)
    ]
    rows, all_rows = int(account["rows"].sum()), int(result.account["rows"].sum())
    alt = texts.t("charts.left_out.alt", rows=rows, all=all_rows, list="; ".join(said))
    return [chart(figure, alt, texts.t("charts.left_out.caption"))]
