"""Every kind of file a client sends, and everything that can be wrong with it."""

import os
import sqlite3
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from segbook.data import sources
from segbook.data.sources import propose_source, read_tables
from segbook.errors import SourceError
from segbook.params import Params

RU = {"customer_id": "Клиент", "order_date": "Дата", "amount": "Сумма"}
HEAD = "Клиент;Дата;Сумма\n"


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SEGBOOK_CACHE", str(tmp_path_factory.mktemp("cache")))


def client(folder, **tables):
    return Params(
        client="x", purpose="x", timezone="Europe/Moscow", sources=tables, file=Path(folder, "acme.yaml")
    )


def orders(folder, path="a.csv", columns=RU, **source):
    return read_tables(client(folder, orders={"path": path, "columns": columns, **source}))["orders"]


def written(folder, text, name="a.csv", encoding="utf-8"):
    Path(folder, name).write_bytes(text.encode(encoding))
    return folder


def refused(folder, *parts, **source):
    with pytest.raises(SourceError) as caught:
        orders(folder, **source)
    message = str(caught.value)
    for part in parts:
        assert part in message
    return caught.value.problems


def column(read, name="amount"):
    return read.rows[name].to_pyarrow().to_pylist()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be", "cp866"]
)
def test_encodings_give_the_same_rows(tmp_path, encoding):
    body = "".join(f"Магнит;{day:02d}.01.2020;1 234,{day:02d}\n" for day in range(1, 32))
    read = orders(written(tmp_path, HEAD + body, encoding=encoding))
    assert read.rows.customer_id.nunique().execute() == 1
    assert sum(column(read)) == pytest.approx(31 * 1234 + 4.96)  # cents 1 to 31 add to 496
    assert {"encoding", "delimiter", "header", "decimal", "dates"} == set(read.files[0].detected)


def test_canonical_types(tmp_path):
    columns = {**RU, "is_return": "Возврат"}
    read = orders(
        written(tmp_path, "Клиент;Дата;Сумма;Возврат\n Лента ;31.01.2020;1,5;да\n;;;\n"), columns=columns
    )
    kinds = {name: str(kind) for name, kind in read.rows.schema().items()}
    assert kinds == {
        "customer_id": "string",
        "order_date": "timestamp(6)",
        "amount": "float64",
        "is_return": "boolean",
    }
    assert read.rows.customer_id.execute().tolist() == ["Лента"]
    assert read.n_rows == 1


def test_given_format_is_not_detected(tmp_path):
    form = {"encoding": "cp1251", "delimiter": ";", "decimal": ",", "dates": "%d.%m.%Y", "header": 1}
    read = orders(written(tmp_path, HEAD + "Лента;01.02.2020;1,234\n", encoding="cp1251"), format=form)
    assert column(read) == [1.234]
    assert read.files[0].detected == ()
    assert dict(read.files[0].format) == {**form, "header": "1"}


def test_title_rows_above_the_header(tmp_path):
    text = "Отчёт о продажах;;\n\n" + HEAD + "Лента;31.01.2020;bad\n"
    read = orders(written(tmp_path, text))
    assert read.files[0].format["header"] == "3"
    assert read.unreadable[0].rows == (4,)


def test_unreadable_cells_are_counted_with_rows_and_samples(tmp_path):
    lines = "".join(f"C{i};31.01.2020;{'n/k' if i % 2 else i}\n" for i in range(30))
    bad = orders(written(tmp_path, HEAD + lines)).unreadable
    assert [(each.column, each.n_cells, each.sample) for each in bad] == [("amount", 15, ("n/k",))]
    assert bad[0].rows == (3, 5, 7, 9, 11, 13, 15, 17, 19, 21)  # C1 is the second data row, row 3 of the file


