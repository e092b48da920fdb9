import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segbook.data.demo import GAP, make_b2b, make_orders, make_shop, spoil, write_demo
from segbook.data.demo.answers import DIP_MANAGER, TYPED
from segbook.data.demo.trials import TRIALS
from segbook.params import Params, load_params
from segbook.schema import TABLES

ROOT = Path(__file__).parents[2]
PARAMS = {"shop": ROOT / "params" / "demo.yaml", "b2b": ROOT / "params" / "demo_b2b.yaml"}
AS_OF = pd.Timestamp("2026-09-30")


@pytest.fixture(scope="module")
def shop():
    return make_shop()


@pytest.fixture(scope="module")
def b2b():
    return make_b2b()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "demo-data"
    return folder, write_demo(folder)


def read(path: Path, source) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix == ".xlsx":
        return pd.read_excel(path, sheet_name=source.format.sheet, engine="calamine")
    wanted = source.format
    return pd.read_csv(path, sep=wanted.delimiter or ",", encoding=wanted.encoding or "utf-8", dtype=str)


def top_20_share(orders: pd.DataFrame) -> float:
    spent = orders.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    return spent.head(round(len(spent) / 5)).sum() / spent.sum()


def share_one_time(orders: pd.DataFrame) -> float:
    n_orders = orders[orders["amount"] > 0].groupby("customer_id")["order_id"].nunique()
    return n_orders.eq(1).mean()


def digests(files: list[Path]) -> list[str]:
    return [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.suffix in {".csv", ".svg"}
    ]


# Files


def test_write_demo_returns_every_file(written):
    folder, files = written
    assert sorted(files) == sorted(path for path in folder.rglob("*") if path.is_file())


def test_write_demo_same_seed_same_bytes(written, tmp_path):
    assert digests(written[1]) == digests(write_demo(tmp_path))


def test_write_demo_other_seed_other_bytes(written, tmp_path):
    assert digests(written[1][:1]) != digests(write_demo(tmp_path, seed=1)[:1])


def test_shop_export_is_messy_and_russian(written):
    raw = (written[0] / "shop" / "orders.csv").read_bytes()
    text = raw.decode("cp1251")
    assert text.count("\r\n") == text.count("\n") == len(text.splitlines())
    assert text.startswith("Дата;Номер заказа;Код клиента;Товар;")
    assert "31.02.2025" in text
    assert "#ЗНАЧ!" in text


@pytest.mark.parametrize("client", PARAMS)
def test_params_name_files_that_are_written(written, client):
    params = load_params(PARAMS[client])
    named = {
        Path(path).relative_to("../demo-data") for source in params.sources.values() for path in source.path
    }
    named.add(params.brand.logo.relative_to("../demo-data"))
    assert named == {path.relative_to(written[0]) for path in written[1] if path.parent.name == client}


@pytest.mark.parametrize("client", PARAMS)
def test_params_map_columns_that_exist(written, client):
    for name, source in load_params(PARAMS[client]).sources.items():
        table = read(written[0] / Path(source.path[0]).relative_to("../demo-data"), source)
        named = {each: source.columns.get(each, each) for each in TABLES[name]}
        needed = {each for each, column in TABLES[name].items() if column.needed}
        assert set(source.columns.values()) <= set(table.columns)
        assert {each for each in needed if named[each] not in table.columns} == set()


def test_params_of_the_shop_show_every_key():
    text = PARAMS["shop"].read_text(encoding="utf-8")
    assert [key for key in Params.model_fields if key != "file" and f"{key}:" not in text] == []


def test_params_of_the_firm_name_every_table_and_test(b2b):
    params = load_params(PARAMS["b2b"])
    assert set(params.sources) == set(TABLES) == set(b2b)
    assert {name: test.control for name, test in params.experiments.items()} == {
        name: trial.control for name, trial in TRIALS.items()
    }


# The shop


def test_shop_is_of_the_promised_size(shop):
    assert len(shop["customers"]) == 3000
    assert 2500 < shop["orders"]["customer_id"].nunique() < 3000


def test_shop_orders_run_past_the_period(shop):
    days = shop["orders"]["order_date"]
    assert days.min() == pd.Timestamp("2023-10-01")
    assert days.max() == pd.Timestamp("2026-10-09")


def test_shop_customers_are_unique_and_known(shop):
    assert shop["customers"]["customer_id"].is_unique
    assert shop["orders"]["customer_id"].isin(shop["customers"]["customer_id"]).all()


def test_shop_spending_is_concentrated_as_in_life(shop):
    assert 0.5 < top_20_share(shop["orders"]) < 0.85
    assert 0.2 < share_one_time(shop["orders"]) < 0.6


