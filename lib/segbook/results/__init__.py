"""The shapes results have: data only, no words, no figures."""

from segbook.results.comparisons import TestResult, TrendResult
from segbook.results.plain import plain
from segbook.results.segments import PROFILE, Family, NotComputed, SegmentResult, Subject, Traits

__all__ = [
    "PROFILE",
    "Family",
    "NotComputed",
    "SegmentResult",
    "Subject",
    "TestResult",
    "Traits",
    "TrendResult",
    "plain",
]
