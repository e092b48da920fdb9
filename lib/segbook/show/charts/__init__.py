"""Charts of every result, each with its caption and its words for those who cannot see it."""

from segbook.show.charts import (
    abtest,
    beside,
    csi,
    money,
    movement,
    quality,
    retention,
    segments,
)
from segbook.show.charts.chart import Chart, Look, chart, charts_of, draw

__all__ = [
    "Chart",
    "Look",
    "abtest",
    "beside",
    "chart",
    "charts_of",
    "csi",
    "draw",
    "money",
    "movement",
    "quality",
    "retention",
    "segments",
]
