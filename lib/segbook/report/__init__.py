"""One report being made: what a notebook opens, shows and closes."""

from segbook.report import beside, cards, honesty, monday, movement
from segbook.report.opening import open_report
from segbook.report.report import COVER, Report

__all__ = ["COVER", "Report", "beside", "cards", "honesty", "monday", "movement", "open_report"]
