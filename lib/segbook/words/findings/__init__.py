"""What a result says: keys, numbers and an importance; the words come last.

A module for each topic registers what it has to say with `findings`.
"""

from segbook.words.findings import abtest, monday, money, plans, quality, segments
from segbook.words.findings.finding import Finding, Label, Listing, findings, most_important
from segbook.words.findings.quality import remarks

__all__ = [
    "Finding", "Label", "Listing", "abtest", "findings", "monday", "money", "most_important", "plans",
    "quality", "remarks", "segments",
]  # fmt: skip