def test_ragged_lines_are_counted_and_the_others_kept(tmp_path):
    lines = [
        'ООО "Ромашка";31.01.2020;1',
        "short",
        "too;31.01.2020;many;cells",
        '"unclosed;31.01.2020;5',
        '"ИП ""Иванов""";31.01.2020;2',
        '"two\nlines; here";31.01.2020;4',
        '"ЗАО "Хвост"";31.01.2020;8',
        "surplus;31.01.2020;16;;",
    ]
    read = orders(written(tmp_path, HEAD + "\n".join(lines)))
    assert (read.n_rejected, read.rejected_rows) == (3, (3, 4, 5))
    assert dict(zip(column(read, "customer_id"), column(read), strict=True)) == {
        'ООО "Ромашка"': 1, 'ИП "Иванов"': 2, "two\nlines; here": 4, 'ЗАО "Хвост"': 8, "surplus": 16,
    }  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path, end):
    text = (HEAD + "a;31.01.2020;1\nb;31.01.2020;2\n").replace("\n", end)
    assert column(orders(written(tmp_path, text))) == [1, 2]


@pytest.mark.parametrize("mark", ["/", "-"])
def test_day_and_month_are_settled_by_any_row(tmp_path, mark):
    lines = "".join(f"a;{day:02d}{mark}03{mark}2020;1\n" for day in (1, 2, 31))
    dates = column(orders(written(tmp_path, HEAD + lines)), "order_date")
    assert dates[0] == pd.Timestamp(2020, 3, 1)


def test_month_first(tmp_path):
    dates = column(orders(written(tmp_path, HEAD + "a;1/2/2020;1\na;1/31/2020;1\n")), "order_date")
    assert dates == [pd.Timestamp(2020, 1, 2), pd.Timestamp(2020, 1, 31)]


def test_ambiguous_dates_are_asked_for(tmp_path):
    written(tmp_path, HEAD + "a;01/02/2020;1\nb;03/04/2020;1\n")
    refused(tmp_path, "acme.yaml: sources.orders.format.dates", "01/02/2020", "day_first or month_first")
    dates = column(orders(tmp_path, format={"dates": "month_first"}), "order_date")
    assert dates == [pd.Timestamp(2020, 1, 2), pd.Timestamp(2020, 3, 4)]


def test_dates_with_dots_are_day_first(tmp_path):
    read = orders(written(tmp_path, HEAD + "a;01.02.2020;1\n"))
    assert column(read, "order_date") == [pd.Timestamp(2020, 2, 1)]
    assert read.files[0].format["dates"] == "%d.%m.%Y"


def test_an_ambiguous_file_follows_the_others_of_its_glob(tmp_path):
    written(tmp_path, HEAD + "a;01/02/2020;1,234\n", "o1.csv")
    written(tmp_path, HEAD + "a;31/01/2020;0,5\n", "o2.csv")
    read = orders(tmp_path, path="o*.csv")
    assert column(read, "order_date")[0] == pd.Timestamp(2020, 2, 1)
    assert column(read) == [1.234, 0.5]


def test_dots_stay_day_first_beside_american_dates(tmp_path):
    written(tmp_path, "lead_id;lead_date;outcome;deadline\n1;1/31/2020;won;01.02.2020\n")
    rows = read_tables(client(tmp_path, leads={"path": "a.csv"}))["leads"].rows.execute()
    assert rows.deadline.tolist() == [pd.Timestamp(2020, 2, 1)]


def test_day_numbers_are_no_dates_in_a_text_file(tmp_path):
    read = orders(written(tmp_path, HEAD + "a;44197;1\nb;31.01.2020;1\n"))
    assert [(each.column, each.sample) for each in read.unreadable] == [("order_date", ("44197",))]
    assert read.files[0].format["dates"] == "%d.%m.%Y"


def test_both_orders_in_one_column_are_refused(tmp_path):
    refused(written(tmp_path, HEAD + "a;31/01/2020;1\na;01/31/2020;1\n"), "both day first and month first")


def test_wrong_date_pattern_is_refused(tmp_path):
    written(tmp_path, HEAD + "a;31/01/2020;1\n")
    refused(tmp_path, "sources.orders.format.dates", format={"dates": "%d/%Q"})


