"""One report being made: what a notebook opens, shows and closes."""

from segbook.report import (
    beside,
    cards,
    csi,
    honesty,
    monday,
    movement,
    trials,
)
from segbook.report.opening import open_report
from segbook.report.report import COVER, Report

__all__ = [
    "COVER",
    "Report",
    "beside",
    "cards",
    "csi",
    "honesty",
    "monday",
    "movement",
    "open_report",
    "trials",
]
