"""The measures beside the segments in words, tables and drawings: both languages, the same numbers, thin data."""

from __future__ import annotations

import json
import re

import jsonschema
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from tests.conftest import ROOT, draw_orders

import segbook.report.report
from segbook.data.client import ClientData
from segbook.models import MODELS, configure
from segbook.params.costs import Costs
from segbook.report import Report
from segbook.results import plain
from segbook.show.charts import Look, charts_of
from segbook.show.result_tables import tables_of
from segbook.stats.agreement import agreement
from segbook.stats.association import association
from segbook.stats.coverage import coverage
from segbook.stats.economics import economics
from segbook.stats.effects import LARGE, MEDIUM
from segbook.stats.verdict import PROBLEMS, verdicts
from segbook.words.findings import findings
from segbook.words.findings.coverage import field_label
from segbook.words.findings.economics import unknown
from segbook.words.i18n import Texts, catalogue

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")
BOTH = pytest.mark.parametrize("texts", [RU, EN], ids=["ru", "en"])


def client(n: int = 600, customers: int = 150) -> ClientData:
    orders = draw_orders(3, n, customers)
    people = pd.Index(orders["customer_id"].unique())
    rng = np.random.default_rng(1)
    spent = orders.groupby("customer_id")["amount"].sum().reindex(people)
    cards = pd.DataFrame({"customer_id": people, "age": spent.rank().to_numpy() + 20, "climate": "mild"})
    cards["city"] = np.where(spent > spent.median(), "Тверь", "Сочи")
    cards["favourite"] = rng.choice(["a", "b"], len(people))
    cards["email"] = np.where(rng.random(len(people)) < 0.3, "x@example.org", None)
    sent = pd.DataFrame({"customer_id": np.repeat(people, 2), "campaign": ["весна", "лето"] * len(people)})
    sent["sent_at"] = pd.Timestamp("2026-03-01")
    sent["responded"] = rng.random(len(sent)) < 0.3
    sent["revenue"] = np.where(sent["responded"] & (sent["campaign"] == "весна"), 40.0, 0.0)
    return ClientData.of(orders, "2026Q2", customers=cards, campaigns=sent.assign(cost=2.0))


