"""Real exports, with the figures their PROVENANCE.md gives; ``SEGBOOK_REAL_DATA`` names their folder."""

import os
from pathlib import Path

import pytest

from segbook.data.sources import propose_source, read_tables
from segbook.errors import SourceError
from segbook.params import Params

DATA = Path(os.environ.get("SEGBOOK_REAL_DATA", "../shared/data")).absolute()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data at {DATA}")


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SEGBOOK_CACHE", str(tmp_path_factory.mktemp("cache")))


def table(name, path, columns=None, **source):
    sources = {name: {"path": path, "columns": columns or {}, **source}}
    return read_tables(Params(client="x", purpose="x", sources=sources, file=DATA / "real.yaml"))[name]


def total(read, column="amount"):
    return read.rows[column].sum().execute()


def test_food_cp1251():
    columns = {"customer_id": "Заказчик", "order_date": "Дата", "amount": "Итого"}
    read = table("orders", "ru_food_wholesale_cp1251/Продажи.csv", columns)
    assert (read.n_rows, total(read)) == (3439, 237_276_715)
    assert dict(read.files[0].format) == {
        "encoding": "cp1251",
        "delimiter": ";",
        "header": "1",
        "dates": "%d.%m.%Y",
    }
    assert str(read.rows.order_date.max().execute()) == "2020-12-31 00:00:00"


def test_cdnow_master_padded_with_blanks():
    columns = {"order_date": "date", "amount": "dollar_value"}
    read = table("orders", "cdnow/CDNOW_master.txt", columns)
    assert (read.n_rows, read.n_rejected, read.unreadable) == (69_659, 0, ())
    assert total(read) == pytest.approx(2_500_315.63)
    assert read.rows.customer_id.nunique().execute() == 23_570


def test_cdnow_sample_without_header():
    columns = {"customer_id": 2, "order_date": 3, "amount": 5}
    read = table("orders", "cdnow/CDNOW_sample.txt", columns, format={"header": 0})
    assert (read.n_rows, read.rows.customer_id.nunique().execute()) == (6_919, 2_357)


def test_superstore_xls():
    columns = {
        "customer_id": "Customer ID",
        "order_date": "Order Date",
        "amount": "Sales",
        "margin": "Profit",
    }
    read = table("orders", "superstore/Sample - Superstore.xls", columns)
    assert (read.n_rows, read.files[0].format["sheet"]) == (9_994, "Orders")
    assert round(total(read), 2) == 2_297_200.86
    assert round(total(read, "margin"), 2) == 286_397.02


def test_superstore_with_russian_headers_has_no_dates():
    columns = {"customer_id": "Покупатель", "amount": "Выручка"}
    with pytest.raises(
        SourceError, match=r"columns\.order_date: found no header 'order_date'.*Order_ID, Приоритет"
    ):
        table("orders", "superstore/Продажи_ru_headers_nbsp_numbers.csv", columns)


def test_uci_retail():
    columns = {
        "customer_id": "CustomerID",
        "order_date": "InvoiceDate",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
    }
    read = table("orders", "uci_online_retail/online_retail.parquet", columns)
    assert (read.n_rows, round(total(read), 3)) == (541_909, 9_747_747.934)
    assert read.rows.customer_id.nunique().execute() == 4_372
    day = table("orders", "uci_online_retail/raw_day_2011-11-17.csv", columns)
    assert day.rows.customer_id.re_search(r"^\d+$").all().execute()
    both = read.rows.filter(read.rows.order_date.date() == "2011-11-17")
    assert total(day) == pytest.approx(both.amount.sum().execute())


def test_pharmacy_keeps_cards_only():
    columns = {"customer_id": "card", "order_date": "datetime", "amount": "summ"}
    read = table("orders", "ru_pharmacy_loyalty/bonuscheques.parquet", columns, where="card LIKE '200%'")
    assert (read.n_rows, read.n_filtered, read.rows.count().execute()) == (38_486, 17_411, 21_075)
    assert str(read.rows.order_date.max().execute()) == "2022-06-09 21:49:45"