def test_shop_returns_follow_their_orders(shop):
    orders = shop["orders"]
    back = orders[orders["is_return"]]
    assert 0.01 < len(back) / len(orders) < 0.06
    assert (back["amount"] < 0).all()
    assert back["order_id"].isin(orders.loc[~orders["is_return"], "order_id"]).all()


def test_shop_has_seasons_and_growth(shop):
    monthly = shop["orders"].groupby(shop["orders"]["order_date"].dt.to_period("M"))["amount"].sum()
    assert monthly["2025-12"] > 1.5 * monthly["2025-10":"2025-11"].mean()
    assert monthly["2026-03"] > 1.15 * monthly["2026-02"]
    assert monthly["2026-01":"2026-09"].sum() > monthly["2024-01":"2024-09"].sum()


def test_shop_has_regular_subscribers(shop):
    office = shop["orders"].query(
        "order_type == 'Подписка' and order_date >= '2025-10-01' and order_date < '2026-10-01'"
    )
    office = office.assign(month=office["order_date"].dt.to_period("M"))
    monthly = office.pivot_table(index="customer_id", columns="month", values="amount", aggfunc="sum")
    monthly = monthly.dropna()
    assert (monthly.std(axis=1) / monthly.mean(axis=1) < 0.1).sum() >= 20


def test_shop_fills_the_corners_of_rfm(shop):
    orders = shop["orders"].query("order_date <= @AS_OF")
    by_customer = orders.groupby("customer_id").agg(
        last=("order_date", "max"), n=("order_id", "nunique"), spent=("amount", "sum")
    )
    rank = by_customer.rank(pct=True)
    often, lately = rank["n"] > 0.8, rank["last"] > 0.8
    assert (often & lately & (rank["spent"] > 0.8)).sum() >= 20, "champions"
    assert (often & (rank["last"] < 0.4) & (rank["spent"] > 0.8)).sum() >= 5, "can't lose"
    assert (often & lately & (rank["spent"] < 0.2)).sum() >= 5, "busy but small"


def test_shop_cards_have_gaps(shop):
    missing = shop["customers"].isna().mean()
    assert 0.1 < missing["age"] < 0.25
    assert missing["customer_id"] == 0


def test_spoil_leaves_out_the_days_of_the_gap(shop):
    days = pd.to_datetime(spoil(shop["orders"])["order_date"], format="%d.%m.%Y", errors="coerce")
    assert not days.between(*GAP).any()


def test_spoil_adds_every_fault_in_measure(shop):
    spoilt = spoil(shop["orders"])
    amounts = pd.to_numeric(spoilt["amount"].str.replace(",", "."), errors="coerce")
    assert 0.005 < (spoilt["customer_id"] == "").mean() < 0.015
    assert amounts.isna().sum() in range(3, 12)
    assert (amounts == 0).sum() >= 35
    assert (amounts > 400_000).sum() >= 3
    assert spoilt.duplicated().sum() >= 35


def test_spoil_does_not_change_its_input(shop):
    before = shop["orders"].copy()
    spoil(shop["orders"])
    pd.testing.assert_frame_equal(shop["orders"], before)


# The firm


def test_b2b_has_every_needed_column(b2b):
    for name, columns in TABLES.items():
        assert {each for each, column in columns.items() if column.needed} <= set(b2b[name].columns), name


def test_b2b_tables_join(b2b):
    known = set(b2b["customers"]["customer_id"])
    for name in ["orders", "surveys", "emails", "tickets", "experts", "campaigns"]:
        assert set(b2b[name]["customer_id"]) <= known, name
    assert set(b2b["leads"]["customer_id"].dropna()) <= known


def test_b2b_dates_end_with_the_period(b2b):
    for name, table in b2b.items():
        for column in table.select_dtypes("datetime").columns.difference(["deadline", "launch_date"]):
            assert table[column].max() < AS_OF + pd.Timedelta(days=1), (name, column)


def test_b2b_spending_is_concentrated_as_in_life(b2b):
    assert 0.5 < top_20_share(b2b["orders"]) < 0.85


def test_b2b_middleprom_is_the_best_refused_enquiry(b2b):
    leads = b2b["leads"]
    renew = leads[["brand_strength", "order_appeal", "closeness"]].sum(axis=1, skipna=False)
    assert leads.loc[renew == renew.max(), ["name", "outcome"]].to_numpy().tolist() == [
        ["MiddleProm", "refused"]
    ]
    assert renew.isna().sum() > 5


def test_b2b_won_enquiries_come_before_the_first_order(b2b):
    won = b2b["leads"].query("outcome == 'won'").set_index("customer_id")["lead_date"]
    first = b2b["orders"].groupby("customer_id")["order_date"].min()
    assert len(won) > 20
    assert (won < first[won.index]).all()


