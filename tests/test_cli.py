"""The command line: exit codes, and what it says on each channel."""

from __future__ import annotations

import json

import pytest
import yaml
from typer.testing import CliRunner

from segbook.cli import app
from segbook.models import MODELS
from segbook.models.attributes import FAMILIES


@pytest.fixture
def say(tmp_path, monkeypatch):
    """Run segbook in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_bad_input_is_two_and_nothing_is_run(say, tmp_path):
    (tmp_path / "a.yaml").write_text("client: A\npurpos: x\n", encoding="utf-8")
    done = say("run", "a.yaml", "--out", "r")
    assert done.exit_code == 2
    assert "✗ a.yaml: purpose: found nothing, must be given" in done.stderr
    assert "✗ a.yaml: purpos: found unknown key" in done.stderr
    assert not (tmp_path / "r").exists()
    assert say("run").exit_code == 2
    assert say("run", "a.yaml", "--set", "nonsense").exit_code == 2


def test_check_says_what_would_be_built(say, tmp_path):
    (tmp_path / "o.csv").write_text("customer_id,order_date,amount\na,2026-05-15,10\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(
        "client: A\npurpose: x\nperiod: 2026Q2\nsources: {orders: {path: o.csv}}\n"
    )
    done = say("check", "a.yaml")
    assert (done.exit_code, done.stdout) == (
        0,
        "✓ A · 2026Q2 · segmentation · ru\n✓ A · 2026Q2 · movement · ru\n",
    )


def test_models_for_people_and_programs(say):
    listed = json.loads(say("models", "--json").stdout)
    families = {column: family for family, columns in FAMILIES.items() for column in columns}
    assert [each["key"] for each in listed] == list(dict.fromkeys(families.get(key, key) for key in MODELS))
    demographic = next(each for each in listed if each["key"] == "demographic")
    assert demographic["columns"]["children"] == {
        "title": {"ru": "Детей", "en": "Children"},
        "needs": {"customers": ["children"]},
        "parameters": {"bands": [0, 1, 2, 3]},
    }
    rfm = listed[0]
    assert rfm["needs"] == {"totals": ["n_orders", "recency_days", "amount_sum"]}
    assert rfm["parameters"]["small_base"]["default"] == 200
    assert set(rfm["segments"]["champions"]["label"]) == {"ru", "en"}
    people = say("models", "--lang", "ru").stdout
    assert all(each["title"]["ru"] in people for each in listed)
    assert say("models", "--lang", "fr").exit_code == 2


def test_new_client_is_drafted_from_a_messy_export(say, tmp_path):
    text = "Дата;Код клиента;Сумма\n01.02.2026;77;1 250,50\n13.02.2026;78;900,00\n"
    (tmp_path / "выгрузка.csv").write_bytes(text.encode("cp1251"))
    done = say("new", "ромашка", "--orders", "выгрузка.csv")
    assert done.exit_code == 0, done.stderr
    drafted = yaml.safe_load((tmp_path / "params" / "ромашка.yaml").read_text(encoding="utf-8"))
    orders = drafted["sources"]["orders"]
    assert orders["path"] == ["../выгрузка.csv"]
    assert orders["columns"] == {"order_date": "Дата", "customer_id": "Код клиента", "amount": "Сумма"}
    assert say("check", "params/ромашка.yaml", "--period", "2026Q1").exit_code == 0
    again = say("new", "ромашка", "--orders", "выгрузка.csv")
    assert (again.exit_code, "a file that is there already" in again.stderr) == (2, True)


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "a/b"])
def test_new_client_needs_a_plain_name(say, tmp_path, name):
    (tmp_path / "o.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert say("new", name, "--orders", "o.csv").exit_code == 2


def test_new_client_needs_its_files(say):
    done = say("new", "acme", "--orders", "absent.csv")
    assert (done.exit_code, "absent.csv: found no such file" in done.stderr) == (2, True)