def test_times_with_a_zone_come_to_the_clients_zone(tmp_path):
    # Moscow is three hours ahead of UTC.
    read = orders(written(tmp_path, HEAD + "a;2020-01-31T22:30:00Z;1\nb;2020-01-31 22:30;1\n"))
    assert column(read, "order_date") == [pd.Timestamp(2020, 2, 1, 1, 30), pd.Timestamp(2020, 1, 31, 22, 30)]


@pytest.mark.parametrize("values", ["1,234", "1,234;x\nb;31.01.2020;12,500", "1.234"])
def test_ambiguous_decimal_mark_is_asked_for(tmp_path, values):
    written(tmp_path, HEAD + f"a;31.01.2020;{values.replace(';x', '')}\n")
    refused(tmp_path, "sources.orders.format.decimal", "1", "',' or '.'")
    assert column(orders(tmp_path, format={"decimal": ","}))[0] in (1.234, 1234)


def test_no_decimal_mark_is_no_question(tmp_path):
    read = orders(written(tmp_path, HEAD + "a;31.01.2020;1 234\n"))
    assert column(read) == [1234]
    assert "decimal" not in read.files[0].format


def test_whole_ids_lose_their_point(tmp_path):
    read = orders(written(tmp_path, HEAD + "17850.0;31.01.2020;1\n;31.01.2020;1\n17851.0;31.01.2020;1\n"))
    assert column(read, "customer_id") == ["17850", None, "17851"]


def test_ids_keep_their_point_when_it_says_something(tmp_path):
    read = orders(written(tmp_path, HEAD + "1.0;31.01.2020;1\n1.5;31.01.2020;1\n"))
    assert column(read, "customer_id") == ["1.0", "1.5"]


def test_amount_and_margin_are_derived(tmp_path):
    columns = {"customer_id": "c", "order_date": "d", "quantity": "q", "unit_price": "p", "cost": "k"}
    read = orders(written(tmp_path, "c;d;q;p;k\na;31.01.2020;2;1,5;1\n"), columns=columns)
    row = read.rows.execute().iloc[0]
    assert (row.amount, row.margin) == (3.0, 2.0)  # 2 x 1.5, less 1


def test_file_without_header(tmp_path):
    written(tmp_path, "a;31.01.2020;5\nb;30.01.2020;7\n")
    read = orders(tmp_path, columns={"customer_id": 1, "order_date": 2, "amount": 3}, format={"header": 0})
    assert column(read) == [5, 7]
    columns = {"customer_id": 4, "order_date": 2, "amount": 3}
    refused(tmp_path, "columns.customer_id: found column 4", "1 to 3", columns=columns, format={"header": 0})


def test_where_keeps_rows_and_counts_the_rest(tmp_path):
    day = "31.01.2020"
    text = f"Клиент;Дата;Сумма;Статус\na;{day};1;ok\nb;{day};10;no\nc;{day};100;\nd;{day};1 000;ok\n"
    written(tmp_path, text)
    read = orders(tmp_path, where='"Статус" = \'ok\' AND "Сумма" < 500 -- remark')
    assert (column(read), read.n_rows, read.n_filtered, read.amount_filtered) == ([1], 4, 3, 1110)


def test_bad_where_is_explained(tmp_path):
    written(tmp_path, HEAD + "a;31.01.2020;1\n")
    refused(tmp_path, "sources.orders.where", "'Клиент'", where="Клеинт = 'a'")
    refused(tmp_path, "sources.orders.where", "syntax error", where="Клиент = = 'a'")
    refused(tmp_path, "sources.orders.where", "Conversion", where="cast(Клиент AS INTEGER) > 1")


def test_headers_with_quotes_and_dots(tmp_path):
    columns = {"customer_id": 'Клиент "код"', "order_date": "it's.date", "amount": "Сумма, руб."}
    text = '"Клиент ""код""";it\'s.date;Сумма, руб.\na;31.01.2020;1\n'
    read = orders(written(tmp_path, text), columns=columns, where='"Клиент ""код""" = \'a\'')
    assert column(read) == [1]