def test_b2b_one_manager_declines_and_one_only_seems_to(b2b):
    surveys = b2b["surveys"].assign(score=pd.to_numeric(b2b["surveys"]["score"], errors="coerce"))
    surveys["quarter"] = surveys["survey_date"].dt.to_period("Q").astype(str)
    scores = (
        surveys[surveys["score"].between(1, 10)]
        .groupby(["manager", "quarter"])["score"]
        .agg(["mean", "size"])
    )
    orlov, dip = scores.loc["Павел Орлов"], scores.loc[DIP_MANAGER]
    assert orlov.loc["2026Q3", "mean"] < orlov.loc["2025Q3", "mean"] - 2
    assert orlov.loc["2026Q3", "size"] >= 10
    assert dip.loc["2026Q3", "mean"] < dip.loc["2026Q2", "mean"] - 1
    assert dip.loc["2026Q3", "size"] == 4


def test_b2b_surveys_have_twelve_quarters_and_typed_answers(b2b):
    surveys = b2b["surveys"]
    assert surveys["survey_date"].dt.to_period("Q").nunique() == 12
    assert set(TYPED) <= set(surveys["score"])
    assert surveys["manager"].nunique() == 6


def test_b2b_letters_have_long_silent_readers(b2b):
    last = b2b["emails"].groupby("customer_id").agg(first=("sent_at", "min"), seen=("opened_at", "max"))
    silence = AS_OF - last["seen"].fillna(last["first"])
    assert silence.between(pd.Timedelta(days=180), pd.Timedelta(days=365)).sum() > 10
    assert (silence > pd.Timedelta(days=365)).sum() > 10


def test_b2b_difficult_customers_pay_well(b2b):
    n_orders = b2b["orders"].groupby("customer_id")["order_id"].nunique()
    claims = b2b["tickets"]["customer_id"].value_counts()
    difficult = (claims / n_orders)[lambda rate: rate > 0.5].index
    spent = b2b["orders"].groupby("customer_id")["amount"].sum()
    assert len(difficult) >= 8
    assert spent[difficult].median() > spent.median()


def test_b2b_consumables_follow_their_device_in_rhythm(b2b):
    orders, table = b2b["orders"], b2b["consumables"]
    for device, consumable, interval in table.itertuples(index=False):
        bought = orders[(orders["product"] == consumable) & (orders["amount"] > 0)]
        owners = orders.loc[orders["product"] == device, "customer_id"]
        gaps = bought.groupby("customer_id")["order_date"].diff().dt.days
        assert bought["customer_id"].isin(owners).all()
        assert 0.7 < gaps.median() / interval < 1.3


# The tests on letters


def z_of_clicks(rows: pd.DataFrame, trial) -> float:
    by_variant = rows.groupby("variant")["click"].agg(["mean", "size"]).loc[[trial.control, trial.treatment]]
    share = rows["click"].mean()
    error = np.sqrt(share * (1 - share) * (1 / by_variant["size"]).sum())
    return by_variant["mean"].diff().iloc[-1] / error


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("subject_line", 3, 9), ("long_letter", -9, -2.5), ("send_time", -1, 1), ("price_offer", 2, 9)],
)
def test_experiments_come_out_as_planned(b2b, name, low, high):
    rows = b2b["experiments"].query("experiment == @name")
    assert low < z_of_clicks(rows, TRIALS[name]) < high


def test_experiments_one_row_per_unit(b2b):
    assert b2b["experiments"]["unit_id"].is_unique


def test_experiments_one_split_is_broken_and_one_holds_out_a_tenth(b2b):
    sizes = (
        b2b["experiments"]
        .groupby("experiment")["variant"]
        .value_counts(normalize=True)
        .groupby("experiment")
        .min()
    )
    assert sizes["landing_page"] == pytest.approx(4900 / 10500)
    assert sizes["price_offer"] == pytest.approx(0.1)
    assert sizes.drop(["landing_page", "price_offer"]).eq(0.5).all()


# Orders for benchmarks


def test_make_orders_same_seed_same_orders():
    pd.testing.assert_frame_equal(make_orders(50, 500, seed=7), make_orders(50, 500, seed=7))


def test_make_orders_has_what_the_models_read():
    orders = make_orders(2000, 20_000)
    assert set(orders.columns) <= set(TABLES["orders"])
    assert orders["order_id"].is_unique
    assert orders["order_date"].between(pd.Timestamp("2023-10-01"), AS_OF).all()
    assert (orders["amount"] > 0).all()
    assert 0.5 < top_20_share(orders.astype({"customer_id": str})) < 0.85
