"""Published figures on real data, through the whole way from the file; each names its source."""

from __future__ import annotations

import pandas as pd
import pytest

from segbook.data.client import ClientData, load_data
from segbook.data.quality import assess
from segbook.errors import SourceError
from segbook.models import compute
from segbook.models.abc import ABC
from segbook.models.rfm import RFM
from segbook.models.xyz import XYZ
from segbook.params import Params
from segbook.stats.concentration import concentration

CUTS = {
    "r_edges": (115, 181, 297.4, 482), "f_edges": (4, 5, 6, 8), "m_edges": (255.8, 382, 506.4, 666),
    "closed": "left", "frequency": "n_orders",
}  # fmt: skip
OLDER = """champions 4-5 4-5 4-5
loyal 2-5 3-5 3-5
potential_loyalists 3-5 1-3 1-3
new 4-5 1 1
promising 3-4 1 1
need_attention 2-3 2-3 2-3
about_to_sleep 2-3 1-2 1-2
at_risk 1-2 2-5 2-5
cant_lose 1 4-5 4-5
lost 1-2 1-2 1-2
others 1-5 1-5 1-5"""
CURRENT = """champions 5 5 5
potential_loyalists 3-5 3-5 2-5
loyal 2-4 2-4 2-4
promising 3-4 1-3 3-5
new 4-5 1-3 1-5
cant_lose 1-2 3-4 4-5
at_risk 1-2 2-5 4-5
need_attention 1-3 3-5 3-5
about_to_sleep 2-3 1-3 1-4
lost 1 1-5 1-5
others 1-5 1-5 1-5"""


def load(path, period, **source) -> ClientData:
    orders = {"path": str(path), **source}
    return load_data(
        Params(client="Real", purpose="test", currency="USD", period=period, sources={"orders": orders})
    )


@pytest.fixture
def cdnow(real) -> ClientData:
    columns = {"customer_id": 2, "order_date": 3, "quantity": 4, "amount": 5}
    layout = {"header": 0, "delimiter": "whitespace"}
    return load(real("cdnow/CDNOW_sample.txt"), "1997-01-01..1998-06-30", columns=columns, format=layout)


def test_cdnow_sample(cdnow):
    """reference.md §5: 2 357 customers, nested ABC 777/899/681, Gini 0.6309, top 20 % = 67.40 %."""
    results, _ = compute(cdnow)
    assert results["abc"].profile["customers"].tolist() == [777, 899, 681]
    measured = concentration(cdnow)
    assert measured.gini == pytest.approx(0.6309, abs=5e-5)
    assert measured.top_20_share == pytest.approx(0.6740, abs=5e-5)
    assert measured.gini_ci_lower < 0.6309 < measured.gini_ci_upper


def test_cdnow_textbook_xyz_calls_everybody_irregular(cdnow):
    """reference.md §1.4: by quarter, at 10 % and 25 %, Z is 99.9 % of CDNOW; 8 customers never paid."""
    profile = XYZ(thresholds=(0.10, 0.25), unit="quarter").segment(cdnow).profile["customers"]
    assert profile["Z"] / (profile.sum() - profile["unknown"]) > 0.999


def test_cdnow_frequency_keeps_the_upper_scores(cdnow):
    """reference.md §2: where cut-offs coincide CDNOW's F levels become 1, 3, 4, 5, not 1, 2, 3, 4."""
    assert sorted(RFM().segment(cdnow).scores["f_score"].unique()) == [1, 3, 4, 5]


