"""A review of satisfaction is readable in both languages, whatever the answers are."""

from __future__ import annotations

import json
import re

import jsonschema
import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT
from tests.stats.csi.test_answers import data_of

import segbook.report.report
from segbook.data.client import ClientData
from segbook.report import Report
from segbook.show.charts import Look, charts_of
from segbook.show.result_tables import tables_of
from segbook.stats.csi.review import csi_review
from segbook.words.findings import findings
from segbook.words.findings.csi_steps import what_to_do
from segbook.words.i18n import Texts

RNG = np.random.default_rng(5)


def answers(n, quarter="2026Q3", *, good=0.6, bad=0.1, manager=None, clients=None):
    """Give n answers of a quarter, drawn: 9, 6 or 2."""
    start = pd.Period(quarter, "Q").start_time
    scores = RNG.choice(["9", "6", "2"], n, p=[good, 1 - good - bad, bad])
    who = clients or [f"{quarter}-{manager}-{i}" for i in range(n)]
    return pd.DataFrame({
        "customer_id": who, "survey_date": start + pd.to_timedelta(RNG.integers(0, 80, n), unit="D"),
        "score": scores, "manager": manager,
    })  # fmt: skip


QUARTERS = [f"{year}Q{number}" for year in (2024, 2025, 2026) for number in (1, 2, 3, 4)][3:11]
MANY = [answers(40, each, manager=name) for each in QUARTERS for name in ("Анна", "Игорь <b>", "Мария")]
SAME = [f"s{i}" for i in range(80)]
CASES = {
    "usual": [*MANY, answers(3, manager="Новый")],
    "manager_with_three_answers": [answers(60, manager="Анна"), answers(3, manager="Игорь", good=0, bad=1)],
    "quarter_without_answers": [answers(60, "2026Q1"), answers(60, "2025Q4")],
    "single_quarter": [answers(60)],
    "one_client": [answers(1, each, clients=["a"]) for each in QUARTERS],
    "nobody_dissatisfied": [answers(30, each, good=0.9, bad=0.0, manager="Анна") for each in QUARTERS],
    "nobody_satisfied": [answers(30, each, good=0.0, bad=0.5) for each in QUARTERS],
    "all_in_the_middle": [answers(30, each, good=0.0, bad=0.0) for each in QUARTERS],
    "more_dissatisfied": [answers(60, each, good=0.2, bad=0.5) for each in QUARTERS],
    "same_clients_fall": [
        answers(80, "2026Q2", good=0.9, bad=0.05, clients=SAME),
        answers(80, good=0.1, bad=0.8, clients=SAME),
    ],
    "same_clients_rise": [
        answers(80, "2026Q2", good=0.1, bad=0.8, clients=SAME),
        answers(80, good=0.9, bad=0.05, clients=SAME),
    ],
    "others_fall_after_many_quarters": [
        *(answers(60, f"{year}Q{number}") for year in (2023, 2024, 2025) for number in (1, 2, 3, 4)),
        answers(60, "2026Q1"),
        answers(60, "2026Q2", good=0.9, bad=0.05),
        answers(60, good=0.3, bad=0.4),
    ],
    "nothing_valid": [answers(4).assign(score="?")],
    "without_customers": [answers(60).assign(customer_id=None)],
}


def review_of(frames):
    surveys = pd.concat(frames, ignore_index=True)
    surveys["customer_id"] = surveys["customer_id"].astype("str").where(surveys["customer_id"].notna())
    return csi_review(ClientData.of(period="2026Q3", surveys=surveys))


@pytest.fixture(scope="module", params=CASES)
def review(request):
    return review_of(CASES[request.param])


