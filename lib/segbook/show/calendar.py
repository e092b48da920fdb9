"""The dates to renew contacts as a calendar file, which any calendar program opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.show.result_tables.leads import lead_names
from segbook.words.i18n import DASH, Texts

FOLD = 75
"""Octets of a line; RFC 5545, section 3.1."""
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
"""RFC 5545, section 3.3.11."""
IN_QUEUE = ("high", "middle")


def calendar(result: SegmentResult, data: ClientData, texts: Texts, made: dt.datetime | None = None) -> str:
    r"""Write the contacts to renew as iCalendar.

    Parameters
    ----------
    result
        Of the model ``renew``.
    data
        What it was made of.
    texts
        Language of the events.
    made
        When the file is made; absent: now.

    Returns
    -------
    str
        An all-day event, first to last day, for each refused enquiry of a high or middle index that has a
        date and is not overdue; an enquiry keeps its UID from report to report, so that importing again
        moves the event. Lines end with CRLF and are folded at 75 octets; write the text as UTF-8 without
        changing line ends.

    References
    ----------
    RFC 5545, Internet Calendaring and Scheduling; the text's escapes are of section 3.3.11.

    Examples
    --------
    >>> from segbook.models.renew import Renew
    >>> leads = pd.DataFrame({"lead_id": ["7"], "name": "MiddleProm",
    ...     "lead_date": pd.Timestamp("2026-01-05"), "outcome": "отказ",
    ...     "brand_strength": 5, "order_appeal": 5, "closeness": 5,
    ...     "deadline": pd.Timestamp("2026-05-15")})
    >>> data = ClientData.of(period="2026Q1", leads=leads)
    >>> lines = calendar(Renew().segment(data), data, Texts("en", "EUR")).split("\r\n")
    >>> [line for line in lines if line.startswith(("DTSTART", "DTEND", "SUMMARY"))]
    ['DTSTART;VALUE=DATE:20260501', 'DTEND;VALUE=DATE:20260509', 'SUMMARY:Contact MiddleProm (renew 15)']
    """
    stamp = (made or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    title = texts.t("renew.calendar.name", client=data.params.client)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//segbook//renew//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escape(title)}"]
    for event in _events(result, data, texts):
        lines += ["BEGIN:VEVENT", f"DTSTAMP:{stamp}", *event, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _events(result: SegmentResult, data: ClientData, texts: Texts) -> Iterator[list[str]]:
    scores = result.scores[result.segments.isin(IN_QUEUE)]
    due = scores[scores["recontact_to"].notna() & ~scores["overdue"]]
    leads = data.leads.reindex(due.index)
    told = due.assign(name=lead_names(leads), **leads.reindex(columns=["manager", "lead_date"]))
    rows = told.sort_values("recontact_from", kind="stable").rename_axis("lead_id").reset_index()
    for row in rows.to_dict("records"):
        words = {
            "name": row["name"],
            "renew": row["renew"],
            "rule": texts.t(f"renew.rules.{row['recontact_rule']}"),
            "asked": row["lead_date"],
            "manager": DASH if pd.isna(row["manager"]) else row["manager"],
        }
        yield [
            f"UID:renew-{data.params.slug}-{str(row['lead_id']).encode().hex()}@segbook",
            f"DTSTART;VALUE=DATE:{row['recontact_from']:%Y%m%d}",
            f"DTEND;VALUE=DATE:{row['recontact_to'] + pd.Timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escape(texts.t('renew.calendar.summary', **words))}",
            f"DESCRIPTION:{escape(texts.t('renew.calendar.description', **words))}",
            "TRANSP:TRANSPARENT",
        ]


def escape(text: str) -> str:
    r"""Write a text as a value.

    Examples
    --------
    >>> print(escape("a; b, c\\d"))
    a\; b\, c\\d
    """
    return text.translate(ESCAPED)


def fold(line: str) -> str:
    r"""Break a line into pieces of at most 75 octets, never inside a character.

    Examples
    --------
    >>> [len(piece.encode()) for piece in fold("SUMMARY:" + "я" * 60).split("\r\n")]
    [74, 55]
    """
    pieces, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > FOLD:
            pieces.append(" ")
            size = 1
        pieces[-1] += character
        size += octets
    return "\r\n".join(pieces)