def test_cdnow_master(real):
    """reference.md §5: 23 570 customers, $2 500 315.63, 80 zero lines, Gini 0.6346, top 20 % 67.78 %, A 7 695.

    B is 9 019 and C 6 856 there, with equal values split by row; ours keeps the tied customers in B.
    """
    columns = {"order_date": "date", "quantity": "number_of_cds", "amount": "dollar_value"}
    data = load(real("cdnow/CDNOW_master.txt"), "1997-01-01..1998-06-30", columns=columns)
    facts = assess(data).facts
    assert facts["net"] == pytest.approx(2_500_315.63)
    assert (facts["n_zero"], facts["n_duplicates"], len(data.customers)) == (80, 255, 23_570)
    measured = concentration(data)
    assert measured.gini == pytest.approx(0.6346, abs=5e-5)
    assert measured.top_20_share == pytest.approx(0.6778, abs=5e-5)
    result = ABC().segment(data)
    counts = result.profile["customers"]
    tied = (data.customers["amount_sum"] == result.params["limits"][1]).sum()
    assert round((data.customers["n_order_days"] == 1).mean(), 3) == 0.511
    quarter = load(real("cdnow/CDNOW_master.txt"), "1997-01-01..1998-03-31", columns=columns).customers
    assert round((quarter["n_order_days"] == 1).mean(), 3) == 0.527
    assert counts["A"] == 7_695
    assert counts["B"] - 9_019 == 6_856 - counts["C"] < tied


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (OLDER, {"champions": 158, "loyal": 278, "potential_loyalists": 229, "lost": 111, "at_risk": 86, "about_to_sleep": 50, "others": 48, "need_attention": 35}),
        (CURRENT, {"champions": 35, "potential_loyalists": 342, "loyal": 170, "promising": 9, "new": 104, "cant_lose": 47, "at_risk": 28, "need_attention": 10, "about_to_sleep": 102, "lost": 148}),
    ],
    ids=["0.2", "0.3"],
)  # fmt: skip
def test_r_package_rfm(real, rules, expected):
    """reference.md §6: the segment tables of R's rfm 0.2 and 0.3 on rfm_data_orders, at 2006-12-31."""
    data = load(
        real("r_rfm/rfm_data_orders.parquet"), "2003-01-01..2006-12-31", columns={"amount": "revenue"}
    )
    result = RFM(**CUTS, rules=tuple(rules.splitlines())).segment(data)
    profile = result.profile[result.profile["customers"] > 0]
    assert profile["customers"].to_dict() == expected
    assert (profile["n_orders"].sum(), profile["revenue"].sum()) == (4_906, 464_158)
    if rules is OLDER:
        assert profile.loc["champions", ["n_orders", "revenue"]].tolist() == [1_234, 120_178]
        names = [
            "about_to_sleep", "at_risk", "champions", "lost", "loyal", "need_attention", "others",
            "potential_loyalists",
        ]  # fmt: skip
        orders = [127, 438, 1_234, 244, 1_708, 144, 210, 801]
        assert profile.loc[names, "n_orders"].tolist() == orders
        scores = result.scores["rfm_score"]
        named = {
            "Abbey O'Reilly": "343",
            "Add Senger": "412",
            "Aden Lesch": "323",
            "Aden Murphy": "544",
            "Admiral Senger": "433",
        }
        found = {name: scores[next(each for each in scores.index if each.startswith(name))] for name in named}
        assert found == named


def test_r_package_rfm_of_customers_already_summed(real):
    """R's rfm 0.3 on rfm_data_customer, at 2007-01-01, cut-offs at its quantiles plus 1; 393 223 orders, 37 537 400."""
    path = real("r_rfm/rfm_data_customer.parquet")
    raw = pd.read_parquet(path)
    columns = {
        "amount_sum": "revenue",
        "n_orders": "number_of_orders",
        "last_order_date": "most_recent_visit",
    }
    customers = {"path": str(path), "columns": columns}
    data = load_data(
        Params(
            client="Real",
            purpose="test",
            currency="USD",
            period="2004-01-01..2007-01-01",
            sources={"customers": customers},
        )
    )
    edges = {
        name: tuple(raw[column].quantile([0.2, 0.4, 0.6, 0.8]) + 1)
        for name, column in (
            ("r_edges", "recency_days"),
            ("f_edges", "number_of_orders"),
            ("m_edges", "revenue"),
        )
    }
    model = RFM(**edges, closed="left", frequency="n_orders", rules=tuple(CURRENT.splitlines()))
    result = model.segment(data)
    profile = result.profile[result.profile["customers"] > 0]
    assert (profile["n_orders"].sum(), profile["revenue"].sum()) == (393_223, 37_537_400)
    assert profile["customers"].to_dict() == {
        "potential_loyalists": 12_762, "loyal": 6_965, "lost": 5_535, "new": 4_475, "about_to_sleep": 4_095,
        "at_risk": 2_081, "champions": 1_571, "cant_lose": 1_471, "need_attention": 679, "promising": 297, "others": 68,
    }  # fmt: skip


