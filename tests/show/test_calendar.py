"""The calendar is what RFC 5545 says a calendar program can read."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.models.renew import Renew
from segbook.show.calendar import calendar
from segbook.show.result_tables import recontact_tables
from segbook.words.i18n import Texts

NAME = "ООО «Рога, копыта; и\\ко» — " + "длинное имя " * 12


@pytest.fixture
def client() -> ClientData:
    leads = pd.DataFrame(
        {
            "lead_id": ["1", "2", "3", "4"],
            "lead_date": pd.Timestamp("2026-01-05"),
            "name": [NAME, "Просрочен", "Низкий", None],
            "outcome": "Отказ",
            "brand_strength": [5, 5, 1, 4],
            "order_appeal": [5, 5, 1, 4],
            "closeness": [5, 5, 1, 4],
            "deadline": pd.to_datetime(["2026-05-15", "2026-02-01", "2026-05-15", None]),
            "launch_date": pd.to_datetime([None, None, None, "2026-02-28"]),
        }
    )
    return ClientData.of(period="2026Q1", leads=leads)


def parse(text: str) -> list[dict[str, str]]:
    """Read the events back: unfold, split names from values, undo the escapes."""
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    events: list[dict[str, str]] = []
    for line in lines:
        name, value = line.split(":", 1) if line else ("", "")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in ("END", ""):
            plain = re.sub(r"\\([\\;,n])", lambda each: "\n" if each[1] == "n" else each[1], value)
            events[-1][name] = plain
    return events


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_events_come_back_as_they_were(client, lang):
    made = dt.datetime(2026, 4, 1, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    text = calendar(Renew().segment(client), client, Texts(lang, "RUB"), made)
    later, first = sorted(parse(text), key=lambda event: event["DTSTART;VALUE=DATE"], reverse=True)
    assert NAME.strip() in first["SUMMARY"] or NAME.strip() in later["SUMMARY"]
    assert {event["DTSTART;VALUE=DATE"] for event in (first, later)} == {"20260501", "20260428"}
    assert {event["DTEND;VALUE=DATE"] for event in (first, later)} == {"20260509", "20260429"}
    assert first["DTSTAMP"] == "20260401T093000Z"
    assert len({event["UID"] for event in (first, later)}) == 2
    again = calendar(Renew().segment(client), client, Texts(lang, "RUB"), made)
    assert text == again


def test_lines_are_short_and_end_as_they_must(client):
    text = calendar(Renew().segment(client), client, Texts("ru", "RUB"))
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.encode().decode() == text


def test_overdue_and_low_ones_are_in_no_calendar(client):
    text = calendar(Renew().segment(client), client, Texts("ru", "RUB"))
    assert "Просрочен" not in text
    assert "Низкий" not in text


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_queue_begins_with_the_highest_and_the_soonest(client, lang):
    texts = Texts(lang, "RUB")
    short, table = recontact_tables(Renew().segment(client), client, texts)
    assert short.frame["renew"].equals(table.frame["renew"])
    assert table.frame["name"].tolist() == ["Просрочен", NAME, "4", "Низкий"]
    assert table.frame["overdue"].tolist() == [texts.t("renew.overdue"), "", "", ""]
    assert table.frame["renew"].tolist() == [15, 15, 12, 3]
