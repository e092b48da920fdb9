"""A report opened in a plain Python session: shown, said once, closed into files."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import segbook.report.report
from segbook.data.quality import assess
from segbook.errors import ParamsError, RunError
from segbook.models import compute
from segbook.report import COVER, open_report
from segbook.results import plain
from segbook.stats.concentration import concentration
from segbook.stats.overview import overview
from tests.conftest import draw_orders


@pytest.fixture
def client(tmp_path):
    draw_orders(2, 800, 220).to_csv(tmp_path / "o.csv", index=False)
    text = "client: 'Ромашка #1'\npurpose: проба\nperiod: 2026Q2\nlanguage: [ru, en]\nsources: {orders: {path: o.csv}}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "a.yaml"


@pytest.fixture
def shown(monkeypatch) -> list:
    found: list = []
    monkeypatch.setattr(segbook.report.report, "display", lambda each, **_: found.append(each))
    return found


def test_shows_and_writes(client, shown, tmp_path):
    report = open_report("segmentation", client, out_dir=str(tmp_path))
    data = report.data
    results, not_computed = compute(data)
    report.cover()
    report.summary([assess(data), overview(data), concentration(data), *results.values()])
    for result in (assess(data), overview(data), concentration(data), *results.values(), not_computed):
        report.show(result)
    report.method()
    report.close()
    cover = shown[0]
    assert cover[COVER]["client"] == "Ромашка #1"
    assert cover[COVER]["lang"] == "ru"
    assert "Ромашка \\#1" in cover["text/markdown"]
    content = json.loads((tmp_path / "segmentation.json").read_text(encoding="utf-8"))
    assert list(content["results"]["models"]) == list(results)
    assert list(content["results"]["not_computed"]) == [each.model for each in not_computed]
    assert content["results"]["not_computed"]["combined"]["reason"] == "not_asked"
    keys = [each["key"] for each in content["findings"]]
    assert len(keys) >= 5
    assert content["manifest"]["packages"]["duckdb"]
    assert (tmp_path / "segmentation.xlsx").is_file()
    assert len(pd.read_parquet(tmp_path / "segments.parquet")) == len(data.customers)


def test_nothing_is_written_without_a_folder(client, shown, tmp_path):
    before = set(tmp_path.iterdir())
    report = open_report(
        "segmentation",
        client,
        lang="en",
        overrides="models.rfm.levels=2\npurpose=a=b",
    )
    report.close()
    assert set(tmp_path.iterdir()) == before
    assert report.texts.lang == "en"
    assert report.params.models["rfm"] == {"levels": 2}
    assert report.params.purpose.ru == "a=b"


def test_an_unwritable_folder_is_said(client, shown, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    report = open_report("segmentation", client, out_dir=str(tmp_path / "file"))
    with pytest.raises(RunError, match="must be a"):
        report.close()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"name": "segmentaton"}, "must be 'segmentation'"),
        ({"lang": "de"}, "lang: found 'de', must be ru or en"),
        ({"period": "2026Q7"}, "period: found '2026Q7'"),
        ({"overrides": "levels 2"}, "--set: found 'levels 2'"),
    ],
)
def test_wrong_arguments(client, arguments, expected):
    with pytest.raises(ParamsError, match=expected):
        open_report(**{"name": "segmentation", "params_file": client} | arguments)


def test_plain_data_are_json():
    frame = pd.DataFrame(
        {"x": [1.5, float("nan")], "when": pd.to_datetime(["2026-01-05", None])}, index=["a", "b"]
    )
    assert plain(frame) == {"a": {"x": 1.5, "when": "2026-01-05T00:00:00"}, "b": {"x": None, "when": None}}
    assert plain({1: (0.1 + 0.2, float("inf"), None, True)}) == {"1": [0.3, None, None, True]}
