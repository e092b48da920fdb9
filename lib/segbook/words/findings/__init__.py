"""What a result says: keys, numbers and an importance; the words come last.

A module for each topic registers what it has to say with `findings`.
"""

from segbook.words.findings import (
    agreement,
    association,
    coverage,
    economics,
    monday,
    money,
    movement,
    quality,
    retention,
    segments,
    verdict,
)
from segbook.words.findings.finding import Finding, Label, Listing, findings, most_important
from segbook.words.findings.quality import remarks

__all__ = [
    "Finding", "Label", "Listing", "agreement", "association", "coverage", "economics", "findings", "monday",
    "money", "most_important", "movement", "quality", "remarks", "retention", "segments", "verdict",
]  # fmt: skip
