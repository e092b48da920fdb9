"""What the checks of the data saw."""

from __future__ import annotations

from typing import Any

from segbook.data.quality import Quality
from segbook.words.findings.finding import Finding, Label, Listing, findings


@findings.register
def _(result: Quality) -> list[Finding]:
    bad = [remark for check, remark in remarks(result) if remark.importance > 0]
    return [
        Finding("quality.finding", {"remark": Listing(each.key, (each.values,))}, each.importance, "quality")
        for each in bad
    ]


def remarks(result: Quality) -> list[tuple[str, Finding]]:
    """Give what each check of the data saw, as phrases to stand in a table."""
    return [
        (
            check,
            Finding(
                f"quality.notes.{note}", _quality_values(result, note), 0.95 * (status == "bad"), "quality"
            ),
        )
        for check, note, status in result.notes
    ]


def _quality_values(result: Quality, note: str) -> dict[str, Any]:
    values = dict(result.facts)
    if note == "duplicates":
        values["policy"] = Label(f"quality.policies.{values['duplicates']}", "")
    if note == "unreadable":
        rows = tuple(
            {**each, "column": Label(f"report.columns.{each['column']}", each["column"])}
            for each in values[note]
        )
        values["cells"] = Listing("quality.cells", rows)
    return values