def test_all_problems_of_all_tables_at_once(tmp_path):
    written(tmp_path, "Клиент;Дата;Сумма;Сумма\na;31.01.2020;1;2\n", "dup.csv")
    written(tmp_path, "", "empty.csv")
    written(tmp_path, HEAD, "header.csv")
    Path(tmp_path, "folder").mkdir()
    tables = {
        "orders": {"path": ["dup.csv", "header.csv"], "columns": RU},
        "customers": {"path": ["nope.csv", "n*.csv", "folder", "empty.csv", "acme.doc"]},
        "surveys": {"path": "dup.csv", "columns": {"customer_id": "Клент", "score": "Сумма"}},
    }
    written(tmp_path, "x", "acme.doc")
    with pytest.raises(SourceError) as caught:
        read_tables(client(tmp_path, **tables))
    said = str(caught.value)
    for part in [
        "the header 'Сумма' more than once in dup.csv, must be written once, or a column's number (3, 4)",
        "header.csv with a header only",
        "no file '" + str(tmp_path / "nope.csv"),
        "no file that matches 'n*.csv'",
        "the folder",
        "'empty.csv' with nothing in it",
        "'acme.doc', must be a file of a kind that can be read: csv",
        "sources.surveys.columns.customer_id: found no header 'Клент' in dup.csv, must be 'Клиент' (one of:",
        "sources.surveys.columns.survey_date: found no header 'survey_date' in dup.csv",
        "must be mapped to 'Дата' (one of: Клиент, Дата, Сумма, Сумма)",
    ]:
        assert part in said
    assert len(caught.value.problems) == 10


def test_a_file_of_a_glob_with_other_headers_is_named(tmp_path):
    written(tmp_path, HEAD + "a;31.01.2020;1\n", "o1.csv")
    written(tmp_path, "Клиент;Дата;Итого\na;31.01.2020;1\n", "o2.csv")
    refused(tmp_path, "columns.amount: found no header 'Сумма' in o2.csv", path="o*.csv")


def test_wrong_encoding_delimiter_and_header(tmp_path):
    written(tmp_path, HEAD + "a;31.01.2020;1\n", encoding="cp1251")
    refused(tmp_path, "format.encoding", "0x", format={"encoding": "utf-8"})
    refused(tmp_path, "format.encoding: found 'cp12511', must be 'cp1251'", format={"encoding": "cp12511"})
    refused(tmp_path, "format.delimiter", "one character", format={"delimiter": ";;"})
    refused(tmp_path, "format.header", "no row 7", format={"header": 7})


def test_workbook_named_csv(tmp_path):
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "b.xlsx", engine="xlsxwriter")
    Path(tmp_path, "b.xlsx").rename(tmp_path / "a.csv")
    refused(tmp_path, "which is a workbook")


def test_file_without_permission(tmp_path, monkeypatch):
    written(tmp_path, HEAD)
    # The superuser, who runs tests in a container, may read everything.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    refused(tmp_path, "permission")