def test_uci_wholesale_has_neither_ids_nor_dates():
    with pytest.raises(SourceError) as caught:
        table("orders", "uci_wholesale/*.csv")
    assert [each.where.rpartition(".")[2] for each in caught.value.problems] == [
        "customer_id",
        "amount",
        "order_date",
    ]


def test_r_orders_keep_apostrophes():
    read = table("orders", "r_rfm/rfm_data_orders.parquet", {"amount": "revenue"})
    assert (read.n_rows, read.rows.customer_id.nunique().execute()) == (4_906, 995)
    assert read.rows.customer_id.contains("'").any().execute()


def test_bank_survey_in_two_date_formats():
    columns = {"customer_id": "ID", "survey_date": "Survey date", "score": "NPS"}
    slash = table("surveys", "nps_bank/NPStimeseries_ddmmyy_slash.csv", columns)
    dash = table("surveys", "nps_bank/NPStimeseries_ddmmyyyy_dash.csv", columns)
    assert slash.n_rows == dash.n_rows == 5_000
    order = ["customer_id", "survey_date", "score"]
    assert slash.rows.order_by(order).execute().equals(dash.rows.order_by(order).execute())


def test_call_centre_blank_is_not_zero():
    columns = {
        "customer_id": "Call Id",
        "survey_date": "Date",
        "score": "Satisfaction rating",
        "manager": "Agent",
    }
    read = table("surveys", "call_centre_csat/*.xlsx", columns)
    scores = read.rows.score
    assert (read.n_rows, scores.count().execute(), read.rows.manager.nunique().execute()) == (5_000, 4_054, 8)
    assert round(scores.cast("float64").mean().execute(), 4) == 3.4036


def test_personality_in_two_files():
    columns = {"customer_id": "ID", "registered_at": "Dt_Customer", "consent": "Response"}
    tab = table("customers", "customer_personality/marketing_campaign.csv", columns)
    bom = table("customers", "customer_personality/marketing_campaign_semicolon_bom.csv", columns)
    assert (tab.n_rows, tab.rows.income.isnull().sum().execute(), tab.rows.consent.sum().execute()) == (
        2_240,
        24,
        334,
    )
    assert tab.rows.order_by("customer_id").execute().equals(bom.rows.order_by("customer_id").execute())
    assert tab.files[0].format["delimiter"] == "tab"
    assert bom.files[0].format["encoding"] == "utf-8 with BOM"


def test_sales_pipeline_is_month_first():
    columns = {
        "lead_id": "opportunity_id",
        "lead_date": "engage_date",
        "deadline": "close_date",
        "outcome": "deal_stage",
    }
    read = table("leads", "maven_crm_b2b/sales_pipeline.csv", columns)
    counts = (
        read.rows.group_by("outcome")
        .aggregate(n=read.rows.count())
        .execute()
        .set_index("outcome")
        .n.to_dict()
    )
    assert counts == {"Won": 4_238, "Lost": 2_473, "Engaging": 1_589, "Prospecting": 500}
    assert (read.files[0].format["dates"], read.unreadable) == ("%m/%d/%Y", ())


def test_experiment_of_a_game():
    # Counts per version: cookie_cats/PROVENANCE.md.
    read = table("experiments", "cookie_cats/cookie_cats.csv", {"unit_id": "userid", "variant": "version"})
    assert (read.n_rows, str(read.rows.retention_1.type()), str(read.rows.sum_gamerounds.type())) == (
        90_189,
        "boolean",
        "float64",
    )


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        (
            "ru_food_wholesale_cp1251/Продажи.csv",
            {"customer_id": "Заказчик", "order_date": "Дата", "amount": "Итого"},
        ),
        (
            "superstore/Sample - Superstore.xls",
            {"customer_id": "Customer ID", "order_date": "Order Date", "amount": "Sales"},
        ),
        (
            "cdnow/CDNOW_master.txt",
            {"customer_id": "customer_id", "order_date": "date", "amount": "dollar_value"},
        ),
    ],
)
def test_proposal_finds_the_needed_columns(path, columns):
    proposal = propose_source([DATA / path], "orders")
    assert columns.items() <= proposal["columns"].items()
    assert read_tables(Params(client="x", purpose="x", sources={"orders": proposal}))["orders"].n_rows > 3_000