def measured(data: ClientData, costs: Costs | None = None) -> list:
    results = {key: MODELS[key].segment(data) for key in ("rfm", "abc", "xyz", "abc_xyz", "lifecycle")}
    judged = verdicts(data, results.values(), configure(data.params), costs=costs)
    return [
        judged, *judged.of.values(), agreement(results.values()), coverage(data),
        association(data, [results[key] for key in ("rfm", "lifecycle") if key in results]),
        economics(data, [results[key] for key in ("rfm", "abc") if key in results], costs),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def data() -> ClientData:
    return client()


@pytest.fixture(scope="module")
def found(data) -> list:
    return measured(data, costs=Costs(service=20.0, acquisition=300.0))


THIN = {
    "one customer": pd.DataFrame({"customer_id": ["a"], "amount": 5.0}),
    "all alike": pd.DataFrame({"customer_id": [f"c{i}" for i in range(30)], "amount": 5.0}),
    "refund only": pd.DataFrame({"customer_id": ["a", "b"], "amount": -5.0}),
}


@pytest.fixture(scope="module", params=[*THIN, "surveys only"])
def thin(request) -> list:
    if request.param == "surveys only":
        asked = {"customer_id": ["a", "b"], "survey_date": pd.Timestamp("2026-05-01"), "score": ["9", "3"]}
        return measured(ClientData.of(None, "2026Q2", surveys=pd.DataFrame(asked)))
    return measured(
        ClientData.of(THIN[request.param].assign(order_date=pd.Timestamp("2026-05-01")), "2026Q2")
    )


@BOTH
def test_everything_can_be_said_shown_and_drawn(found, texts):
    check(found, texts)


@BOTH
def test_thin_data_too(thin, texts):
    check(thin, texts)


def check(results, texts) -> None:
    for result in results:
        said = [each.text(texts) for each in findings(result)]
        assert not [each for each in said if re.search(r"\bnan\b|None|\{|\}|\binf\b", each)]
        for table in tables_of(result, texts):
            assert set(table.columns) == set(table.frame.columns)
            page = BeautifulSoup(table.html(texts), "html.parser")
            assert not {"nan", "None", "NaN", "<NA>"} & set(page.get_text(" ").split())
        for drawn in charts_of(result, Look(texts)):
            assert "nan" not in drawn.alt.split()
            assert drawn.caption
        assert json.dumps(plain(result.content()), allow_nan=False)


def test_every_problem_measure_and_question_has_its_words(found):
    words = catalogue()
    ways = [
        f"direction.{measure}.{way}"
        for measure in found[1].measures.index
        for way in ("more", "less", "middle")
    ]
    wanted = [f"verdict.{each}" for each in ways]
    wanted += [f"verdict.measures.{measure}" for measure in found[1].measures.index]
    wanted += [f"verdict.{kind}.{problem}" for problem in PROBLEMS for kind in ("problems", "findings")]
    card = next(each for each in found if type(each).__name__ == "Coverage")
    wanted += [field_label(field).key for field in card.fields["field"]]
    wanted += [f"economics.unknown.{key}" for key in ("no_control", "advertising", "no_costs", "no_dates")]
    assert [key for key in wanted if key not in words] == []


def test_each_problem_is_one_sentence_with_its_segments(found):
    for judged in found[0].of.values():
        keys = [each.key.rsplit(".", 1)[1] for each in findings(judged)]
        held = {key for keys in judged.segments["problems"] for key in keys.split()}
        assert keys == [problem for problem in PROBLEMS if problem in held] or keys == ["right"]
        assert len(held) == len(keys) or keys == ["right"]


def test_words_say_the_numbers_of_the_tables(found):
    judged = found[0].of["rfm"]
    lost = next(each for each in findings(judged) if each.key.endswith("unprofitable")).text(EN)
    for segment in judged.having("unprofitable"):
        assert EN.money(judged.segments.loc[segment, "surplus"]) in lost
    costs = found[-1]
    best = costs.campaigns.loc["весна"]
    said = next(each for each in findings(costs) if each.key == "economics.best").text(RU)
    assert RU.money(best["profit"]) in said
    assert RU.percent(best["roi"]) in said
    page = tables_of(costs, RU)[0].frame.set_index("campaign")
    assert page.loc["весна", "profit"] == best["profit"]
    assert "«лето»" in next(each for each in findings(costs) if each.key == "economics.losses").text(RU)


def test_links_are_those_of_the_data(found):
    links = next(each for each in found if type(each).__name__ == "Association")
    table = tables_of(links, RU)[0].frame
    assert set(table["attribute"]) == {"Возраст", "Город"}
    city = table.set_index("attribute").loc["Город"]
    assert city["how"].startswith("больше всех приносят «Тверь»")
    bands = {"сильная": (LARGE, 1.01), "заметная": (MEDIUM, LARGE), "слабая": (0.1, MEDIUM)}
    for band, strength in zip(table["band"], table["strength"], strict=True):
        low, high = bands[band]
        assert low <= strength < high
    idle = next(each for each in findings(links) if each.key == "association.unlinked").text(EN)
    assert "favourite" in idle
    assert "Age" not in idle


def test_what_is_unknown_is_said(found, data):
    costs = found[-1]
    assert [each.key.rsplit(".", 1)[1] for each in unknown(costs)] == list(costs.unknown)
    assert "advertising" not in costs.unknown, "its cost was given"
    said = " ".join(each.text(EN) for each in unknown(economics(data)))
    assert "no control group" in said
    assert "costs.acquisition" in said


def test_agreement_is_drawn_for_each_pair_once(found):
    models = next(each for each in found if type(each).__name__ == "Agreement")
    [drawn] = charts_of(models, Look(EN))
    n = len(set(models.pairs["one"]) | set(models.pairs["other"]))
    assert drawn.alt.startswith(f"Grid of the agreement of {min(n, 20)} models, two by two.")


def test_a_report_lays_them_out_and_keeps_the_contract(data, found, monkeypatch, tmp_path):
    monkeypatch.setattr(segbook.report.report, "display", lambda each, **_: None)
    report = Report("segmentation", data, RU, tmp_path)
    report.show(*(each for each in found if type(each).__name__ != "Verdict"))
    keys = [table.key for table in report.tables]
    assert len(keys) == len(set(keys))
    assert {"verdict_segments", "agreement", "coverage", "association_pairs", "campaigns"} <= set(keys)
    report.close()
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    results = json.loads((tmp_path / "segmentation.json").read_text(encoding="utf-8"))["results"]
    parts = schema["properties"]["results"]["properties"]
    for name in ("verdict", "agreement", "association", "coverage", "economics"):
        jsonschema.validate(results[name], parts[name])
