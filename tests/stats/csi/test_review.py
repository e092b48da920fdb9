"""The parts of a review: changes between quarters, windows, clients, what goes with low answers, the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.stats.csi.test_answers import data_of

from segbook.data.client import ClientData, load_data
from segbook.data.demo.service import make_b2b
from segbook.errors import SourceError
from segbook.models import MODELS
from segbook.params import Params
from segbook.stats.csi.answers import read_answers
from segbook.stats.csi.clients import clients_review
from segbook.stats.csi.company import company_index, shifts
from segbook.stats.csi.drivers import drivers
from segbook.stats.csi.planning import answers_needed
from segbook.stats.csi.review import csi_review, plan_next
from segbook.stats.csi.window import of_quarters, recent, with_managers


def rows_of(quarter: str, attract: int, neutral: int, detract: int, *, start: int = 0):
    """Give answers of clients c0, c1, …; the dissatisfied are the first ones."""
    scores = ["2"] * detract + ["5"] * neutral + ["9"] * attract
    day = pd.Period(quarter, "Q").start_time
    return [(f"c{start + i}", day, score) for i, score in enumerate(scores)]


def test_change_of_other_clients_is_fishers():
    """60/10 of 100, then 50/20 of 100 others: p of fisher.test is 0.0626, so no change can be claimed."""
    data = data_of(rows_of("2026Q2", 60, 30, 10) + rows_of("2026Q3", 50, 30, 20, start=500))
    (change,) = company_index(read_answers(data)).changes
    assert change.pvalue == pytest.approx(0.0626, abs=5e-5)
    assert (change.n_pairs, change.paired, change.verdict) == (0, False, "steady")
    assert np.isnan(change.pvalue_paired)
    assert change.visible_fall < 3


def test_change_of_the_same_clients_is_mcnemars():
    """The same hundred: twelve moved down, none up; binom.test(0, 12) gives 0.000488."""
    before, now = rows_of("2026Q2", 60, 30, 10), rows_of("2026Q3", 60, 18, 22)
    (change,) = company_index(read_answers(data_of(before + now))).changes
    assert (change.n_pairs, change.n_up, change.n_down, change.paired) == (100, 0, 12, True)
    assert change.pvalue_paired == pytest.approx(2 * 0.5**12)
    assert change.verdict == "fell"


def test_comparisons_there_are():
    """Last quarter with answers, and the same quarter of last year; each once."""
    quarters = ["2025Q3", "2026Q1", "2026Q3"]
    data = data_of([row for i, each in enumerate(quarters) for row in rows_of(each, 30, 5, 5, start=100 * i)])
    changes = company_index(read_answers(data)).changes
    assert [(each.against, each.before) for each in changes] == [
        ("previous", "2026Q1"),
        ("year_ago", "2025Q3"),
    ]
    alone = company_index(read_answers(data_of(rows_of("2026Q3", 9, 1, 1))))
    assert alone.changes == ()
    late = company_index(read_answers(data_of(rows_of("2026Q1", 9, 1, 1))))
    assert (late.changes, late.now["n"]) == ((), 0)


def test_few_answers_are_not_compared_but_an_evident_change_is():
    few = company_index(
        read_answers(data_of(rows_of("2026Q2", 8, 1, 1) + rows_of("2026Q3", 6, 1, 2, start=50)))
    )
    assert few.changes[0].verdict == "few"
    data = data_of(rows_of("2026Q2", 15, 0, 1) + rows_of("2026Q3", 2, 0, 14, start=50))
    assert company_index(read_answers(data)).changes[0].verdict == "fell"


def test_response_and_bounds():
    rows = rows_of("2026Q3", 60, 20, 10) + [(f"s{i}", "2026-07-01", "") for i in range(10)]
    made = company_index(read_answers(data_of(rows, asked="rows")))
    assert (made.now["asked"], made.now["response_rate"]) == (100, 0.9)
    assert (made.worst, made.best) == (3.0, 7.0)


def test_shift_of_all_answers_stands_beside_the_index():
    data = data_of(rows_of("2026Q2", 60, 30, 10) + rows_of("2026Q3", 30, 40, 30, start=500))
    made = shifts(company_index(read_answers(data)))
    ((_, before, shift),) = made.steps
    assert before == "2026Q2"
    assert shift.odds_ratio < 1
    assert not made.drift_up
    assert made.drift_pvalue < 0.001


def test_window_takes_as_many_quarters_as_managers_need():
    """Twelve answers a quarter: one quarter is too little, two are enough; each client counts once."""
    frame = pd.DataFrame(
        [row for each in ("2026Q1", "2026Q2", "2026Q3") for row in rows_of(each, 12, 0, 0)],
        columns=["customer_id", "survey_date", "score"],
    ).assign(manager="Anna")
    same = read_answers(ClientData.of(period="2026Q3", surveys=frame))
    assert len(recent(same).rows) == 12
    frame["customer_id"] = [f"x{i}" for i in range(len(frame))]
    other = read_answers(ClientData.of(period="2026Q3", surveys=frame))
    assert recent(other).quarters == ("2026Q2", "2026Q3")
    assert len(of_quarters(other, 4).rows) == 36


def test_managers_come_from_the_answer_the_card_or_the_last_order():
    surveys = pd.DataFrame({
        "customer_id": list("abcd"), "survey_date": pd.Timestamp("2026-07-01"), "score": "9",
        "manager": ["Anna", None, None, None],
    })  # fmt: skip
    cards = pd.DataFrame({"customer_id": ["a", "b"], "manager": ["Igor", "Igor"]})
    orders = pd.DataFrame({
        "customer_id": ["c", "c"], "amount": 1.0, "manager": ["Old", "New"],
        "order_date": pd.to_datetime(["2026-01-01", "2026-02-01"]),
    })  # fmt: skip
    data = ClientData.of(orders, "2026Q3", surveys=surveys, customers=cards)
    known = with_managers(read_answers(data), data).rows.set_index("customer_id")["manager"]
    assert known.fillna("-").to_dict() == {"a": "Anna", "b": "Igor", "c": "New", "d": "-"}


def clients_of(history: dict[str, list[int | None]], orders=None, **surveys):
    """Give a review of clients by their answers in the last quarters, the newest last."""
    rows = [
        (who, pd.Period("2026Q3", "Q").start_time - pd.DateOffset(months=3 * ago), str(score))
        for who, scores in history.items()
        for ago, score in enumerate(reversed(scores))
        if score is not None
    ]
    data = data_of(rows, **surveys)
    if orders is not None:
        data = ClientData.of(orders, "2026Q3", surveys=data.tables["surveys"].to_pandas())
    return clients_review(read_answers(data), data)


HISTORY = {
    "fell": [9, 6], "worst": [9, 2], "again": [2, 1], "new_low": [3], "dropped": [10, 9, 7, 4], "up": [5, 9],
    "same": [8, 9], "new": [9], "silent": [9, 9, None, None], "silent_low": [5, 3, None, None], "once": [9, None, None],
}  # fmt: skip


def test_what_happened_to_each_client():
    """By hand, band by band; one answer long ago is no silence."""
    made = clients_of(HISTORY)
    assert made.table["kind"].astype(str).to_dict() == {
        "fell": "fell", "worst": "fell_to_detract", "again": "still_detract", "new_low": "first_detract",
        "dropped": "dropped", "up": "rose", "same": "steady", "new": "first", "silent": "silent",
        "silent_low": "silent_low", "once": "first",
    }  # fmt: skip
    assert made.calls.index.tolist()[:3] == ["again", "worst", "new_low"]
    assert made.calls.index.tolist()[-1] == "silent"
    assert made.moves.loc["attract", "detract"] == 1
    assert made.moves.to_numpy().sum() == 8


def test_revenue_at_risk():
    """By hand: 700 and 100 of 1,000 in the last 365 days; the order before does not count."""
    orders = pd.DataFrame({
        "customer_id": ["worst", "again", "same", "worst"], "amount": [700.0, 100.0, 200.0, 9999.0],
        "order_date": pd.to_datetime(["2026-03-01", "2026-04-01", "2026-05-01", "2025-01-01"]),
    })  # fmt: skip
    made = clients_of(HISTORY, orders)
    assert made.calls.index.tolist()[:2] == ["worst", "again"], "the worthiest of the urgent first"
    assert made.at_risk.loc["fell_to_detract", ["revenue", "share_revenue"]].tolist() == [700.0, 0.7]
    assert clients_of(HISTORY).at_risk["revenue"].isna().all()


def test_who_was_not_asked_is_not_silent():
    asked = {who: scores for who, scores in HISTORY.items() if who.startswith("silent")}
    made = clients_of(asked, asked="rows")
    assert "silent" not in set(made.table["kind"].astype(str))


def test_drivers_find_what_is_there_and_nothing_else():
    """A topic with four times as many dissatisfied is found, and its word; of ten topics at random none."""
    rng = np.random.default_rng(2)
    topic = np.repeat(["late", "fine"], 200)
    low = rng.random(400) < np.where(topic == "late", 0.4, 0.1)
    surveys = pd.DataFrame({
        "customer_id": [f"c{i}" for i in range(400)], "survey_date": pd.Timestamp("2026-07-01"),
        "score": np.where(low, "2", "9"), "topic": topic,
        "answer": np.where(low & (topic == "late"), "Опять сорвали сроки доставки", None),
    })  # fmt: skip
    data = ClientData.of(period="2026Q3", surveys=surveys)
    made = drivers(of_quarters(read_answers(data), 4), data)
    verdicts = made.levels.set_index("level")["verdict"]
    assert verdicts["late"] == "worse"
    assert verdicts["сроки"] == "worse"
    assert made.factors.loc["topic", "pvalue_adjusted"] < 1e-6
    surveys["topic"] = rng.choice([f"t{i}" for i in range(10)], 400)
    plain = ClientData.of(period="2026Q3", surveys=surveys.drop(columns="answer"))
    none = drivers(of_quarters(read_answers(plain), 4), plain)
    assert set(none.levels["verdict"]) == {"same"}


def test_epsilon_squared_of_a_factor():
    """R: kruskal.test(Ozone ~ Month, airquality) H 29.26657, epsilon squared H / (n - 1); here by its formula."""
    surveys = pd.DataFrame({
        "customer_id": [f"c{i}" for i in range(60)], "survey_date": pd.Timestamp("2026-07-01"),
        "score": ["2"] * 20 + ["9"] * 40, "topic": ["a"] * 20 + ["b"] * 40,
    })  # fmt: skip
    data = ClientData.of(period="2026Q3", surveys=surveys)
    made = drivers(of_quarters(read_answers(data), 4), data)
    assert made.factors.loc["topic", "effect_size"] == pytest.approx(1.0)


def test_plan_starts_from_the_last_year():
    data = data_of(rows_of("2026Q2", 60, 30, 10) + rows_of("2026Q3", 60, 30, 10, start=500))
    made = plan_next(company_index(read_answers(data)))
    half = made.table.set_index("ratio").loc[0.5]
    assert (made.csi, made.share_neutral, made.n) == (6.0, 0.3, 100)
    assert half["n_needed"] == answers_needed(6, 3, 0.3) == 316
    assert half["chance_now"] == pytest.approx(0.35, abs=0.005)
    assert plan_next(company_index(read_answers(data_of(rows_of("2026Q3", 9, 0, 0))))).table.empty


def test_two_scales_in_one_history_stop_the_review():
    five = [(f"a{i}", f"2026-01-{1 + i % 28:02d}", str(1 + i % 5)) for i in range(60)]
    with pytest.raises(SourceError, match="above 5 only since"):
        csi_review(data_of(five + rows_of("2026Q3", 60, 5, 5)))


@pytest.fixture(scope="module")
def demo():
    tables = make_b2b()
    data = ClientData.of(
        period="2026Q3", **{name: tables[name] for name in ("orders", "customers", "surveys")}
    )
    asked = data.params.surveys.model_copy(update={"asked": "rows"})
    data = ClientData(data.params.model_copy(update={"surveys": asked}), data.period, data.tables)
    segments = {
        key: MODELS[key].learn(data).segment(data) for key in ("rfm", "industry", "organisation_type")
    }
    return csi_review(data, segments, ("rfm",))


def test_demo_tells_its_story(demo):
    """Twelve quarters, six managers: one has really declined, one only seems to have."""
    assert (len(demo.company.table), len(demo.managers.funnel.table)) == (12, 6)
    verdicts = demo.managers.funnel.table["verdict"]
    assert verdicts["Павел Орлов"] == "below"
    assert verdicts["Тимур Ахметов"] == "few"
    assert demo.managers.current.loc["Тимур Ахметов", ["n", "csi"]].tolist() == [4, 1.0]
    assert demo.company.trend.pvalue < 0.05
    assert demo.company.trend.slope < 0
    assert demo.drivers.factors.loc["topic", "pvalue_adjusted"] < 0.05
    assert len(demo.answers.typed) == 6


def test_demo_content_is_what_the_contract_says(demo):
    company, clients = demo.company.content(), demo.clients.content()
    assert {"period", "n", "attract", "neutral", "detract", "csi", "mean"} <= set(company["company"][-1])
    assert {"period", "n", "csi"} <= set(demo.managers.content()["manager"]["Павел Орлов"][0])
    one = next(iter(clients["client"].values()))
    assert {"period", "n", "attract", "neutral", "detract", "csi", "mean"} <= set(one[0])


def bank(real, name):
    path = real(f"nps_bank/NPStimeseries_{name}.csv")
    columns = {"customer_id": "ID", "survey_date": "Survey date", "score": "NPS", "topic": "Market"}
    params = Params.model_validate({
        "client": "Bank", "purpose": "-", "sources": {"surveys": {"path": str(path), "columns": columns}},
        "surveys": {"scale": [0, 10], "attract": [9, 10], "detract": [0, 6]},
    })  # fmt: skip
    return csi_review(load_data(params, "2021Q4"))


def test_bank_is_one_report_in_both_formats(real):
    """Provenance of the set: net score by quarter 14.12, 11.52, 9.90, 11.80; US 9.93, MEX 17.10, UK 8.49."""
    slash, dash = bank(real, "ddmmyy_slash"), bank(real, "ddmmyyyy_dash")
    assert (100 * slash.company.table["net"]).round(2).tolist() == [14.12, 11.52, 9.90, 11.80]
    markets = slash.drivers.levels.set_index("level")["net"].mul(100).round(2)
    assert markets.to_dict() == {"US": 9.93, "MEX": 17.10, "UK": 8.49}
    assert [repr(each.content()) for each in slash.parts] == [repr(each.content()) for each in dash.parts]


def test_call_centre(real):
    """Provenance: 4,054 of 5,000 calls rated, 3.4036 on average, eight agents; a blank is no zero."""
    path = real("call_centre_csat/01 Call-Center-Dataset.xlsx")
    columns = {
        "customer_id": "Call Id", "survey_date": "Date", "score": "Satisfaction rating", "manager": "Agent",
        "topic": "Topic",
    }  # fmt: skip
    params = Params.model_validate({
        "client": "Calls", "purpose": "-", "sources": {"surveys": {"path": str(path), "columns": columns}},
        "surveys": {"scale": [1, 5], "attract": [4, 5], "detract": [1, 2], "asked": "rows"},
    })  # fmt: skip
    made = csi_review(load_data(params, "2021Q1"))
    now = made.company.now
    assert (now["n"], now["asked"]) == (4054, 5000)
    assert now["mean"] == pytest.approx(3.4036, abs=5e-5)
    assert made.answers.account.loc["blank", "rows"] == 946
    assert set(made.managers.funnel.table["verdict"]) == {"usual"}
    assert len(made.managers.funnel.table) == 8