def charts_in(review, lang):
    """Draw every chart of a review, in one language: drawing takes most of the time of these tests."""
    if lang != ("ru" if len(review.company.table) > 1 else "en"):
        return []
    look = Look(Texts(lang))
    parts = [review.company] if review.managers is None else [*review.seen, review.managers.own]
    drawn = [charts_of(part, look) for part in parts]
    assert bool(drawn[0]) == bool(review.company.shown["n"].any())
    return [chart for charts in drawn for chart in charts]


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_case_reads_well(review, lang):
    """No bare key, no nan, no infinity as a word, no empty sentence; every chart says what it shows."""
    texts = Texts(lang, "RUB")
    parts = [*review.parts, review.shifts, review.representation]
    said = [each.text(texts) for part in parts for each in findings(part)]
    said += [each.text(texts) for each in what_to_do(review.parts)]
    pages = [table.html(texts) for part in parts for table in tables_of(part, texts)]
    drawn = charts_in(review, lang)
    for text in [*said, *pages, *(each.alt for each in drawn), *(each.caption for each in drawn)]:
        assert text
        assert not re.search(r"\bnan\b|\binf\b|NaT|<NA>|csi\.|\{|\}", re.sub("<[^>]*>", "", text)), text
    other = "[a-z]{4}" if lang == "ru" else "[а-яё]{4}"
    words = " ".join(said).replace("Анна", "").replace("Игорь", "").replace("Новый", "").replace("Мария", "")
    assert not re.search(other, words.replace("surveys.labels", "").replace("Excel", ""))


def test_small_numbers_are_pale_and_said_so():
    review = review_of(CASES["manager_with_three_answers"])
    html = tables_of(review.managers, Texts("en"))[0].html(Texts("en"))
    assert "not enough answers" in html
    assert "color: #757f8b" in html


def test_managers_stand_in_order_of_names_never_of_figures():
    table = tables_of(review_of(CASES["usual"]).managers, Texts("ru"))[0].frame
    assert table["manager"].tolist() == sorted(table["manager"])


def test_words_and_tables_have_one_number():
    review = review_of(CASES["usual"])
    texts = Texts("en")
    said = findings(review.company)[0].text(texts)
    shown = tables_of(review.company, texts)[0].frame["csi_interval"].iloc[0]
    assert shown.split(" ")[0] in said or "nobody" in said


def test_twenty_thousand_clients():
    """Readable and quick: every client twice, a page of the list and the whole of it in the workbook."""
    clients = [f"c{i}" for i in range(20_000)]
    review = review_of([answers(20_000, each, clients=clients) for each in ("2026Q2", "2026Q3")])
    page, calls, *_ = tables_of(review.clients, Texts("ru"))
    assert len(calls.frame) > 1500
    assert len(page.html(Texts("ru"), 20)) < 20_000


def test_advice_never_contradicts_itself():
    """Who is to be talked with is not in the same breath among those not to be judged."""
    review = review_of([answers(60, manager=name) for name in ("А", "Б", "В")] + [
        answers(19, "2026Q3", manager="Г", good=0.1, bad=0.8), answers(19, "2026Q2", manager="Г", good=0.1, bad=0.8),
    ])  # fmt: skip
    said = {each.key.rsplit(".")[-1]: each.text(Texts("ru")) for each in what_to_do(review.parts)}
    assert not ("Г" in said.get("manager", "") and "Г —" in said.get("leave", ""))


def test_no_surveys_settings_needed_for_plain_answers():
    made = csi_review(data_of([("a", "2026-07-01", "9")]))
    assert made.company.now["n"] == 1


@pytest.mark.parametrize("case", ["usual", "nothing_valid"])
def test_a_report_lays_them_out_and_keeps_the_contract(case, monkeypatch, tmp_path):
    monkeypatch.setattr(segbook.report.report, "display", lambda each, **_: None)
    surveys = pd.concat(CASES[case], ignore_index=True)
    data = ClientData.of(period="2026Q3", surveys=surveys)
    review = csi_review(data)
    report = Report("csi_review", data, Texts("ru"), tmp_path)
    report.summary(review.parts)
    shown = (review.company, review.managers, review.clients, review.drivers, review.plan, review.answers)
    report.show(*(each for each in (*shown, review.representation, review.shifts) if each is not None))
    report.close()
    keys = [table.key for table in report.tables]
    assert len(keys) == len(set(keys))
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    written = json.loads((tmp_path / "csi_review.json").read_text(encoding="utf-8"))["results"]
    required = schema["allOf"][1]["then"]["properties"]["results"]
    jsonschema.validate(written, schema["properties"]["results"] | required | {"$defs": schema["$defs"]})
    assert (tmp_path / "csi_review.xlsx").stat().st_size > 4000
    if case == "usual":
        assert {
            "csi_calls",
            "csi_all",
            "csi_figures",
            "csi_funnel",
            "csi_manager_history",
            "csi_scores",
        } <= set(keys)
