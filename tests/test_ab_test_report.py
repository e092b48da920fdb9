"""The report on A/B tests as a client sees it."""

from __future__ import annotations

import json
import re

import jsonschema
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from segbook.errors import SegbookError
from segbook.press.execute import build
from segbook.press.plan import Request, plan
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    from segbook.press.newcomer import write_demo_clients

    root = tmp_path_factory.mktemp("tests")
    _, firm = write_demo_clients(root)
    return root, firm


@pytest.mark.slow
@pytest.mark.xdist_group("kernels")
def test_report_of_the_demo(clients):
    root, firm = clients
    (job,) = plan(Request([firm], reports=["ab_test"], langs=["en"], out=root / "reports"))
    assert build(job).error is None
    page = BeautifulSoup((job.folder / "ab_test.html").read_text(encoding="utf-8"), "html.parser")
    words = page.body.get_text(" ")
    assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|abtest\.", words)
    assert "Что делать" not in words
    assert sum(bool(re.search(r"\d", image.get("alt", ""))) for image in page.find_all("img")) >= 12
    content = json.loads((job.folder / "ab_test.json").read_text(encoding="utf-8"))
    jsonschema.validate(
        content, json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    )
    verdicts = {
        name: list(each["verdict"].values()) for name, each in content["results"]["experiments"].items()
    }
    assert verdicts == {
        "subject_line": ["win"], "long_letter": ["loss"], "send_time": ["no_difference"],
        "landing_page": ["broken_split"], "price_offer": ["win"],
    }  # fmt: skip
    log = pd.read_csv(root / "reports" / job.params.slug / "ab_tests.csv")
    assert sorted(log["experiment"]) == sorted(verdicts)
    with pd.ExcelFile(job.folder / "ab_test.xlsx", engine="calamine") as book:
        assert {"All tests of the period", "All numbers of the tests", "Log of tests"} <= set(
            book.sheet_names
        )


def test_wrong_names_are_refused_before_anything_runs(clients):
    root, firm = clients
    broken = firm.with_name("broken.yaml")
    broken.write_text(
        firm.read_text(encoding="utf-8").replace("control: morning", "control: mornin"), encoding="utf-8"
    )
    with pytest.raises(SegbookError, match="'morning'"):
        plan(Request([broken], reports=["ab_test"], out=root / "reports"))