def test_pharmacy_cards_fall_into_the_published_classes(real):
    """PROVENANCE of ru_pharmacy_loyalty: fixed thresholds give the class of each of 5 926 cards."""
    columns = {"customer_id": "card", "order_date": "datetime", "amount": "summ"}
    path = real("ru_pharmacy_loyalty/bonuscheques.parquet")
    data = load(path, "2021-07-01..2022-06-09T21:49:45", columns=columns, where="card LIKE '200%'")
    assert data.reads["orders"].n_filtered == 38_486 - 21_075
    model = RFM(
        r_edges=(30, 90), f_edges=(1, 5), m_edges=(1484.995, 4081.995), frequency="n_orders",
    )  # fmt: skip
    scores = model.segment(data).scores
    ours = (4 - scores[["r_score", "f_score", "m_score"]].astype(int)).astype(str).agg("".join, axis=1)
    published = pd.read_csv(real("ru_pharmacy_loyalty/reference_card_segment.csv"), sep=";", dtype=str)
    published = published.set_index("card")["segment"]
    assert len(published) == 5_926
    assert ours.sort_index().to_dict() == published.sort_index().to_dict()


def test_pharmacy_mixture_of_keys_is_shown(real):
    columns = {"customer_id": "card", "order_date": "datetime", "amount": "summ"}
    data = load(real("ru_pharmacy_loyalty/bonuscheques.parquet"), "2022Q2", columns=columns)
    assert "id_kinds" in [note for _, note, _ in assess(data).notes]


def test_online_retail_counts_what_it_leaves_out(real):
    """PROVENANCE of uci_online_retail: 135 080 rows without a customer, 4 372 customers, 9 747 747.934 in all."""
    columns = {
        "customer_id": "CustomerID", "order_date": "InvoiceDate", "order_id": "InvoiceNo", "quantity": "Quantity",
        "unit_price": "UnitPrice",
    }  # fmt: skip
    data = load(real("uci_online_retail/online_retail.parquet"), "2011-01-01..2011-12-31", columns=columns)
    quality = assess(data)
    assert quality.account.loc["no_customer", "rows"] == 135_080
    assert quality.account["rows"].sum() == 541_909
    assert quality.account["amount"].sum() == pytest.approx(9_747_747.934)
    assert len(data.customers) == 4_372
    assert quality.checks["complete"] == "bad"
    assert quality.facts["partial_month"].isoformat() == "2011-12-01", "the data end on 9 December"


def test_superstore_margin_is_the_value(real):
    """PROVENANCE of superstore: 793 customers, sales 2 297 200.86, profit 286 397.02."""
    columns = {
        "customer_id": "Customer ID", "order_date": "Order Date", "order_id": "Order ID", "amount": "Sales", "margin": "Profit",
    }  # fmt: skip
    data = load(
        real("superstore/Sample - Superstore.xls"), "2019", columns=columns, format={"sheet": "Orders"}
    )
    customers = data.customers
    assert len(customers) == 793
    assert customers["amount_sum"].sum() == pytest.approx(2_297_200.86, abs=0.01)
    assert customers["margin_sum"].sum() == pytest.approx(286_397.02, abs=0.01)
    assert customers["n_orders"].sum() == 5_009
    assert compute(data)[0]["abc"].params["value"] == "margin"


def test_food_wholesale_is_too_few_to_score(real):
    """PROVENANCE of ru_food_wholesale_cp1251: four customers, 237 276 715 roubles; quintiles make no sense."""
    columns = {"customer_id": "Заказчик", "order_date": "Дата", "amount": "Итого"}
    data = load(real("ru_food_wholesale_cp1251/Продажи.csv"), "2020", columns=columns)
    results, not_computed = compute(data)
    assert "rfm" not in results
    assert {"customers": 4, "needed": 20} in [each.facts for each in not_computed]
    assert assess(data).checks["sufficient"] == "bad"
    assert data.customers["amount_sum"].sum() == 237_276_715


@pytest.mark.parametrize(
    ("path", "columns", "expected"),
    [
        (
            "superstore/Продажи_ru_headers_nbsp_numbers.csv",
            {"customer_id": "Покупатель", "amount": "Выручка"},
            "order_date",
        ),
        ("uci_wholesale/Wholesale customers data.csv", {"amount": "Fresh"}, "customer_id"),
    ],
)
def test_without_dates_or_ids_it_is_refused(real, path, columns, expected):
    with pytest.raises(SourceError, match=f"sources.orders.columns.{expected}: found no header"):
        load(real(path), "2020", columns=columns)
