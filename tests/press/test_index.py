"""The list of what was built: names stand for themselves, links lead to files, strangers are passed over."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

from segbook.press.index import write_index


def test_lists_what_is_there(tmp_path):
    folder = tmp_path / "acme" / "2026Q3" / "ru"
    folder.mkdir(parents=True)
    facts = {
        "client": "<b>Ромашка</b>", "period": "2026Q3", "report": "segmentation", "lang": "ru", "start": "2026-07-01",
        "end": "2026-09-30", "created": "2026-10-01T00:00:00+00:00",
    }  # fmt: skip
    (folder / "segmentation.json").write_text(json.dumps({"manifest": facts}), encoding="utf-8")
    (folder / "segmentation.html").write_text("", encoding="utf-8")
    (folder / "other.json").write_text("[1]", encoding="utf-8")
    page = BeautifulSoup(write_index(tmp_path).read_text(encoding="utf-8"), "html.parser")
    assert page.find("h2").get_text() == "<b>Ромашка</b>"
    assert [link["href"] for link in page.find_all("a")] == [
        "acme/2026Q3/ru/segmentation.html", "acme/2026Q3/ru/segmentation.json",
    ]  # fmt: skip
    assert all((tmp_path / link["href"]).is_file() for link in page.find_all("a"))


def test_nothing_built_yet(tmp_path):
    assert "Nothing has been built yet" in write_index(tmp_path).read_text(encoding="utf-8")
