"""The YAML of a client: what it gives, and everything wrong with it at once."""

from __future__ import annotations

import json

import pytest
import yaml

from segbook.errors import ParamsError
from segbook.params import Params, load_params
from segbook.show.logo import logo_uri
from segbook.yamlfile import parse_overrides
from tests.conftest import ROOT

GOOD = {
    "client": "ООО «Ромашка»",
    "purpose": "проба",
    "sources": {"orders": {"path": "orders.csv", "columns": {"amount": "Сумма"}}},
}


def write(tmp_path, content) -> str:
    path = tmp_path / "acme.yaml"
    path.write_text(
        content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), "utf-8"
    )
    return str(path)


def problems(tmp_path, content, overrides=None) -> list[str]:
    with pytest.raises(ParamsError) as caught:
        load_params(write(tmp_path, content), overrides)
    return [str(each) for each in caught.value.problems]


def test_defaults(tmp_path):
    params = load_params(write(tmp_path, GOOD))
    assert (params.language, params.currency, params.timezone) == (("ru",), "RUB", "UTC")
    assert params.sources["orders"].path == ("orders.csv",)
    assert params.resolve("x.csv") == tmp_path / "x.csv"
    assert params.slug == "ooo-romashka"


def test_every_problem_is_said_at_once(tmp_path):
    wrong = GOOD | {
        "purpos": "x", "language": "de", "currency": "XYZ", "timezone": "Europe/Moskow", "brand": {"color": "red"},
        "reports": ["segmentaton"], "sources": {"ordrs": {"path": "a"}, "orders": {"columns": {"custmer_id": "A"}}},
    }  # fmt: skip
    said = "\n".join(problems(tmp_path, wrong))
    for expected in (
        "acme.yaml: purpos: found unknown key 'purpos', must be 'purpose'",
        "acme.yaml: language.0: found 'de', must be 'ru' or 'en'",
        "acme.yaml: currency: found 'XYZ', must be a currency code",
        "acme.yaml: timezone: found 'Europe/Moskow', must be 'Europe/Moscow'",
        "acme.yaml: brand.color: found 'red'",
        "acme.yaml: reports.0: found 'segmentaton', must be 'segmentation'",
        "acme.yaml: sources.ordrs: found 'ordrs', must be 'orders'",
    ):
        assert expected in said


def test_unknown_column_and_missing_origin_are_named(tmp_path):
    wrong = GOOD | {"sources": {"orders": {"columns": {"custmer_id": "A"}}}}
    first, second = problems(tmp_path, wrong)
    assert first == "acme.yaml: sources.orders: found no single origin, must be either path, or url and table"
    assert second.startswith("acme.yaml: sources.orders.columns: found 'custmer_id', must be 'customer_id'")


@pytest.mark.parametrize(
    ("table", "columns", "expected"),
    [
        (
            "customers",
            {"incme": "A"},
            "columns: found 'incme', must be 'income', or a name of your own less like it",
        ),
        ("customers", {"my tariff": "A"}, "columns: found 'my tariff', must be one word of letters"),
        ("customers", {"city": ["A", "B"]}, "columns.city: found a list of headers, must be one header"),
        ("customers", {"amount_sum": []}, "must be not empty"),
        (
            "orders",
            {"customer_id": 0},
            "columns.customer_id: found 0, must be a header, or the number of a column",
        ),
        ("customers", {"age": 0}, "columns.age: found 0, must be a header"),
        ("customers", {"age": -1}, "greater than or equal to 0"),
        ("customers", {"amount_sum": ["A", 0]}, "greater than or equal to 1"),
    ],
)
def test_columns_that_cannot_be_mapped(tmp_path, table, columns, expected):
    source = {"path": "a.csv", "columns": columns}
    assert expected in "\n".join(problems(tmp_path, GOOD | {"sources": {table: source}}))


def test_a_database_has_no_row_numbers(tmp_path):
    source = {"url": "duckdb://a.duckdb", "table": "t", "columns": {"customer_id": 0}}
    assert (
        "rows of a database have no numbers"
        in problems(tmp_path, GOOD | {"sources": {"customers": source}})[0]
    )


def test_columns_of_the_clients_own(tmp_path):
    columns = {"customer_id": 0, "amount_sum": ["A", 2], "contract": "C", "тариф": "D"}
    source = {"path": "a.csv", "columns": columns}
    made = load_params(write(tmp_path, GOOD | {"sources": {"customers": source}}))
    assert made.sources["customers"].columns == columns | {"amount_sum": ("A", 2)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("client: [", "acme.yaml, line"),
        ("- a\n- b", "acme.yaml: found list"),
        ("", "acme.yaml: found NoneType"),
        ("client: A\nclient: B\n", "acme.yaml, line 2: found the key 'client' twice"),
        ("file: x\n", "found the key 'file'"),
    ],
)
def test_what_is_no_yaml_mapping(tmp_path, text, expected):
    assert expected in problems(tmp_path, text)[0]