@pytest.fixture
def workbook(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx", engine="xlsxwriter") as writer:
        sheet = writer.book.add_worksheet("Продажи")
        day = writer.book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write(0, 0, "Отчёт")
        sheet.write_row(2, 0, ["Клиент", "Дата", "Сумма", "Заметка"])
        sheet.write_row(3, 0, [17850, 44197, 1.234])
        sheet.write(4, 0, "A1")
        sheet.write_datetime(4, 1, pd.Timestamp(2021, 1, 2), day)
        sheet.write(4, 2, "1 234,50 руб.")
        sheet.write_row(5, 0, ["B", "03.01.2021", "n/k"])
        pd.DataFrame({"x": [1]}).to_excel(writer, sheet_name="Прочее")
    return tmp_path


def test_workbook(workbook):
    read = orders(workbook, path="a.xlsx")
    rows = read.rows.execute()
    assert rows.customer_id.tolist() == ["17850", "A1", "B"]
    assert rows.amount.tolist()[:2] == [1.234, 1234.5]
    # Excel's day 44197 is 1 January 2021.
    assert rows.order_date.tolist() == [pd.Timestamp(2021, 1, day) for day in (1, 2, 3)]
    assert read.unreadable[0].rows == (6,)
    assert (read.files[0].format["sheet"], read.files[0].format["header"]) == ("Продажи", "3")


def test_workbook_problems(workbook):
    refused(
        workbook,
        "format.sheet: found no sheet 'Продажа'",
        "'Продажи'",
        path="a.xlsx",
        format={"sheet": "Продажа"},
    )
    refused(workbook, "no sheet '3'", path="a.xlsx", format={"sheet": 3})
    Path(workbook, "b.xlsx").write_bytes(b"PK\x03\x04 not really")
    refused(workbook, "'b.xlsx' that cannot be opened as a workbook", path="b.xlsx")
    pd.DataFrame({"Клиент": []}).to_excel(workbook / "c.xlsx", engine="xlsxwriter")
    refused(workbook, "with no rows", path="c.xlsx")


def test_workbook_sheet_by_number(workbook):
    assert orders(workbook, path="a.xlsx", format={"sheet": 1}).n_rows == 3


def test_parquet_keeps_its_types(tmp_path):
    moments = pd.to_datetime(["2020-01-31 22:30", "2020-01-01 00:00"]).tz_localize("UTC")
    frame = pd.DataFrame({"customer_id": [17850.0, None], "order_date": moments, "amount": [1, 2]})
    frame.to_parquet(tmp_path / "a.parquet")
    rows = orders(tmp_path, path="a.parquet", columns={}).rows.execute()
    assert rows.customer_id[0] == "17850"
    assert pd.isna(rows.customer_id[1])
    assert rows.order_date[0] == pd.Timestamp(2020, 2, 1, 1, 30)  # Moscow is three hours ahead of UTC
    assert rows.amount.tolist() == [1.0, 2.0]


def test_parquet_texts_and_day_numbers_are_read(tmp_path):
    frame = pd.DataFrame(
        {"customer_id": ["a", " b "], "order_date": [20200131, 20200230], "amount": ["1 234,5", "x"]}
    )
    frame.to_parquet(tmp_path / "a.parquet")
    read = orders(tmp_path, path="*.parquet", columns={})
    assert read.rows.customer_id.execute().tolist() == ["a", "b"]
    assert [(each.column, each.rows, each.sample) for each in read.unreadable] == [
        ("amount", (2,), ("x",)),
        ("order_date", (2,), ("20200230",)),
    ]


def test_broken_parquet(tmp_path):
    written(tmp_path, "PAR1 nonsense", "a.parquet")
    refused(tmp_path, "'a.parquet' that cannot be opened", path="a.parquet")


def test_experiment_keeps_every_other_column(tmp_path):
    text = "user;group;clicked;spend;note;metric 2\n1;A;да;1,5;x;1\n2;B;нет;;y;0\n"
    written(tmp_path, text)
    source = {"path": "a.csv", "columns": {"unit_id": "user", "variant": "group", "money": "spend"}}
    rows = read_tables(client(tmp_path, experiments=source))["experiments"].rows
    kinds = {name: str(kind) for name, kind in rows.schema().items()}
    assert kinds == {
        "unit_id": "string", "variant": "string", "money": "float64",
        "clicked": "boolean", "note": "string", "metric 2": "float64",
    }  # fmt: skip


def test_tables_of_files_can_be_joined(tmp_path):
    written(tmp_path, HEAD + "a;31.01.2020;1\n")
    written(tmp_path, "customer_id;name\na;Anna\n", "c.csv")
    read = read_tables(client(tmp_path, orders={"path": "a.csv", "columns": RU}, customers={"path": "c.csv"}))
    joined = read["orders"].rows.join(read["customers"].rows, "customer_id")
    assert joined.execute().name.tolist() == ["Anna"]


def test_input_is_never_changed(tmp_path):
    written(tmp_path, "\n" + HEAD + "a;31.01.2020;1\n\n", encoding="cp1251")
    before = Path(tmp_path, "a.csv").read_bytes()
    orders(tmp_path)
    assert Path(tmp_path, "a.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_nothing_is_printed(tmp_path, capfd):
    orders(written(tmp_path, HEAD + "a;31.01.2020;1\n"))
    assert capfd.readouterr() == ("", "")


def test_proposal(tmp_path):
    text = "Выгрузка\nКонтрагент;Дата заказа;Сумма;Менеджер;Прочее\nЛента;31.01.2020;1,5;Анна;-\n"
    written(tmp_path, text, encoding="cp1251")
    proposal = propose_source([tmp_path / "a.csv"], "orders")
    assert proposal == {
        "path": str(tmp_path / "a.csv"),
        "columns": {
            "customer_id": "Контрагент",
            "order_date": "Дата заказа",
            "amount": "Сумма",
            "manager": "Менеджер",
        },
        "format": {"encoding": "cp1251", "delimiter": ";", "header": 2, "decimal": ",", "dates": "%d.%m.%Y"},
    }
    read = read_tables(client(tmp_path, orders=proposal))["orders"]
    assert column(read) == [1.5]


def test_second_run_does_not_parse(tmp_path, monkeypatch):
    written(tmp_path, "\n" + HEAD + "a;31.01.2020;n/k\nshort\nb;31.01.2020;2\n")
    first = orders(tmp_path, where="Клиент = 'a'")
    monkeypatch.setattr(sources, "open_files", None)
    second = orders(tmp_path, where="Клиент = 'a'")
    assert second.rows.execute().equals(first.rows.execute())
    assert second.facts() == first.facts()
    assert (second.unreadable, second.files, second.rejected_rows) == (
        first.unreadable,
        first.files,
        first.rejected_rows,
    )


def test_other_content_or_format_is_parsed_anew(tmp_path):
    written(tmp_path, HEAD + "a;31.01.2020;1,234\n")
    assert column(orders(tmp_path, format={"decimal": ","})) == [1.234]
    assert column(orders(tmp_path, format={"decimal": "."})) == [1234]
    written(tmp_path, HEAD + "a;31.01.2020;1,235\n")
    assert column(orders(tmp_path, format={"decimal": ","})) == [1.235]


def test_damaged_cache_is_parsed_anew(tmp_path):
    written(tmp_path, HEAD + "a;31.01.2020;1\n")
    orders(tmp_path)
    for path in Path(os.environ["SEGBOOK_CACHE"]).iterdir():
        path.write_bytes(path.read_bytes()[:40])
    assert column(orders(tmp_path)) == [1]


def test_cache_that_cannot_be_written_does_not_fail_the_run(tmp_path, monkeypatch):
    written(tmp_path, HEAD + "a;31.01.2020;1\n")
    monkeypatch.setenv("SEGBOOK_CACHE", str(tmp_path / "a.csv" / "below a file"))
    assert column(orders(tmp_path)) == [1]


def test_cache_leaves_no_parts(tmp_path):
    orders(written(tmp_path, HEAD + "a;31.01.2020;1\n"))
    assert [path.suffix for path in Path(os.environ["SEGBOOK_CACHE"]).iterdir()] == [".parquet"]


@pytest.fixture
def database(tmp_path):
    con = duckdb.connect(str(tmp_path / "base.duckdb"))
    con.execute("CREATE SCHEMA crm")
    con.execute("CREATE TABLE crm.sales (client INTEGER, day DATE, total DECIMAL(10, 2), state VARCHAR)")
    con.execute("INSERT INTO crm.sales VALUES (1, '2020-01-31', 1.5, 'ok'), (2, '2020-02-01', 10, 'no')")
    con.execute(
        "CREATE TABLE texts AS SELECT 'a' AS customer_id, '31.01.2020' AS order_date, '1 234,5' AS amount"
    )
    con.close()
    return tmp_path


def database_orders(folder, url="duckdb://base.duckdb", table="crm.sales", columns=None, **more):
    columns = (
        {"customer_id": "client", "order_date": "day", "amount": "total"} if columns is None else columns
    )
    return read_tables(client(folder, orders={"url": url, "table": table, "columns": columns, **more}))[
        "orders"
    ]


def test_database(database, monkeypatch):
    monkeypatch.setenv("CRM_FILE", "base.duckdb")
    read = database_orders(database, url="duckdb://${CRM_FILE}", where="state = 'ok'")
    assert read.rows.execute().to_dict("records") == [
        {"customer_id": "1", "order_date": pd.Timestamp("2020-01-31"), "amount": 1.5}
    ]
    assert (read.n_rows, read.n_filtered, read.amount_filtered) == (2, 1, 10.0)
    assert (read.files[0].name, read.files[0].sha256, read.files[0].n_rows) == ("crm.sales", "", 2)


def test_database_texts_are_read_like_a_file(database):
    read = database_orders(database, table="texts", columns={}, where="amount > 1000")
    assert column(read) == [1234.5]
    assert column(read, "order_date") == [pd.Timestamp(2020, 1, 31)]


def test_database_without_types_is_read_like_a_file(tmp_path):
    con = sqlite3.connect(tmp_path / "shop.sqlite")
    con.execute("CREATE TABLE sales (client REAL, day TEXT, total REAL)")
    con.execute("INSERT INTO sales VALUES (17850.0, '2020-01-31 10:00', 2.5), (NULL, '2020-02-01', 1)")
    con.commit()
    con.close()
    read = database_orders(tmp_path, url="sqlite://shop.sqlite", table="sales")
    assert column(read, "customer_id") == ["17850", None]
    assert column(read, "order_date") == [pd.Timestamp(2020, 1, 31, 10), pd.Timestamp(2020, 2, 1)]
    assert column(read) == [2.5, 1.0]


def test_database_problems(database, monkeypatch):
    monkeypatch.delenv("NO_SUCH", raising=False)
    for more, parts in [
        ({"url": "${NO_SUCH}"}, ["sources.orders.url", "the variable NO_SUCH"]),
        ({"url": "duckdb://none.duckdb"}, ["no duckdb file"]),
        ({"table": "crm.sale"}, ["sources.orders.table", "'sales'"]),
        ({"columns": {"customer_id": "clent"}}, ["columns.customer_id", "'client'"]),
        ({"where": "stat = 'ok'"}, ["sources.orders.where"]),
    ]:
        with pytest.raises(SourceError) as caught:
            database_orders(database, **more)
        for part in parts:
            assert part in str(caught.value)


def test_database_password_is_never_shown(database, monkeypatch):
    monkeypatch.setenv("SECRET", "hunter%2Fтайна")
    with pytest.raises(SourceError) as caught:
        database_orders(database, url="nosuch://user:${SECRET}@host/db")
    for secret in ("hunter", "тайна"):
        assert secret not in str(caught.value)


def test_a_database_without_a_median_is_brought_here(tmp_path):
    """SQLite knows no median, which the rhythm of purchases needs."""
    import sqlite3

    from segbook.data.client import load_data
    from segbook.models import compute

    with sqlite3.connect(tmp_path / "o.sqlite") as base:
        base.execute("CREATE TABLE t (customer_id TEXT, order_date TEXT, amount REAL)")
        rows = [("a", f"2026-0{month}-05", 10.0) for month in (1, 2, 3)] + [("b", "2026-03-20", 7.5)]
        base.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    base.close()
    sources = {"orders": {"url": "sqlite://o.sqlite", "table": "t"}}
    file = tmp_path / "a.yaml"
    data = load_data(Params(client="A", purpose="-", period="2026Q1", sources=sources, file=file))
    assert data.customers["amount_sum"].to_dict() == {"a": 30.0, "b": 7.5}
    assert data.customers.loc["a", "gap_median"] == 29.5
    assert "lifecycle" in compute(data)[0]
