"""What would be built, and everything wrong with it, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from segbook.errors import SegbookError
from segbook.press.plan import Request, available, notebooks_folder, plan


@pytest.fixture
def client(tmp_path):
    """Write a client's YAML and orders; give a function that makes more of them."""

    def write(name: str = "acme", **changes) -> Path:
        (tmp_path / "o.csv").write_text(
            "customer_id,order_date,amount\na,2026-05-15,10\nb,2026-05-16,20\n", encoding="utf-8"
        )
        content = {
            "client": name, "purpose": "-", "language": ["ru", "en"], "period": "2026Q2",
            "sources": {"orders": {"path": "o.csv"}},
        }  # fmt: skip
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(content | changes, allow_unicode=True), encoding="utf-8")
        return path

    return write


def refused(request: Request) -> str:
    with pytest.raises(SegbookError) as caught:
        plan(request)
    return str(caught.value)


def test_all_combinations_in_order(client, tmp_path):
    request = Request([client("one"), client("two")], ["2026Q2", "2026"], out=tmp_path / "r")
    jobs = plan(request)
    assert [(job.params.client, job.period.key, job.lang, job.report) for job in jobs] == [
        (name, period, lang, report)
        for name in ("one", "two")
        for period in ("2026Q2", "2026")
        for lang in ("ru", "en")
        for report in ("segmentation", "movement")
    ]
    assert jobs[0].folder == tmp_path / "r" / "one" / "2026Q2" / "ru"
    assert all(job.notebook.is_file() for job in jobs)
    assert not (tmp_path / "r").exists(), "planning writes nothing"


def test_every_problem_of_every_file(client, tmp_path):
    files = [
        client("one", period="2026Q9"),
        client("two", models={"rfm": {"bins": 3}}),
        client("three", reports=["ab_test"]),
        client("four", sources={"orders": {"path": "absent.csv"}}),
        client("five", period="2020"),
        client("six", brand={"logo": "absent.png"}),
        tmp_path / "seven.yaml",
    ]
    said = refused(Request(files, langs=["de"], out=tmp_path))
    for expected in (
        "one.yaml: period: found '2026Q9'", "two.yaml: models.rfm.bins: found unknown key",
        "three.yaml: reports", "--lang: found 'de', must be ru or en", "seven.yaml",
    ):  # fmt: skip
        assert expected in said
    said = refused(Request(files[3:6], out=tmp_path))
    assert "absent.csv" in said
    assert "five.yaml: period 2020: found no order up to 2020-12-31" in said
    assert "six.yaml: brand.logo" in said


def test_two_clients_must_not_share_a_folder(client, tmp_path):
    said = refused(Request([client("a b"), client("a", client="A/B")], out=tmp_path))
    assert "whose folder 'a-b' is that of a b.yaml, must be a name of its own" in said


def test_no_file_and_nowhere_to_write(client, tmp_path):
    assert "no parameters file" in refused(Request([], out=tmp_path))
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "a folder that can be" in refused(Request([client()], out=tmp_path / "file"))


TABLES = {
    "customers": "customer_id,city\na,Тверь\n",
    "emails": "customer_id,sent_at\na,2026-05-15\n",
    "surveys": "customer_id,survey_date,score\na,2026-05-15,9\n",
    "leads": "lead_id,lead_date,outcome\n1,2026-05-15,lost\n",
    "experts": "customer_id,activity\na,3\n",
}


@pytest.mark.parametrize("table", TABLES)
def test_any_of_these_tables_makes_a_segmentation(client, tmp_path, table):
    (tmp_path / "t.csv").write_text(TABLES[table], encoding="utf-8")
    jobs = plan(Request([client(sources={table: {"path": "t.csv"}})], out=tmp_path / "r"))
    assert "segmentation" in {job.report for job in jobs}


def test_other_tables_alone_say_what_is_needed(client, tmp_path):
    (tmp_path / "t.csv").write_text("customer_id,opened_at\na,2026-05-15\n", encoding="utf-8")
    sources = {"tickets": {"path": "t.csv"}}
    said = refused(Request([client(sources=sources)], out=tmp_path))
    assert "sources: found tickets, must be one of orders, customers, emails, surveys, leads, experts" in said
    said = refused(Request([client(sources=sources, reports=["segmentation"])], out=tmp_path))
    assert "reports.segmentation: found none of sources.orders, sources.customers" in said


def test_notebooks_of_the_checkout_are_used():
    assert (notebooks_folder() / "segmentation.ipynb").is_file()
    assert {"segmentation", "csi_review", "ab_test"} <= set(available())


def test_answers_on_two_scales_stop_before_anything_runs(client, tmp_path):
    """Sixty answers up to 5, then sixty up to 10: the day is named, and how many were asked cannot be fewer."""
    rows = [
        f"c{i},2026-0{1 + i // 28}-{1 + i % 28:02d},{1 + i % 5 if i < 60 else 6 + i % 5}" for i in range(120)
    ]
    (tmp_path / "s.csv").write_text("\n".join(["customer_id,survey_date,score", *rows]), encoding="utf-8")
    sources = {"surveys": {"path": "s.csv"}}
    made = client(sources=sources, reports=["csi_review"], period="2026Q2")
    assert "above 5 only since 2026-03-05" in refused(Request([made], out=tmp_path / "r"))
    ok = client("b", client="B", sources=sources, reports=["segmentation"], period="2026Q2")
    assert plan(Request([ok], out=tmp_path / "r"))