def test_missing_file_and_other_encodings(tmp_path):
    with pytest.raises(ParamsError, match="No such file"):
        load_params(tmp_path / "absent.yaml")
    path = tmp_path / "cp1251.yaml"
    path.write_bytes("client: Ромашка".encode("cp1251"))
    with pytest.raises(ParamsError, match="must be a YAML file saved as UTF-8"):
        load_params(path)


def test_overrides_lie_over_the_file(tmp_path):
    path = write(tmp_path, GOOD)
    params = load_params(path, {"models.rfm.levels": "2", "language": "[ru, en]"})
    assert params.models["rfm"] == {"levels": 2}
    assert params.language == ("ru", "en")
    assert "a section" in problems(tmp_path, GOOD, {"client.name": "x"})[0]


@pytest.mark.parametrize("name", ["a/b", "../..", '"quoted" <b>', "🌼", "..", "Ромашка", "CON"])
def test_any_client_name_makes_a_safe_folder(name):
    slug = Params(client=name, purpose="-", sources={"orders": {}}).slug
    assert slug
    assert slug.isascii()
    assert not set(slug) & set('/\\.:*?"<>| ')


def test_a_period_is_needed_somewhere(tmp_path):
    params = load_params(write(tmp_path, GOOD))
    with pytest.raises(ParamsError, match="acme.yaml: period: found nothing"):
        params.period_of()
    assert params.period_of("2026Q3").key == "2026Q3"
    assert load_params(write(tmp_path, GOOD | {"period": 2026})).period_of().key == "2026"


def test_purpose_in_one_language_or_two(tmp_path):
    assert load_params(write(tmp_path, GOOD)).purpose.en == "проба"
    both = load_params(write(tmp_path, GOOD | {"purpose": {"ru": "проба", "en": "trial"}})).purpose
    assert (both.ru, both.en) == ("проба", "trial")
    assert (
        "acme.yaml: purpose.en: found nothing" in problems(tmp_path, GOOD | {"purpose": {"ru": "проба"}})[0]
    )


def test_playbook(tmp_path):
    plays = {"rfm": {"champions": {"label": "Звёзды", "action": {"ru": "Дарить", "en": "Give"}}}}
    made = load_params(write(tmp_path, GOOD | {"playbook": plays})).playbook["rfm"]["champions"]
    assert (made.label.en, made.action.en) == ("Звёзды", "Give")
    wrong = GOOD | {"playbook": {"rfm": {"champions": {"acton": "x"}}}}
    assert "unknown key 'acton', must be 'action'" in problems(tmp_path, wrong)[0]


def test_logo(tmp_path):
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    path = write(tmp_path, GOOD | {"brand": {"logo": "logo.svg"}})
    assert (logo_uri(load_params(path)) or "").startswith("data:image/svg+xml;base64,")
    with pytest.raises(ParamsError, match="brand.logo"):
        logo_uri(load_params(path, {"brand.logo": "absent.png"}))


def test_schema_for_editors_is_fresh():
    """Made by: python -c "import json; from segbook import Params; print(json.dumps(Params.model_json_schema()))"."""
    stored = json.loads((ROOT / "docs" / "params.schema.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(Params.model_json_schema()))


def test_demo_explains_every_key():
    text = (ROOT / "params" / "demo.yaml").read_text(encoding="utf-8")
    missing = [name for name in Params.model_fields if name != "file" and f"{name}:" not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"sources": {"orders": {"url": "postgres://u:secret@h/db", "table": "t"}}},
            "a password written out",
        ),
        ({"rates": {"RUB": 2}}, "rates: found RUB, must be prices of other currencies only"),
    ],
)
def test_secrets_and_own_rates_are_refused(tmp_path, change, expected):
    said = problems(tmp_path, GOOD | change)[0]
    assert expected in said
    assert "secret" not in said


def test_a_secret_from_the_environment_is_fine(tmp_path):
    source = {"orders": {"url": "postgres://u:${PASSWORD}@h/db", "table": "t"}}
    assert load_params(write(tmp_path, GOOD | {"sources": source})).sources["orders"].url


def test_values_that_cannot_be_read_are_named(tmp_path):
    assert "--set x: found '[1'" in problems(tmp_path, GOOD, {"x": "[1"})[0]
    assert "dates that exist" in problems(tmp_path, "client: A\nperiod: 2026-02-30\n")[0]
    with pytest.raises(ParamsError, match="must be written in the YAML"):
        parse_overrides(["sources.orders.url=duckdb://x"])


def test_a_logo_that_is_no_image_is_refused(tmp_path):
    (tmp_path / "logo.png").write_text("hello", encoding="utf-8")
    with pytest.raises(ParamsError, match="no such image"):
        logo_uri(load_params(write(tmp_path, GOOD | {"brand": {"logo": "logo.png"}})))


def test_a_date_pattern_needs_percents(tmp_path):
    wrong = {"orders": {"path": "o.csv", "format": {"dates": "dd.mm.yyyy"}}}
    assert "must be day_first, month_first, or a pattern" in problems(tmp_path, GOOD | {"sources": wrong})[0]
