"""What a result says: keys, numbers and an importance; the words come last.

A module for each topic registers what it has to say with `findings`.
"""

from segbook.words.findings import (
    abtest,
    agreement,
    association,
    coverage,
    csi,
    csi_causes,
    economics,
    monday,
    money,
    movement,
    plans,
    quality,
    retention,
    segments,
    verdict,
)
from segbook.words.findings.finding import Finding, Label, Listing, findings, most_important
from segbook.words.findings.quality import remarks

__all__ = [
    "Finding",
    "Label",
    "Listing",
    "abtest",
    "agreement",
    "association",
    "coverage",
    "csi",
    "csi_causes",
    "economics",
    "findings",
    "monday",
    "money",
    "most_important",
    "movement",
    "plans",
    "quality",
    "remarks",
    "retention",
    "segments",
    "verdict",
]
