"""Columns that are sums, row numbers, attributes of the client's own; every figure by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from segbook.data.sources import read_tables
from segbook.errors import SourceError
from segbook.params import Params

TEXT = (
    "Код;Вино;Рыба;Договор;Карта;Дней;С;Балл;Пусто\n"
    "x1;1 000,5;2;год;1;3;31.01.2020;1,5;\n"
    "x2;;;месяц;0;;1.2.2020;;\n"
    "x3;;7;год;;5;;-;\n"
)
OWN = {
    "contract": "Договор",
    "card": "Карта",
    "visits": "Дней",
    "since": "С",
    "points": "Балл",
    "nothing": "Пусто",
}


def read(folder, columns, path="a.csv", table="customers", **source):
    sources = {table: {"path": path, "columns": columns, **source}}
    return read_tables(Params(client="x", purpose="x", sources=sources, file=Path(folder, "a.yaml")))[table]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8")
    return tmp_path


def rows(read) -> dict[str, list]:
    return read.rows.to_pyarrow().to_pydict()


def test_a_list_of_headers_is_their_sum(folder):
    made = rows(read(folder, {"customer_id": "Код", "amount_sum": ["Вино", "Рыба"]}))
    assert made == {"customer_id": ["x1", "x2", "x3"], "amount_sum": [1002.5, None, 7.0]}


def test_a_part_may_be_mapped_too_and_filtered_by(folder):
    columns = {"customer_id": "Код", "amount_sum": ["Вино", 3], "fish": "Рыба"}
    made = read(folder, columns, where='"Рыба" > 2')
    assert rows(made) == {"customer_id": ["x3"], "fish": [7.0], "amount_sum": [7.0]}
    assert made.n_filtered == 2


def test_what_cannot_be_added_is_said_of_its_own_column(folder):
    (folder / "b.csv").write_text("Код;Вино;Рыба\na;1;н/п\n", encoding="utf-8")
    made = read(folder, {"customer_id": "Код", "amount_sum": ["Вино", "Рыба"]}, "b.csv")
    assert rows(made)["amount_sum"] == [1.0]
    assert [(each.column, each.sample) for each in made.unreadable] == [("amount_sum: Рыба", ("н/п",))]


def test_a_missing_part_is_named(folder):
    with pytest.raises(
        SourceError, match="columns.amount_sum: found no header 'Вина' in a.csv, must be 'Вино'"
    ):
        read(folder, {"customer_id": "Код", "amount_sum": ["Вина", "Рыба"]})


def test_amounts_of_orders_are_sums_too(folder):
    (folder / "o.csv").write_text("c;d;goods;freight\na;31.01.2020;10;2\n", encoding="utf-8")
    columns = {"customer_id": "c", "order_date": "d", "amount": ["goods", "freight"]}
    assert rows(read(folder, columns, "o.csv", "orders"))["amount"] == [12.0]


def test_own_attributes_have_the_kind_of_their_cells(folder):
    made = read(folder, {"customer_id": "Код", **OWN})
    kinds = {name: str(kind).partition("(")[0] for name, kind in made.rows.schema().items()}
    assert kinds == {
        "customer_id": "string", "contract": "string", "card": "boolean", "visits": "float64", "since": "timestamp",
        "points": "float64", "nothing": "string",
    }  # fmt: skip
    made = rows(made)
    assert made["card"] == [True, False, None]
    assert made["points"] == [1.5, None, None]
    assert made["since"] == [pd.Timestamp(2020, 1, 31), pd.Timestamp(2020, 2, 1), None]


def test_columns_nobody_mapped_stay_out(folder):
    assert list(rows(read(folder, {"customer_id": "Код"}))) == ["customer_id"]


def test_own_ids_are_text(folder):
    (folder / "b.csv").write_text("customer_id,firm\na,0017\n", encoding="utf-8")
    assert rows(read(folder, {"firm_id": "firm"}, "b.csv"))["firm_id"] == ["0017"]


def test_the_same_from_a_workbook_parquet_and_a_database(folder):
    frame = pd.DataFrame(
        {"Код": ["x1", "x2"], "Вино": [1000.5, None], "Рыба": [2, 3], "Карта": [1, 0], "Дней": [1.234, 2.0]}
    )
    frame.to_excel(folder / "a.xlsx", index=False, engine="xlsxwriter")
    frame.to_parquet(folder / "a.parquet")
    with duckdb.connect(str(folder / "base.duckdb")) as base:
        base.execute("CREATE TABLE t AS SELECT * FROM frame")
    columns = {"customer_id": "Код", "amount_sum": ["Вино", "Рыба"], "card": "Карта", "visits": "Дней"}
    expected = {
        "customer_id": ["x1", "x2"],
        "amount_sum": [1002.5, 3.0],
        "card": [True, False],
        "visits": [1.234, 2.0],
    }
    assert rows(read(folder, columns, "a.xlsx")) == expected
    assert rows(read(folder, columns, "a.parquet")) == expected
    base = {"customers": {"url": "duckdb://base.duckdb", "table": "t", "columns": columns}}
    params = Params(client="x", purpose="x", sources=base, file=folder / "a.yaml")
    assert rows(read_tables(params)["customers"]) == expected


def test_a_row_number_is_that_of_the_spreadsheet(folder):
    made = read(folder, {"customer_id": 0, "contract": "Договор"}, where="Договор = 'год'")
    assert rows(made) == {"customer_id": ["2", "4"], "contract": ["год", "год"]}
    frame = pd.DataFrame({"city": ["Тверь", "Омск"]})
    frame.to_parquet(folder / "c.parquet")
    frame.to_excel(folder / "c.xlsx", index=False, startrow=2, engine="xlsxwriter")
    assert rows(read(folder, {"customer_id": 0}, "c.parquet"))["customer_id"] == ["1", "2"]
    assert rows(read(folder, {"customer_id": 0}, "c.xlsx"))["customer_id"] == ["4", "5"]


def test_row_numbers_of_several_files_would_be_mixed_up(folder):
    (folder / "ab.csv").write_text(TEXT, encoding="utf-8")
    with pytest.raises(SourceError, match="sources.customers.columns: found 0 with several files"):
        read(folder, {"customer_id": 0}, "a*.csv")


def test_a_second_reading_gives_the_same(folder):
    columns = {"customer_id": 0, "amount_sum": ["Вино", "Рыба"], **OWN}
    assert rows(read(folder, columns)) == rows(read(folder, columns))
